import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { RequestListener } from 'node:http';
import { listen } from '../../src/server/listener.ts';
import type { Listener } from '../../src/server/listener.ts';
import { excuse } from '../../src/server/unhurried.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { SAMPLE_SECRET, sampleWebhook } from '../triggers/samples.ts';
import { exchangeRaw, startServer } from './harness.ts';

const PATIENCE = { headersMs: 100, requestMs: 200, keepAliveMs: 1_000 };

function listenWith(handler: RequestListener, clock = systemClock): Promise<Listener> {
  return listen({ host: '127.0.0.1', port: 0, handlerFor: () => handler, clock });
}

describe('listen', () => {
  it('tells the address that was really bound', async () => {
    const listener = await listen({
      host: 'localhost',
      port: 0,
      handlerFor: () => () => {},
      clock: systemClock,
    });
    expect(listener.bound).toMatchObject({ host: 'localhost', isLoopback: true });
    expect(listener.bound.port).toBeGreaterThan(0);
    await listener.close(0);
  });

  it('says who refused when the port is taken, and holds nothing', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const attempt = listen({ host: '127.0.0.1', port, handlerFor: () => () => {}, clock: systemClock });
    await expect(attempt).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`127.0.0.1:${port}`),
      cause: expect.objectContaining({ code: 'EADDRINUSE' }),
    });
    other.close();
    await once(other, 'close');
    const again = await listen({ host: '127.0.0.1', port, handlerFor: () => () => {}, clock: systemClock });
    await again.close(0);
  });
});

describe('close', () => {
  it('lets a request under way finish, accepts no other, and then ends', async () => {
    const release = Promise.withResolvers<void>();
    const underWay = Promise.withResolvers<void>();
    const listener = await listenWith((_incoming, outgoing) => {
      underWay.resolve();
      void release.promise.then(() => outgoing.end('done'));
    });
    const url = listener.bound.url;
    const answer = fetch(url).then((response) => response.text());
    await underWay.promise;
    const closed = listener.close(60_000);
    await expect(fetch(url)).rejects.toThrow();
    release.resolve();
    expect(await answer).toBe('done');
    await closed;
  });

  it('serves what still comes on a connection in use, and says that it was the last', async () => {
    const release = Promise.withResolvers<void>();
    const underWay = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const listener = await listenWith((incoming, outgoing) => {
      (incoming.url === '/1' ? underWay : second).resolve();
      void release.promise.then(() => outgoing.end(`done ${incoming.url}`));
    });
    const socket = connect(listener.bound.port, '127.0.0.1').setEncoding('latin1');
    let received = '';
    socket.on('data', (chunk: string) => (received += chunk));
    socket.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\n');
    await underWay.promise;
    const closed = listener.close(60_000);
    socket.write('GET /2 HTTP/1.1\r\nHost: h\r\n\r\n');
    await second.promise;
    release.resolve();
    await closed;
    if (!socket.closed) await once(socket, 'close');
    expect(received).toMatch(/done \/1.*connection: close.*done \/2/is);
  });

  it('waits for no idle connection for longer than a busy one takes to ask again', async () => {
    const clock = new FakeClock();
    const listener = await listenWith((_incoming, outgoing) => outgoing.end('done'), clock);
    const socket = connect(listener.bound.port, '127.0.0.1').setEncoding('latin1');
    const ask = async (): Promise<string> => {
      socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
      const [answer] = (await once(socket, 'data')) as [string];
      return answer;
    };
    expect(await ask()).toMatch(/connection: keep-alive/i);
    const closed = listener.close(60_000);
    await clock.advance(499);
    expect(await ask()).toMatch(/connection: close/i);
    await closed;
    const other = await listenWith((_incoming, outgoing) => outgoing.end('done'), clock);
    const idle = connect(other.bound.port, '127.0.0.1');
    await once(idle, 'connect');
    idle.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await once(idle, 'data');
    const gone = other.close(60_000);
    await clock.advance(500);
    await gone;
  });

  it('cuts what is not done in time, and can be asked twice', async () => {
    const underWay = Promise.withResolvers<void>();
    const clock = new FakeClock();
    const listener = await listenWith(() => {
      underWay.resolve();
    }, clock);
    const answer = fetch(listener.bound.url);
    const refused = expect(answer).rejects.toThrow();
    await underWay.promise;
    const closed = listener.close(1_000);
    expect(listener.close(1_000)).toBe(closed);
    await clock.advance(1_000);
    await closed;
    await refused;
  });
});

