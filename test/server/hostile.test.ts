/** Requests that no honest client sends: each gets its answer, and another webhook is served meanwhile. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { SAMPLE_SECRET, hexHmac, hmacSha256, sampleWebhook } from '../triggers/samples.ts';
import { startServer } from './harness.ts';
import type { TestServer } from './harness.ts';

const GOOD = `Authorization: Bearer ${SAMPLE_SECRET}`;
const SIGNATURE = hexHmac('sha256', '{}');
const PATIENCE = { headersMs: 300, requestMs: 300, keepAliveMs: 300 };

function serve(patience = PATIENCE): Promise<TestServer> {
  const webhooks = [
    sampleWebhook('hook', { rateLimit: 10_000 }),
    sampleWebhook('signed', { auth: hmacSha256, rateLimit: 10_000 }),
    sampleWebhook('other', { rateLimit: 10_000 }),
  ];
  return startServer({ webhooks, settings: { rateLimitTotal: 100_000 }, patience });
}

/** A request whose connection the server is asked to close. */
function written(line: string, headers: readonly string[], body = '{}'): Buffer {
  const lines = [line, 'Host: h', 'Connection: close', ...headers, `Content-Length: ${body.length}`];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
}

const post = (...headers: readonly string[]): Buffer => written('POST /hook HTTP/1.1', headers);
const statusesIn = (answer: string): readonly string[] => answer.match(/(?<=HTTP\/1\.1 )\d{3}/g) ?? [];

/** Resolves when the connection is closed, by a reset too. */
function gone(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (socket.closed) resolve();
  else socket.once('close', () => resolve());
  return promise;
}

function drained(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once('drain', resolve);
  return promise;
}

async function othersAreServed(server: TestServer): Promise<void> {
  expect((await server.post('/other')).status).toBe(202);
}

