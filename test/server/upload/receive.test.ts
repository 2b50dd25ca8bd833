import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PACE_BYTES, PACE_WINDOW_MS } from '../../../src/server/upload/pace.ts';
import { receiveForm } from '../../../src/server/upload/receive.ts';
import { isExcused } from '../../../src/server/unhurried.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { eventually } from '../../support/untether.ts';
import { END, FILE, headOf, part, rulesFor } from './support.ts';

const server = createServer();
let folder = '';
let client: Socket;
let clock: FakeClock;

beforeEach(async () => {
  clock = new FakeClock();
  folder = await mkdtemp(join(tmpdir(), 'untether-receive-'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  // However it ends, the test ends it.
  client.on('error', () => {});
});
afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** The request that comes, and what becomes of it. */
async function arrival(): Promise<{ incoming: IncomingMessage; reception: ReturnType<typeof receiveForm> }> {
  const [incoming, outgoing] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  const rules = { ...rulesFor(folder), maxFileBytes: 10 * PACE_BYTES };
  const reception = receiveForm({ incoming, outgoing, rules, maxBodyBytes: 4_096, clock, onChunk: () => {} });
  return { incoming, reception };
}

it('takes an upload that is slow, and gives up on one from which too little comes', async () => {
  client.write(headOf([`Content-Length: ${20 * PACE_BYTES}`]));
  const { incoming, reception } = await arrival();
  client.write(part('form-data; name="a"; filename="a"', ''));
  let received = 0;
  incoming.on('data', (chunk: Buffer) => (received += chunk.length));
  for (const minute of [1, 2, 3]) {
    client.write(Buffer.alloc(PACE_BYTES));
    await eventually('it has come', () => Promise.resolve(received > minute * PACE_BYTES));
    await clock.advance(PACE_WINDOW_MS);
  }
  expect(isExcused(incoming.socket)).toBe(true);
  await clock.advance(PACE_WINDOW_MS);
  expect(await reception).toEqual({ kind: 'too_slow', reason: 'the upload was too slow' });
  expect(isExcused(incoming.socket)).toBe(false);
  expect(await readdir(folder)).toEqual([]);
});

it('watches nobody any more once all is here', async () => {
  const body = FILE + END;
  client.write(headOf([`Content-Length: ${body.length}`]) + body);
  const { incoming, reception } = await arrival();
  expect(await reception).toMatchObject({ kind: 'form', form: { files: [{ info: { filename: 'a.txt' } }] } });
  expect(clock.pending).toBe(0);
  expect(isExcused(incoming.socket)).toBe(false);
});

it('cannot store what has no folder, and says so', async () => {
  await rm(folder, { recursive: true });
  client.write(headOf(['Content-Length: 20000']) + FILE);
  const { reception } = await arrival();
  expect(await reception).toMatchObject({ kind: 'unavailable' });
  expect(clock.pending).toBe(0);
});
