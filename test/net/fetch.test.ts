/** Promises about requests that go out, made to real servers on this machine. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createOutbound } from '../../src/net/fetch.ts';
import type { Outbound, OutboundOptions, OutboundRequest } from '../../src/net/fetch.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A server on loopback that counts its connections and is gone at the end of its block. */
class Loopback implements AsyncDisposable {
  readonly server: Server;
  connections = 0;
  readonly #sockets = new Set<Socket>();

  constructor(server: Server) {
    this.server = server;
    server.on('connection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('error', () => {});
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

async function listening(server: Server, host = '127.0.0.1', port = 0): Promise<Loopback> {
  server.listen(port, host);
  await once(server, 'listening');
  return new Loopback(server);
}

const http = (listener: RequestListener, host?: string): Promise<Loopback> =>
  listening(createServer(listener), host);
const tcp = (listener: (socket: Socket) => void): Promise<Loopback> => listening(createTcpServer(listener));

/** Sends one request with what a test does not care about filled in. */
async function send(
  request: Partial<OutboundRequest> & { url: string },
  options?: OutboundOptions,
): ReturnType<Outbound['send']> {
  const outbound = createOutbound(options);
  try {
    return await outbound.send({
      method: 'GET',
      headers: {},
      timeoutMs: 60_000,
      maxBytes: 10_000,
      allowPrivate: ['127.0.0.0/8'],
      ...request,
    });
  } finally {
    await outbound.close();
  }
}

const body = (result: Awaited<ReturnType<typeof send>>): string =>
  result.kind === 'response' ? Buffer.from(result.body).toString() : JSON.stringify(result);

test('sends method, path, headers and body as they are, and brings back status, headers and body', async () => {
  let seen: Partial<IncomingMessage> = {};
  await using server = await http((request, response) => {
    seen = request;
    void text(request).then((sent) => response.writeHead(201, { 'X-Got': ['a', 'b'] }).end(`got ${sent}`));
  });
  const url = `http://127.0.0.1:${server.port}/a/b%20c?d=%7B`;
  const result = await send({
    url,
    method: 'PUT',
    headers: { 'X-Key': 'é', Authorization: 'Bearer t' },
    body: 'žluť',
  });
  expect(result).toMatchObject({ kind: 'response', status: 201, headers: { 'x-got': 'a, b' } });
  expect(body(result)).toBe('got žluť');
  expect(seen).toMatchObject({
    method: 'PUT',
    url: '/a/b%20c?d=%7B',
    headers: { 'x-key': 'é', authorization: 'Bearer t', 'content-length': '6' },
  });
  expect(body(await send({ url, method: 'POST', body: new Uint8Array([104, 105]) }))).toBe('got hi');
});

test('reaches nothing private unless it is opened, by literal or by name', async () => {
  await using server = await http((_request, response) => response.end('inside'));
  const { port } = server;
  const hosts = [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '127.1',
    'localhost',
    'localhost.',
    '[::ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '0.0.0.0',
  ];
  for (const host of hosts) {
    const result = await send({ url: `http://${host}:${port}/`, allowPrivate: [] });
    // A resolver that does not know `localhost.` refuses in its own way.
    expect(result).toMatchObject(
      host === 'localhost.' ? {} : { kind: 'refused', reason: expect.stringMatching(/[Bb]locked/) },
    );
    expect(result.kind).not.toBe('response');
  }
  expect(server.connections).toBe(0);
  expect(body(await send({ url: `http://127.0.0.1:${port}/`, allowPrivate: ['127.0.0.1'] }))).toBe('inside');
  expect(body(await send({ url: `http://localhost:${port}/`, allowPrivate: ['127.0.0.0/8', '::1'] }))).toBe(
    'inside',
  );
});

test('a name that changes its answer after the check gains nothing: it is resolved once', async () => {
  await using vetted = await http((_request, response) => response.end('vetted'));
  await using target = await listening(
    createServer((_request, response) => response.end('target')),
    '127.0.0.2',
    vetted.port,
  );
  const answers = ['127.0.0.1', '127.0.0.2', '127.0.0.2'];
  const url = `http://rebinding.example:${vetted.port}/`;
  const resolve = async (): Promise<string[]> => [answers.shift()!];
  const outbound = createOutbound({ resolve });
  const request = {
    url,
    method: 'GET',
    headers: {},
    timeoutMs: 60_000,
    maxBytes: 100,
    allowPrivate: ['127.0.0.1'],
  };
  expect(body(await outbound.send(request))).toBe('vetted');
  expect(answers).toHaveLength(2);
  expect(await outbound.send(request)).toEqual({
    kind: 'refused',
    reason: 'Blocked: rebinding.example resolves to private/reserved range: 127.0.0.2',
  });
  await outbound.close();
  expect([vetted.connections, target.connections]).toEqual([1, 0]);
});

test('a name with an address that is not allowed is refused although another is', async () => {
  await using server = await http((_request, response) => response.end('no'));
  const resolve = async (): Promise<string[]> => ['127.0.0.1', '10.0.0.1'];
  const result = await send({ url: `http://both.example:${server.port}/` }, { resolve });
  expect(result).toEqual({
    kind: 'refused',
    reason: 'Blocked: both.example resolves to private/reserved range: 10.0.0.1',
  });
  expect(server.connections).toBe(0);
});

test('an address that does not answer leaves the next one of the same name', async () => {
  await using server = await http((request, response) => response.end(request.headers.host));
  const resolve = async (): Promise<string[]> => ['127.0.0.9', '127.0.0.1'];
  const result = await send({ url: `http://two.example:${server.port}/` }, { resolve });
  expect(body(result)).toBe(`two.example:${server.port}`);
});

test('what one request may reach, the next one with other permissions may not, over no connection left open', async () => {
  await using server = await http((_request, response) => response.end('inside'));
  const outbound = createOutbound();
  const request = {
    url: `http://127.0.0.1:${server.port}/`,
    method: 'GET',
    headers: {},
    timeoutMs: 60_000,
    maxBytes: 100,
  };
  expect(body(await outbound.send({ ...request, allowPrivate: ['127.0.0.0/8'] }))).toBe('inside');
  expect(await outbound.send({ ...request, allowPrivate: [] })).toMatchObject({ kind: 'refused' });
  expect(body(await outbound.send({ ...request, allowPrivate: ['127.0.0.0/8'] }))).toBe('inside');
  await outbound.close();
  expect(server.connections).toBe(2);
});

test('TLS asks for the host of the URL, whatever the Host header says', async () => {
  const { promise: hello, resolve: said } = Promise.withResolvers<Buffer>();
  await using server = await tcp((socket) => {
    socket.once('data', (bytes) => {
      said(Buffer.from(bytes));
      socket.end('no TLS here');
    });
  });
  const resolve = async (): Promise<string[]> => ['127.0.0.1'];
  const request = { url: `https://certified.example:${server.port}/`, headers: { Host: 'other.example' } };
  expect(await send(request, { resolve })).toMatchObject({ kind: 'failed' });
  const bytes = (await hello).toString('latin1');
  expect([bytes.includes('certified.example'), bytes.includes('other.example')]).toEqual([true, false]);
});

test('a redirect is a response, and is not followed', async () => {
  await using server = await http((request, response) =>
    request.url === '/'
      ? response.writeHead(302, { location: '/secret' }).end('moved')
      : response.end('secret'),
  );
  const result = await send({ url: `http://127.0.0.1:${server.port}/` });
  expect(result).toMatchObject({ kind: 'response', status: 302, headers: { location: '/secret' } });
  expect(body(result)).toBe('moved');
  expect(server.connections).toBe(1);
});

test('a bad header, method or URL is refused before anything is connected', async () => {
  await using server = await http((_request, response) => response.end());
  const url = `http://127.0.0.1:${server.port}/`;
  const results = await Promise.all([
    send({ url, headers: { 'X-Key': 'a\r\nX-Evil: 1' } }),
    send({ url, headers: { 'X-Key': 'a\0' } }),
    send({ url, headers: { 'X Key': 'a' } }),
    send({ url, method: 'GET /x HTTP/1.1\r\n' }),
    send({ url: `http://${'a'.repeat(64)}.example/` }),
    send({ url: 'ftp://127.0.0.1/' }),
  ]);
  expect(results.map(({ kind }) => kind)).toEqual(Array(6).fill('refused'));
  expect(server.connections).toBe(0);
});

test('an endless body is cut at its limit while it streams, and the connection closed', async () => {
  const { promise: closed, resolve: sawClose } = Promise.withResolvers<void>();
  await using server = await http((_request, response) => {
    const chunk = Buffer.alloc(1_000);
    const more = (): void => {
      if (!response.destroyed) response.write(chunk, () => setImmediate(more));
    };
    more();
    response.on('close', sawClose);
  });
  const result = await send({ url: `http://127.0.0.1:${server.port}/`, maxBytes: 5_000 });
  expect(result).toEqual({
    kind: 'failed',
    reason: 'the response is larger than 5000 bytes',
    cut: 'too-large',
  });
  await closed;
});

test('a body that says it is too large is not read, one of just the limit is, and HEAD only tells a length', async () => {
  await using server = await http((_request, response) =>
    response.setHeader('content-length', 5_000).end(Buffer.alloc(5_000)),
  );
  const url = `http://127.0.0.1:${server.port}/`;
  expect(await send({ url, maxBytes: 4_999 })).toMatchObject({ kind: 'failed', cut: 'too-large' });
  expect(body(await send({ url, maxBytes: 5_000 }))).toHaveLength(5_000);
  expect(await send({ url, method: 'HEAD', maxBytes: 10 })).toMatchObject({
    kind: 'response',
    headers: { 'content-length': '5000' },
  });
});

test.each([
  { name: 'before it answers', write: (socket: Socket) => socket.destroy() },
  { name: 'in the headers', write: (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-') },
  {
    name: 'short of its length',
    write: (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'),
  },
  {
    name: 'between chunks',
    write: (socket: Socket) =>
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'),
  },
  {
    name: 'with a reset',
    write: (socket: Socket) =>
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => socket.resetAndDestroy()),
  },
])('a connection closed $name is a failure that says so', async ({ write }) => {
  await using server = await tcp((socket) => socket.once('data', () => write(socket)));
  const result = await send({ url: `http://127.0.0.1:${server.port}/`, method: 'POST', body: 'x' });
  expect(result).toEqual({
    kind: 'failed',
    reason: expect.stringMatching(/^connection (?:closed|reset) by the server/),
  });
});

test('headers without end are cut', async () => {
  await using server = await http((_request, response) =>
    response.setHeader('x-long', 'a'.repeat(40_000)).end(),
  );
  expect(await send({ url: `http://127.0.0.1:${server.port}/` })).toEqual({
    kind: 'failed',
    reason: "the response's headers are too large (UND_ERR_HEADERS_OVERFLOW)",
  });
});

test('an answer that is not HTTP, a refused connection and a failing resolver are failures with a reason', async () => {
  await using server = await tcp((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
  const { port } = server;
  expect(await send({ url: `http://127.0.0.1:${port}/` })).toEqual({
    kind: 'failed',
    reason: expect.stringContaining('does not match the HTTP/1.1 protocol'),
  });
  expect(await send({ url: `http://127.0.0.1:1/` })).toEqual({
    kind: 'failed',
    reason: 'connection refused (ECONNREFUSED)',
  });
  const resolve = (): Promise<string[]> => Promise.reject(new Error('getaddrinfo EAI_AGAIN'));
  expect(await send({ url: 'http://a.example/' }, { resolve })).toEqual({
    kind: 'failed',
    reason: "DNS resolution failed for 'a.example': getaddrinfo EAI_AGAIN",
  });
});

test('time is bounded while resolving, waiting and reading alike', async () => {
  const clock = new FakeClock();
  const late = { kind: 'failed', reason: 'timed out after 15000 ms', cut: 'timeout' };
  const hanging = send(
    { url: 'http://slow.example/', timeoutMs: 15_000 },
    { clock, resolve: () => new Promise(() => {}) },
  );
  await clock.advance(15_000);
  expect(await hanging).toEqual(late);

  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  await using silent = await http(() => arrive());
  const waiting = send({ url: `http://127.0.0.1:${silent.port}/`, timeoutMs: 15_000 }, { clock });
  await arrived;
  await clock.advance(15_000);
  expect(await waiting).toEqual(late);

  const { promise: flushed, resolve: flush } = Promise.withResolvers<void>();
  await using dripping = await http((_request, response) => void response.write('drop', () => flush()));
  const reading = send({ url: `http://127.0.0.1:${dripping.port}/`, timeoutMs: 15_000 }, { clock });
  await flushed;
  await clock.advance(14_999);
  await clock.advance(1);
  expect(await reading).toEqual(late);
  expect(clock.pending).toBe(0);
});

test('a caller can abort, before and during, and closing aborts everybody', async () => {
  const aborted = { kind: 'failed', reason: 'aborted', cut: 'aborted' };
  expect(await send({ url: 'http://127.0.0.1:1/', signal: AbortSignal.abort() })).toEqual(aborted);
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  await using server = await http(() => arrive());
  const controller = new AbortController();
  const outbound = createOutbound();
  const request = {
    url: `http://127.0.0.1:${server.port}/`,
    method: 'GET',
    headers: {},
    timeoutMs: 60_000,
    maxBytes: 1,
    allowPrivate: ['127.0.0.1'],
  };
  const [mine, other] = [outbound.send({ ...request, signal: controller.signal }), outbound.send(request)];
  await arrived;
  controller.abort();
  expect(await mine).toEqual(aborted);
  await outbound.close();
  const stopping = { kind: 'failed', reason: 'the service is stopping', cut: 'aborted' };
  expect(await other).toEqual(stopping);
  expect(await outbound.send(request)).toEqual(stopping);
});
