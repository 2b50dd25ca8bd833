/** Promises to senders that only the whole service can keep. */
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { Sandbox, eventually } from '../support/untether.ts';

const bearer = { authorization: 'Bearer pass-word' };
const hook = (id: string, command: string, ...lines: readonly string[]): string =>
  [
    '[[triggers.webhooks]]',
    `id = "${id}"`,
    `path = "/${id}"`,
    'secret = "pass-word"',
    'action = "command"',
    `command = ${command}`,
    ...lines,
    '',
  ].join('\n');

interface RunRow {
  readonly id: string;
  readonly trigger: string;
  readonly state: string;
}

it('answers before the run has ended, and tells of one that cannot start in its row, not with a 500', async () => {
  const file = `[triggers.server]\nport = 0\n${hook('slow', '["sleep", "1000"]')}${hook('broken', '["./not-there"]')}`;
  await using sandbox = await Sandbox.make(file);
  const service = await sandbox.start();
  const ids: string[] = [];
  for (const path of ['/slow', '/broken']) {
    const reply = await service.post(path, '{}', bearer);
    expect(reply.status).toBe(202);
    ids.push((JSON.parse(reply.body) as { run: string }).run);
  }
  await eventually('the broken one has failed', async () => {
    const { state } = await sandbox.json<RunRow>('runs', ids[1] ?? '');
    return state === 'failed';
  });
  expect(await sandbox.json<RunRow>('runs', ids[0] ?? '')).toMatchObject({ state: 'running' });
});

it('keeps the histories of a cron and a webhook apart that share a name', async () => {
  const cron =
    '[[triggers.crons]]\nid = "x"\nschedule = "* * * * * *"\naction = "command"\ncommand = ["true"]\n';
  await using sandbox = await Sandbox.make(`[triggers.server]\nport = 0\n${hook('x', '["true"]')}${cron}`);
  const service = await sandbox.start();
  expect((await service.post('/x', '{}', bearer)).status).toBe(202);
  const triggersOf = async (trigger: string): Promise<readonly string[]> =>
    (await sandbox.json<readonly RunRow[]>('runs', '--trigger', trigger)).map((run) => run.trigger);
  await eventually('the cron has run twice', async () => (await triggersOf('cron:x')).length >= 2);
  expect(await triggersOf('webhook:x')).toEqual(['webhook:x']);
  expect(new Set(await triggersOf('cron:x'))).toEqual(new Set(['cron:x']));
});

it('runs a delivery once that GitHub sends again', async () => {
  await using sandbox = await Sandbox.make(
    `[triggers.server]\nport = 0\n${hook('gh', '["true"]').replace('secret', 'dedupe = "header:X-GitHub-Delivery"\nsecret')}`,
  );
  const service = await sandbox.start();
  const headers = { ...bearer, 'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958' };
  const replies = await Promise.all([1, 2, 3].map(() => service.post('/gh', '{"a":1}', headers)));
  expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 200, 202]);
  expect(new Set(replies.map(({ body }) => (JSON.parse(body) as { run: string }).run)).size).toBe(1);
  expect(await sandbox.json<readonly RunRow[]>('runs')).toHaveLength(1);
});

it('begins to listen by itself once its port is free', { timeout: 60_000 }, async () => {
  const squatter = createServer();
  squatter.listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const { port } = squatter.address() as AddressInfo;
  await using sandbox = await Sandbox.make(`[triggers.server]\nport = ${port}\n${hook('h', '["true"]')}`);
  const child = sandbox.spawn('run');
  await child.sees(/(listening on nothing)/);
  squatter.close();
  await once(squatter, 'close');
  await eventually(
    'it listens',
    async () => {
      const { address, conditions } = await sandbox.json<{
        address: string | null;
        conditions: readonly unknown[];
      }>('status');
      return address !== null && conditions.length === 0;
    },
    40_000,
  );
  expect(await statusOf(`http://127.0.0.1:${port}/h`)).toBe(202);
});

function statusOf(url: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const sent = request(url, { method: 'POST', headers: { ...bearer, connection: 'close' } }, (reply) => {
    reply.resume();
    resolve(reply.statusCode);
  });
  sent.once('error', reject);
  sent.end('{}');
  return promise;
}