describe('a request', () => {
  it.each<[string, Buffer | string, readonly string[]]>([
    ['that is in order', post(GOOD), ['202']],
    [
      'with two Authorization headers, the first of them good',
      post(GOOD, 'Authorization: Bearer x'),
      ['401'],
    ],
    [
      'with two Authorization headers, the second of them good',
      post('Authorization: Bearer x', GOOD),
      ['401'],
    ],
    ['with the same Authorization header twice', post(GOOD, GOOD), ['401']],
    ['with bytes beyond ASCII for a secret', post('Authorization: Bearer \xff\xfe'), ['401']],
    [
      'with bytes beyond ASCII for a signature',
      written('POST /signed HTTP/1.1', ['X-Signature: \xe9']),
      ['401'],
    ],
    [
      'with two signatures, of which one is good',
      written('POST /signed HTTP/1.1', [`X-Signature: ${'0'.repeat(64)}`, `X-Signature: ${SIGNATURE}`]),
      ['202'],
    ],
    ['with one good signature', written('POST /signed HTTP/1.1', [`X-Signature: ${SIGNATURE}`]), ['202']],
    ['with two lengths', post(GOOD, 'Content-Length: 3'), ['400']],
    ['with the same length twice', post(GOOD, 'Content-Length: 2'), ['400']],
    ['with a length and chunks', post(GOOD, 'Transfer-Encoding: chunked'), ['400']],
    ['with chunks that are not the last coding', post(GOOD, 'Transfer-Encoding: chunked, gzip'), ['400']],
    ['with two hosts', post(GOOD, 'Host: other'), ['400']],
    ['with a length below nothing', 'POST /hook HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n', ['400']],
    ['with a length in hex', 'POST /hook HTTP/1.1\r\nHost: h\r\nContent-Length: 0x2\r\n\r\n{}', ['400']],
    [
      'with a chunk of no size',
      `POST /hook HTTP/1.1\r\nHost: h\r\n${GOOD}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      ['400'],
    ],
    ['with a header name that has a space', post(GOOD, 'X A: b'), ['400']],
    ['with a folded header', post(GOOD, 'X-A: b\r\n c'), ['400']],
    ['with a NUL in a header', post(GOOD, 'X-A: a\0b'), ['400']],
    ['with a bare line feed', `POST /hook HTTP/1.1\nHost: h\n${GOOD}\n\n`, ['400']],
    ['with a NUL in its path', written('POST /ho\0ok HTTP/1.1', [GOOD]), ['400']],
    ['with a space in its path', written('POST /ho ok HTTP/1.1', [GOOD]), ['400']],
    ['of another protocol', 'SSH-2.0-OpenSSH_9.9\r\n', ['400']],
    ['of TLS', Buffer.from('16030100c6010000c20303', 'hex'), ['400']],
    ['of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ['400']],
    ['of HTTP/9', written('POST /hook HTTP/9.9', [GOOD]), ['400']],
    ['with a method that nobody knows', written('BREW /hook HTTP/1.1', [GOOD]), ['400']],
    ['without a host', `POST /hook HTTP/1.1\r\n${GOOD}\r\nContent-Length: 2\r\n\r\n{}`, ['400']],
    [
      'of HTTP/1.0, which needs none',
      `POST /hook HTTP/1.0\r\n${GOOD}\r\nContent-Length: 2\r\n\r\n{}`,
      ['202'],
    ],
    ['with headers of 20 KB', post(GOOD, `X-A: ${'x'.repeat(20_000)}`), ['431']],
    [
      'with 3,000 headers',
      post(GOOD, ...Array.from({ length: 3_000 }, (_, index) => `X${index}: 1`)),
      ['431'],
    ],
    ['with a path of 20 KB', written(`POST /${'x'.repeat(20_000)} HTTP/1.1`, [GOOD]), ['431']],
    ['to an absolute URL', written('POST http://h/hook HTTP/1.1', [GOOD]), ['404']],
    ['to a path with a fragment', written('POST /hook#x HTTP/1.1', [GOOD]), ['404']],
    ['to a path with a query of its own', written('POST /hook??x=/../y#z HTTP/1.1', [GOOD]), ['202']],
    ['for a tunnel', 'CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n', []],
    ['for an upgrade', post(GOOD, 'Upgrade: websocket'), ['202']],
    ['that expects something else', post(GOOD, 'Expect: the-moon'), ['417']],
    [
      'with another behind it that is smuggled in its body',
      written('POST /hook HTTP/1.1', [GOOD], 'GET /health HTTP/1.1\r\nHost: h\r\n\r\n'),
      ['400'],
    ],
  ])('%s', async (_what, bytes, statuses) => {
    await using server = await serve();
    const answer = await server.raw(bytes);
    expect(statusesIn(answer)).toEqual(statuses);
    await othersAreServed(server);
    const taken = server.admissions.filter(({ trigger }) => !trigger.endsWith(':other'));
    expect(taken).toHaveLength(statuses.includes('202') ? 1 : 0);
  });

  it('that names no host is told so as any other, and its connection closed', async () => {
    await using server = await serve();
    const answer = await server.raw(`POST /hook HTTP/1.1\r\n${GOOD}\r\nContent-Length: 2\r\n\r\n{}`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*Connection: close[^]*\{"error":"bad request"\}/);
  });

  it('of many on one connection is answered in its turn', async () => {
    await using server = await serve();
    const one = `POST /hook HTTP/1.1\r\nHost: h\r\n${GOOD}\r\nContent-Length: 2\r\n\r\n{}`;
    const bad = 'POST /hook HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}';
    const none = 'GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n';
    const last = 'GET /hook HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';
    const answer = await server.raw([one, bad, none, one, last].join(''));
    expect(statusesIn(answer)).toEqual(['202', '401', '404', '202', '405']);
  });
});

describe('a body beyond the cap', () => {
  it('that never ends is cut off with 413, and little of it is held', async () => {
    await using server = await serve({ headersMs: 5_000, requestMs: 5_000, keepAliveMs: 300 });
    const socket = connect(server.bound.port, '127.0.0.1');
    socket.on('error', () => {
      // Cut off while it writes.
    });
    let answer = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk));
    socket.write(`POST /hook HTTP/1.1\r\nHost: h\r\n${GOOD}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const closed = gone(socket);
    const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    let sent = 0;
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    while (!socket.closed && sent < 1_000_000_000) {
      sent += piece.length;
      if (!socket.write(piece)) await Promise.race([drained(socket), closed]);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*connection: close.*{"error":"payload too large"}/is);
    expect(sent).toBeLessThan(200_000_000);
    expect(most).toBeLessThan(64 * 1024 * 1024);
    await othersAreServed(server);
    expect(server.admissions).toHaveLength(1);
  });
});

describe('a sender of a byte at a time', () => {
  it.each([
    ['its headers', 'POST /hook HTTP/1.1\r\nHost: h\r\nX-A: '],
    ['its body', `POST /hook HTTP/1.1\r\nHost: h\r\n${GOOD}\r\nContent-Length: 1000\r\n\r\n`],
    ['its chunks', `POST /hook HTTP/1.1\r\nHost: h\r\n${GOOD}\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n`],
  ])('is cut while it goes on with %s, and keeps nobody waiting', async (_what, start) => {
    await using server = await serve();
    const socket = connect(server.bound.port, '127.0.0.1');
    socket.on('error', () => {
      // Cut off while it writes.
    });
    let answer = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk));
    socket.write(start);
    const drip = (): void => {
      if (socket.writable) socket.write('x', () => setTimeout(drip, 20));
    };
    drip();
    await othersAreServed(server);
    await gone(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*{"error":"timeout"}$/s);
    expect(server.admissions).toHaveLength(1);
  });

  it('is cut when it says nothing at all', async () => {
    await using server = await serve();
    const socket = connect(server.bound.port, '127.0.0.1').resume();
    await gone(socket);
    await othersAreServed(server);
  });
});
