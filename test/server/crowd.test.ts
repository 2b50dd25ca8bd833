import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sampleWebhook } from '../triggers/samples.ts';
import { startServer } from './harness.ts';
import type { TestServer } from './harness.ts';

const MOST = 20;

function serve(): Promise<TestServer> {
  return startServer({ webhooks: [sampleWebhook()], maxConnections: MOST });
}

async function idle(server: TestServer, first = ''): Promise<Socket> {
  const socket = connect(server.bound.port, '127.0.0.1').resume();
  socket.on('error', () => {
    // Closed under its hands.
  });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  if (first !== '') {
    socket.write(first);
    await once(socket, 'data');
  }
  return socket;
}

async function many(server: TestServer, count: number): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index += 1) sockets.push(await idle(server));
  return sockets;
}

const ASK = 'GET /health HTTP/1.1\r\nHost: h\r\n\r\n';

describe('a crowd of connections that say nothing', () => {
  it('keeps no sender out: the oldest of them go', async () => {
    await using server = await serve();
    const crowd = await many(server, MOST);
    const gone = once(crowd[0] as Socket, 'close');
    expect((await server.post('/hook')).status).toBe(202);
    await gone;
    expect(crowd.slice(1).filter(({ closed }) => closed)).toEqual([]);
  });

  it('drives nobody away who was answered', async () => {
    await using server = await serve();
    const sender = await idle(server, ASK);
    const crowd = await many(server, 3 * MOST);
    // The last to come drove out the one before it by MOST - 1 places.
    for (const one of crowd.slice(0, 2 * MOST)) if (!one.closed) await once(one, 'close');
    sender.write(ASK);
    await once(sender, 'data');
    expect(sender.closed).toBe(false);
  });

  it('of answered ones makes room by its oldest', async () => {
    await using server = await serve();
    const first = await idle(server, ASK);
    const gone = once(first, 'close');
    for (let count = 0; count < MOST; count += 1) await idle(server, ASK);
    await gone;
    expect((await server.post('/hook')).status).toBe(202);
  });
});
