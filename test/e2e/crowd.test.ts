/** Connections that say nothing: how many there are makes no difference to whoever has something to say. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Sandbox, eventually } from '../support/untether.ts';

const IS_LONG = process.env['UNTETHER_TEST_LONG'] !== undefined;
/** Long: more than the service holds at once. */
const CROWD = IS_LONG ? 11_000 : 1_000;
const MOST_CONNECTIONS = 10_000;

const toml = `
[triggers.server]
port = 0
[[triggers.webhooks]]
id = "h"
path = "/h"
secret = "pass-word"
action = "command"
command = ["true"]
`;

async function idle(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').resume();
  socket.on('error', () => {
    // Closed under its hands.
  });
  await once(socket, 'connect');
  return socket;
}

function hundred(port: number): Promise<readonly Socket[]> {
  return Promise.all(Array.from({ length: 100 }, () => idle(port)));
}

async function statusOf(pid: number, name: string): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]);
}

it('serves a sender beside them, and holds only so many and little for each', async () => {
  await using sandbox = await Sandbox.make(toml);
  const service = await sandbox.start();
  const pid = service.child.process.pid ?? 0;
  const port = Number(new URL(service.url).port);
  const before = await statusOf(pid, 'VmRSS');
  const sockets: Socket[] = [];
  for (let count = 0; count < CROWD; count += 100)
    sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => idle(port)))));

  const bearer = { authorization: 'Bearer pass-word' };
  expect((await service.post('/h', '{}', bearer)).status).toBe(202);
  expect((await service.get('/ready')).status).toBe(200);
  const after = await statusOf(pid, 'VmRSS');
  const held = await statusOf(pid, 'FDSize');
  if (IS_LONG) console.log(`${CROWD} connections: ${after - before} KiB, ${held} descriptors`);
  expect(after - before).toBeLessThan(40_000 + 24 * CROWD);
  expect(sockets.filter(({ closed }) => !closed).length).toBeLessThanOrEqual(MOST_CONNECTIONS);
  for (const socket of sockets) socket.destroy();
  expect((await service.post('/h', '{}', bearer)).status).toBe(202);
}, 120_000);

it(
  'leaves the service the descriptors for its own work where there are few',
  { timeout: 60_000 },
  async () => {
    await using sandbox = await Sandbox.make(toml);
    const service = await sandbox.startUnder('ulimit -n 256');
    const port = Number(new URL(service.url).port);
    for (let count = 0; count < 10; count += 1) await hundred(port);
    const reply = await service.post('/h', '{}', { authorization: 'Bearer pass-word' });
    expect(reply.status).toBe(202);
    const { run } = JSON.parse(reply.body) as { run: string };
    await eventually('the run ends well', async () => {
      const { state } = await sandbox.json<{ state: string }>('runs', run);
      return state === 'succeeded';
    });
  },
);
