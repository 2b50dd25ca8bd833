/** Bursts of deliveries, through the real process: the newest runs, also after `kill -9`, and the others name it. */
import { expect, it } from 'vitest';
import type { Service } from '../support/untether.ts';
import { Sandbox, eventually } from '../support/untether.ts';

interface RunRow {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly dueAt: string;
  readonly startedAt: string | null;
}

/** A webhook at `/x` that notes each run's number, and coalesces by its `pr`. */
function toml(times: string): string {
  return `
[triggers.server]
port = 0
[[triggers.webhooks]]
id = "x"
path = "/x"
auth = "none"
dedupe = "header:X-Id"
action = "command"
command = ["sh", "-c", 'echo "$1" >> ran', "sh", "{{n}}"]
coalesce = { key = "{{pr.number}}", ${times} }
`;
}

async function deliver(service: Service, n: number, pr?: number): Promise<string> {
  const body = JSON.stringify({ n, ...(pr !== undefined && { pr: { number: pr } }) });
  const reply = await service.post('/x', body, { 'x-id': `${n}` });
  expect(reply.status, reply.body).toBe(202);
  return (JSON.parse(reply.body) as { run: string }).run;
}

const run = (sandbox: Sandbox, id: string): Promise<RunRow> => sandbox.json<RunRow>('runs', id);

async function succeeds(sandbox: Sandbox, id: string): Promise<void> {
  await eventually(`${id} succeeds`, async () => (await run(sandbox, id)).state === 'succeeded');
}

const ran = async (sandbox: Sandbox): Promise<readonly string[]> =>
  (await sandbox.read('ran')).split('\n').filter(Boolean).sort();

it('runs the newest of each key, and names it on those that it replaced', async () => {
  await using sandbox = await Sandbox.make(toml('window = "3s"'));
  const service = await sandbox.start();
  const sent = await Promise.all([deliver(service, 1, 7), deliver(service, 2, 8)]);
  const [first, second] = sent;
  const third = await deliver(service, 3, 7);
  const fourth = await deliver(service, 4, 8);
  const fifth = await deliver(service, 5, 7);
  const again = await service.post('/x', '{"n":3,"pr":{"number":7}}', { 'x-id': '3' });
  expect([again.status, JSON.parse(again.body)]).toMatchObject([200, { run: third }]);
  await Promise.all([succeeds(sandbox, fourth), succeeds(sandbox, fifth)]);
  const replaced = [
    [first, third],
    [second, fourth],
    [third, fifth],
  ] as const;
  for (const [id, successor] of replaced) {
    expect(await run(sandbox, id)).toMatchObject({
      state: 'superseded',
      reason: `superseded by ${successor}`,
      startedAt: null,
    });
  }
  expect(await ran(sandbox)).toEqual(['4', '5']);
  const { dueAt, startedAt } = await run(sandbox, fifth);
  expect(Date.parse(startedAt ?? '') - Date.parse(dueAt)).toBeGreaterThanOrEqual(3_000);
});

it('runs once what was in its window when the plug was pulled', async () => {
  await using sandbox = await Sandbox.make(toml('window = "4s"'));
  const first = await sandbox.start();
  const older = await deliver(first, 1, 7);
  const newer = await deliver(first, 2, 7);
  await first.kill();
  const second = await sandbox.start();
  await succeeds(sandbox, newer);
  expect(await run(sandbox, older)).toMatchObject({ state: 'superseded' });
  const { dueAt, startedAt } = await run(sandbox, newer);
  expect(Date.parse(startedAt ?? '') - Date.parse(dueAt)).toBeGreaterThanOrEqual(4_000);
  expect(await ran(sandbox)).toEqual(['2']);
  expect((await second.stop()).code).toBe(0);
});

it('runs at once what has no key, and what is asked for again, while the others say until when they wait', async () => {
  await using sandbox = await Sandbox.make(toml('window = "10m", max_wait = "1h"'));
  const service = await sandbox.start();
  const waiting = await deliver(service, 1, 7);
  await succeeds(sandbox, await deliver(service, 2));
  await succeeds(sandbox, await deliver(service, 3));
  const reason = /^coalescing until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/;
  expect(await run(sandbox, waiting)).toMatchObject({
    state: 'scheduled',
    reason: expect.stringMatching(reason) as string,
  });
  const newest = await deliver(service, 4, 7);
  const { sentence } = await sandbox.json<{ sentence: string }>('why', 'webhook:x');
  expect(sentence).toMatch(/; has not run yet: coalescing until .* UTC$/);
  expect((await sandbox.run('cancel', newest)).code).toBe(0);
  const repeated = await sandbox.json<{ run: string }>('retry', newest);
  await succeeds(sandbox, repeated.run);
  expect(await ran(sandbox)).toEqual(['2', '3', '4']);
});

it('holds what waits for its time within max_queued, and lets the newest take the place of the older', async () => {
  await using sandbox = await Sandbox.make(
    toml('window = "10m"').replace('path =', 'max_queued = 2\npath ='),
  );
  const service = await sandbox.start();
  await deliver(service, 1, 7);
  await deliver(service, 2, 8);
  expect((await service.post('/x', '{"n":3,"pr":{"number":9}}', { 'x-id': '3' })).status).toBe(429);
  await deliver(service, 4, 7);
});
