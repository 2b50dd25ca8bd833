import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Admitted } from '../../src/core/admission.ts';
import { eventually } from '../support/untether.ts';
import { sampleWebhook } from '../triggers/samples.ts';
import { startServer } from './harness.ts';
import type { TestServer } from './harness.ts';
import { END, FILE, requestOf, startUploadServer } from './upload/support.ts';

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

/** Twice as many as there may be, one after the other; the first of them are gone when it resolves. */
async function overrun(server: TestServer): Promise<void> {
  const crowd = await many(server, 2 * MOST);
  for (const one of crowd.slice(0, MOST)) if (!one.closed) await once(one, 'close');
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

  it('cuts no upload short that is on its way, however long it takes', async () => {
    await using upload = await startUploadServer({ maxConnections: MOST });
    const { server } = upload;
    const request = requestOf(FILE + END);
    const sender = await idle(server);
    sender.write(request.subarray(0, -1));
    await eventually('some of it is on disk', async () => (await upload.files()).length === 1);
    await overrun(server);
    sender.write(request.subarray(-1));
    const [answer] = (await once(sender, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 202 /);
  });

  it('drives nobody away who was let in and waits for the answer', async () => {
    await using server = await serve();
    const stored = Promise.withResolvers<Admitted>();
    server.world.store = () => stored.promise;
    const waiting = server.post('/hook');
    await eventually('it is let in', () => Promise.resolve(server.admissions.length === 1));
    await overrun(server);
    stored.resolve({ kind: 'refused', waiting: 10 });
    expect((await waiting).status).toBe(429);
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
