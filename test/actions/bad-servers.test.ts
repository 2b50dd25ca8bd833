/** Servers at their worst: whatever they do to a fetch or a forward ends as a failure with a reason, in time, and nowhere else. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FetchSpec, HttpForwardAction } from '../../src/core/action.ts';
import { createOutbound } from '../../src/net/fetch.ts';
import { Bench } from './attempt.ts';

const HEAD = 'HTTP/1.1 200 OK\r\n';
const TIMEOUT_MS = 400;
const BOMB = compressed(20_000_000);

/** What a server does with a connection once it has heard a request, and what is told of it. */
const servers: Readonly<Record<string, readonly [answer: (socket: Socket) => void, reason: RegExp]>> = {
  'never answers': [() => {}, /timed out after 400 ms/],
  'hangs up at once': [(socket) => socket.destroy(), /./],
  'resets the connection': [(socket) => socket.resetAndDestroy(), /./],
  'closes in the middle of its head': [(socket) => socket.end('HTTP/1.1 200 O'), /./],
  'closes in the middle of its body': [(socket) => socket.end(`${HEAD}content-length: 99\r\n\r\nhalf`), /./],
  'closes in the middle of a chunk': [
    (socket) => socket.end(`${HEAD}transfer-encoding: chunked\r\n\r\nff\r\nhalf`),
    /./,
  ],
  'speaks no HTTP': [(socket) => socket.end('220 smtp.example ESMTP\r\n'), /./],
  'sends lengths that contradict each other': [
    (socket) => socket.end(`${HEAD}content-length: 1\r\ncontent-length: 9\r\n\r\nxxxxxxxxx`),
    /./,
  ],
  'never ends its head': [(socket) => trickle(socket, 'x-more: of the same\r\n', HEAD), /timed out|[Hh]ead/],
  'never ends its body': [
    (socket) => trickle(socket, 'x'.repeat(64), `${HEAD}\r\n`),
    /larger than 1000 bytes/,
  ],
  'is slower than anybody waits': [
    (socket) => trickle(socket, 'x', `${HEAD}content-length: 900\r\n\r\n`),
    /timed out after 400 ms/,
  ],
  'says that it sends too much': [
    (socket) => socket.end(`${HEAD}content-length: 99999\r\n\r\nx`),
    /larger than 1000 bytes/,
  ],
  'sends twenty megabytes compressed to too much': [(socket) => socket.end(BOMB), /larger than 1000 bytes/],
  'leads elsewhere': [
    (socket) => socket.end('HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n'),
    /302/,
  ],
};

function trickle(socket: Socket, piece: string, head: string): void {
  socket.write(head);
  const next = (): void => {
    if (!socket.destroyed) socket.write(piece, () => setTimeout(next, 5));
  };
  next();
}

function compressed(bytes: number): Buffer {
  const body = gzipSync(Buffer.alloc(bytes));
  const head = `${HEAD}content-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

async function serveRaw(
  answer: (socket: Socket) => void,
): Promise<AsyncDisposable & { readonly url: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // The other side breaks off, as it should.
    socket.on('error', () => {});
    socket.once('data', () => {
      answer(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

let bench: Bench;
const outbound = createOutbound();
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(async () => {
  await outbound.close();
  await bench[Symbol.asyncDispose]();
});

const bounds = { timeoutMs: TIMEOUT_MS, maxBytes: 1_000, allowPrivate: ['127.0.0.0/8'] };
const forwardTo = (url: string): HttpForwardAction => ({
  ...{ kind: 'http_forward', url, method: 'POST', headers: {}, relayHeaders: [], ...bounds },
});
const fetchFrom = (url: string, onFailure: FetchSpec['onFailure']): FetchSpec => ({
  ...{ kind: 'http_get', url, headers: {}, root: bench.folder, parseAs: 'text', storeAs: 'data' },
  ...{ onFailure, ...bounds },
});
const say = { kind: 'notify_only', message: '{{data}}', silent: true } as const;

describe.each(Object.entries(servers))('a server that %s', (_what, [answer, reason]) => {
  test('fails a forward, and a fetch by its own rule', async () => {
    await using server = await serveRaw(answer);
    const began = performance.now();
    const [forwarded, aborted, went] = await Promise.all([
      bench.execute(forwardTo(server.url), { outbound }),
      bench.execute(say, { outbound, fetch: fetchFrom(server.url, 'abort') }),
      bench.execute(say, { outbound, fetch: fetchFrom(server.url, 'run_with_error') }),
    ]);
    expect(forwarded).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/^http_forward/) });
    expect(forwarded.reason).toMatch(reason);
    expect(aborted).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/^fetch failed: ./) });
    expect(aborted.reason).toMatch(reason);
    expect(went.message?.text).toMatch(/^\[FETCH ERROR: .+\]$/);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

test('an answer that is compressed is a failure of its own, and stays as small as it came', async () => {
  await using server = await serveRaw((socket) => socket.end(compressed(100_000)));
  const outcome = await bench.execute(say, { outbound, fetch: fetchFrom(server.url, 'abort') });
  expect(outcome.reason).toBe('fetch failed: the answer is compressed (gzip)');
});
