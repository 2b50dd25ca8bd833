/** `response = "wait"` and `"stream"` through the real process: what a sender gets that stays, leaves, repeats or is slow. */
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Service } from '../support/untether.ts';
import { Sandbox, eventually } from '../support/untether.ts';

/** A webhook at `/x` that runs this line of shell; what it is sent is in `$1` as `how`. */
function toml(shell: string, ...keys: readonly string[]): string {
  return [
    '[triggers.server]',
    'port = 0',
    'rate_limit = 100000',
    '[[triggers.webhooks]]',
    'id = "x"',
    'path = "/x"',
    'auth = "none"',
    'dedupe = "header:X-Id"',
    'action = "command"',
    `command = ["sh", "-c", '''${shell}''', "sh", "{{how}}"]`,
    ...keys,
    '',
  ].join('\n');
}

const post = (
  service: Service,
  how: string,
  headers: Readonly<Record<string, string>> = {},
): ReturnType<Service['post']> => service.post('/x', JSON.stringify({ how }), headers);

interface RunRow {
  readonly id: string;
  readonly state: string;
}

const runs = (sandbox: Sandbox): Promise<readonly RunRow[]> => sandbox.json<RunRow[]>('runs');

/** A request whose answer is read by the test. */
async function open(
  service: Service,
  how: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<IncomingMessage> {
  const outgoing = request(`${service.url}/x`, { method: 'POST', headers });
  outgoing.end(JSON.stringify({ how }));
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  return incoming;
}

async function rest(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return text;
}

it('waits for the result: output as the body, status by exit code or state', async () => {
  const shell = 'echo "{\\"took\\": \\"$1\\"}"; test "$1" != bad || exit 3; test "$1" != worse || exit 4';
  await using sandbox = await Sandbox.make(
    toml(shell, 'response = "wait"', 'response_type = "application/json"', 'response_status = { "3" = 422 }'),
  );
  const service = await sandbox.start();
  const good = await post(service, 'good');
  const [row] = await runs(sandbox);
  expect(good).toMatchObject({
    status: 200,
    body: '{"took": "good"}\n',
    headers: {
      'content-type': 'application/json',
      location: `/-/runs/${row?.id}`,
      'untether-run': row?.id,
      'untether-state': 'succeeded',
      'untether-exit-code': '0',
      'x-content-type-options': 'nosniff',
    },
  });
  expect(await post(service, 'bad')).toMatchObject({ status: 422, body: '{"took": "bad"}\n' });
  const worse = await post(service, 'worse');
  expect(worse).toMatchObject({
    status: 500,
    headers: { 'untether-state': 'failed', 'untether-exit-code': '4' },
  });
});

it('waits for the last attempt, and tells its output without secrets', async () => {
  const shell = 'echo "attempt with pass-word-1"; test -e again && exit 0; touch again; exit 1';
  await using sandbox = await Sandbox.make(
    toml(shell, 'response = "wait"', 'retries = 1', 'backoff = "1s"', '[secrets]', 'a = "pass-word-1"'),
  );
  const service = await sandbox.start();
  expect(await post(service, 'x')).toMatchObject({ status: 200, body: 'attempt with [secret]\n' });
});

it('answers 202 when it takes too long, when the service stops, and the run goes on', async () => {
  await using sandbox = await Sandbox.make(
    toml('sleep "$1"; echo "$1" >> ran', 'response = "wait"', 'response_timeout = "500ms"'),
  );
  const service = await sandbox.start();
  const late = await post(service, '1.5');
  expect(late.status).toBe(202);
  const { run } = JSON.parse(late.body) as { run: string };
  expect(late.headers['location']).toBe(`/-/runs/${run}`);
  await eventually('it ends', async () => (await sandbox.read('ran')) === '1.5\n');
  await sandbox.save(toml('sleep "$1"; echo "$1" >> ran', 'response = "wait"', 'response_timeout = "1h"'));
  await service.child.sees(/"revision":2/);
  const waiting = post(service, '1');
  await eventually('it runs', async () => (await runs(sandbox))[0]?.state === 'running');
  const stopped = service.stop();
  expect((await waiting).status).toBe(202);
  expect((await stopped).code).toBe(0);
  expect(await sandbox.read('ran')).toBe('1.5\n1\n');
});

it('answers a repeated delivery with the same result, while it runs and afterwards; one that leaves stops nothing', async () => {
  await using sandbox = await Sandbox.make(toml('sleep 1; echo ran | tee -a ran', 'response = "wait"'));
  const service = await sandbox.start();
  const leaver = request(`${service.url}/x`, { method: 'POST', headers: { 'x-id': '1' } });
  leaver.on('error', () => {});
  leaver.end('{}');
  await eventually('it runs', async () => (await runs(sandbox))[0]?.state === 'running');
  const second = service.post('/x', '{}', { 'x-id': '1' });
  leaver.destroy();
  const [row] = await runs(sandbox);
  const expected = { status: 200, body: 'ran\n', headers: { 'untether-run': row?.id } };
  expect(await second).toMatchObject(expected);
  expect(await service.post('/x', '{}', { 'x-id': '1' })).toMatchObject(expected);
  expect((await service.post('/x', '{"other":1}', { 'x-id': '1' })).status).toBe(409);
  expect(await sandbox.read('ran')).toBe('ran\n');
});

it('tells of a run that never began that it did not', async () => {
  await using sandbox = await Sandbox.make(
    toml('sleep 60', 'response = "wait"', 'max_concurrent = 1', 'response_status = { cancelled = 409 }'),
  );
  const service = await sandbox.start();
  const first = post(service, 'first');
  await eventually('it runs', async () => (await runs(sandbox))[0]?.state === 'running');
  const second = post(service, 'second');
  await eventually('it waits', async () => (await runs(sandbox))[0]?.state === 'queued');
  const [waiting, running] = await runs(sandbox);
  await sandbox.run('cancel', waiting?.id ?? '');
  const reply = await second;
  expect(reply.status).toBe(409);
  expect(JSON.parse(reply.body)).toMatchObject({ error: 'cancelled', run: waiting?.id });
  await sandbox.run('cancel', running?.id ?? '');
  expect(await first).toMatchObject({ status: 409, headers: { 'untether-state': 'cancelled' } });
});

it('streams the output line by line while it comes, with the end in the trailers', async () => {
  const shell = 'echo one; while ! test -e go; do sleep 0.05; done; printf "two pass-word-1"; exit 5';
  await using sandbox = await Sandbox.make(
    toml(shell, 'response = "stream"', '[secrets]', 'a = "pass-word-1"'),
  );
  const service = await sandbox.start();
  const incoming = await open(service, 'x');
  expect(incoming).toMatchObject({ statusCode: 200, headers: { 'transfer-encoding': 'chunked' } });
  expect(incoming.headers['content-type']).toBe('text/plain; charset=utf-8');
  const [first] = (await once(incoming, 'data')) as [Buffer];
  expect(first.toString()).toBe('one\n');
  expect((await runs(sandbox))[0]?.state).toBe('running');
  await sandbox.write('go', '');
  expect(await rest(incoming)).toBe('two [secret]');
  expect(incoming.trailers).toEqual({ 'untether-state': 'failed', 'untether-exit-code': '5' });
});

it('streams events to who accepts them', async () => {
  await using sandbox = await Sandbox.make(toml('echo one; echo two; exit 5', 'response = "stream"'));
  const service = await sandbox.start();
  const reply = await post(service, 'x', { accept: 'text/event-stream, */*;q=0.1' });
  expect(reply.headers['content-type']).toBe('text/event-stream');
  const events = reply.body.split('\n\n').filter(Boolean);
  const output = events.filter((event) => event.startsWith('event: output\n'));
  expect(output.join('\n').replaceAll('event: output\n', '')).toBe('data: one\ndata: two');
  const [name, data = ''] = events.at(-1)?.split('\ndata: ') ?? [];
  expect(name).toBe('event: end');
  expect(JSON.parse(data)).toMatchObject({
    run: reply.headers['untether-run'],
    state: 'failed',
    exitCode: 5,
  });
});

it('lets a run be as fast as it is, and keeps no more in memory, where the sender reads nothing', async () => {
  const shell = 'yes 0123456789abcdef | head -c 60000000; echo done >> ran';
  await using sandbox = await Sandbox.make(
    toml(shell, 'response = "stream"', 'max_output_bytes = 100000000'),
  );
  const service = await sandbox.start();
  const memory = async (): Promise<number> => {
    const status = await sandbox.read(`../../proc/${service.child.process.pid}/status`);
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  };
  const before = await memory();
  expect(before).toBeGreaterThan(10);
  const incoming = await open(service, 'x');
  incoming.pause();
  await eventually('the run has ended', async () => (await runs(sandbox))[0]?.state === 'succeeded');
  await sleep(500);
  expect((await memory()) - before).toBeLessThan(40);
  // A sender that leaves ends the following; the next one gets all of it.
  incoming.destroy();
  let length = 0;
  const second = await open(service, 'x', { 'x-id': '2' });
  for await (const chunk of second) length += (chunk as Buffer).length;
  expect(length).toBe(60_000_000);
  expect(await sandbox.read('ran')).toBe('done\ndone\n');
  expect((await service.stop()).code).toBe(0);
});