describe('a sender', () => {
  it('that is slow with its headers is cut with 408', async () => {
    await using server = await startServer({ webhooks: [sampleWebhook()], patience: PATIENCE });
    expect(await server.raw('POST /hook HTTP/1.1\r\nHost: h\r\n')).toMatch(
      /^HTTP\/1.1 408 .*\r\n\r\n{"error":"timeout"}$/s,
    );
  });

  it('that is slow with its body is cut with 408, and nothing of it is kept', async () => {
    await using server = await startServer({ webhooks: [sampleWebhook()], patience: PATIENCE });
    const head = `POST /hook HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${SAMPLE_SECRET}\r\nContent-Length: 100\r\n\r\n{`;
    expect(await server.raw(head)).toMatch(/^HTTP\/1.1 408 /);
    expect(server.admissions).toEqual([]);
  });

  it('that leaves in the middle of its body is forgotten', async () => {
    await using server = await startServer({ webhooks: [sampleWebhook()] });
    const socket = connect(server.bound.port, '127.0.0.1');
    socket.write(
      `POST /hook HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${SAMPLE_SECRET}\r\nContent-Length: 100\r\n\r\n{`,
    );
    await once(socket, 'connect');
    socket.resetAndDestroy();
    await once(socket, 'close');
    expect((await server.post('/hook')).status).toBe(202);
    expect(server.admissions).toHaveLength(1);
  });

  it('that leaves before the commit is stored all the same', async () => {
    await using server = await startServer({ webhooks: [sampleWebhook()] });
    const arrived = Promise.withResolvers<void>();
    const committed = Promise.withResolvers<void>();
    server.world.store = async ({ id, state }) => {
      arrived.resolve();
      await committed.promise;
      return { kind: 'admitted', run: id, state };
    };
    const socket = connect(server.bound.port, '127.0.0.1');
    socket.write(
      `POST /hook HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${SAMPLE_SECRET}\r\nContent-Length: 2\r\n\r\n{}`,
    );
    await arrived.promise;
    socket.resetAndDestroy();
    await once(socket, 'close');
    committed.resolve();
    expect((await server.post('/hook')).status).toBe(202);
    expect(
      server.events.filter((event) => event.kind === 'delivery' && event.verdict === 'accepted'),
    ).toHaveLength(2);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['two lengths', 'POST /hook HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    [
      'a length and chunks',
      'POST /hook HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a NUL in the path', 'POST /ho\0ok HTTP/1.1\r\nHost: h\r\n\r\n', 400],
    ['no host', 'POST /hook HTTP/1.1\r\n\r\n', 400],
    ['endless headers', `POST /hook HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('that sends %s is refused', async (_what, bytes, status) => {
    await using server = await startServer({ webhooks: [sampleWebhook()] });
    expect(await exchangeRaw(server.bound.port, [bytes])).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});

describe('a request that is excused from the time that requests have', () => {
  it('is read to its end, and those after it on its connection are not excused', async () => {
    const listener = await listen({
      host: '127.0.0.1',
      port: 0,
      handlerFor: () => (incoming, outgoing) => {
        const finish = incoming.url === '/slow' ? excuse(incoming.socket) : () => {};
        incoming.resume().once('end', () => {
          finish();
          outgoing.end(`read ${incoming.url}`);
        });
      },
      clock: systemClock,
      patience: PATIENCE,
    });
    const socket = connect(listener.bound.port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    const head = (path: string): string => `POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nx`;
    socket.write(head('/slow'));
    // Real time, as Node itself counts it.
    await new Promise((resolve) => setTimeout(resolve, 5 * PATIENCE.requestMs));
    expect(received).toBe('');
    socket.write('x');
    await once(socket, 'data');
    expect(received).toContain('read /slow');
    socket.write(head('/other'));
    await once(socket, 'close');
    expect(received).toContain('HTTP/1.1 408 Request Timeout');
    await listener.close(0);
  });
});
