/** Pings of a dead man's switch, through the real process and to real servers: fast, broken, redirecting and dead ones. */
import { expect, it } from 'vitest';
import { Receiver, status } from '../support/receiver.ts';
import { Sandbox, eventually } from '../support/untether.ts';

const server = `
[triggers.server]
port = 0
`;

/** A webhook at `/x` that runs this line of shell. */
function hook(shell: string, ping: string, ...more: readonly string[]): string {
  return [
    server,
    '[[triggers.webhooks]]',
    'id = "x"',
    'path = "/x"',
    'auth = "none"',
    'action = "command"',
    `command = ["sh", "-c", '${shell}']`,
    `ping = { ${ping}, allow_private = ["127.0.0.1"] }`,
    ...more,
    '',
  ].join('\n');
}

const pings = (at: string): string =>
  `start = "${at}/start?rid={{run_id}}", success = "${at}/ok", failure = { env = "FAIL_URL" }`;

const told = ({ body }: { readonly body: string }): Record<string, unknown> =>
  JSON.parse(body) as Record<string, unknown>;

it('tells that a run begins and how it ends, once for all its attempts, without its payload or output', async () => {
  await using monitor = await Receiver.start();
  const env = { FAIL_URL: `${monitor.url}/fail/key-8c1f` };
  const retried = hook(
    'cat; test -e again && exit 3; touch again; exit 2',
    pings(monitor.url),
    ['stdin = "payload"', 'retries = 1', 'backoff = "0s"'].join('\n'),
  );
  await using sandbox = await Sandbox.make(retried, env);
  const service = await sandbox.start();
  const { run } = JSON.parse((await service.post('/x', '{"token":"of-the-sender"}')).body) as { run: string };
  const start = await monitor.nth(1);
  const failure = await monitor.nth(2);
  expect(monitor.urls).toEqual([`/start?rid=${run}`, '/fail/key-8c1f']);
  expect(start).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
  expect(told(start)).toMatchObject({ run, trigger: 'webhook:x', state: 'running', endedAt: null });
  expect(told(failure)).toMatchObject({ run, state: 'failed', exitCode: 3, source: 'webhook' });
  expect(failure.body).not.toContain('of-the-sender');
  // The address is a secret: neither the store nor the log has it.
  await service.stop();
  const files = ['.untether/untether.db', '.untether/untether.db-wal'];
  const kept = (await Promise.all(files.map((file) => sandbox.read(file)))).join('');
  expect(kept + service.child.stdout + service.child.stderr).not.toContain('key-8c1f');
});

it('tells a success, and a failure of what was cancelled after it had begun; nothing of what never began', async () => {
  await using monitor = await Receiver.start();
  const env = { FAIL_URL: `${monitor.url}/fail` };
  const waiting = hook('test "$1" = quick || sleep 60', pings(monitor.url), 'max_concurrent = 1').replace(
    `60'`,
    `60', "sh", "{{how}}"`,
  );
  await using sandbox = await Sandbox.make(waiting, env);
  const service = await sandbox.start();
  const send = async (how: string): Promise<string> =>
    (JSON.parse((await service.post('/x', JSON.stringify({ how }))).body) as { run: string }).run;
  await send('quick');
  await monitor.nth(2);
  const slow = await send('slow');
  await monitor.nth(3);
  const never = await send('never');
  expect((await sandbox.run('cancel', never)).code).toBe(0);
  expect((await sandbox.run('cancel', slow)).code).toBe(0);
  const last = await monitor.nth(4);
  expect(monitor.urls.map((url) => url.replace(/\?.*/, ''))).toEqual(['/start', '/ok', '/start', '/fail']);
  expect(told(last)).toMatchObject({ run: slow, state: 'cancelled' });
});

it('tries again what met an error, and is not held up by a server that never answers', async () => {
  await using monitor = await Receiver.start((outgoing, n) => {
    outgoing.writeHead(n === 1 ? 500 : 200).end();
  });
  await using silent = await Receiver.start(() => {});
  const other = hook('true', `success = "${silent.url}/ok"`).replace(server, '').replaceAll('x"', 'y"');
  await using sandbox = await Sandbox.make(hook('true', `success = "${monitor.url}/ok"`) + other);
  const service = await sandbox.start();
  await service.post('/y', '{}');
  await silent.nth(1);
  await service.post('/x', '{}');
  expect((await monitor.nth(2)).body).toBe((await monitor.nth(1)).body);
  await service.child.sees(/answered 500.*a report did not arrive, trying again/);
});

it('gives up what may not be reached, follows no redirect, and says so until one arrives', async () => {
  await using monitor = await Receiver.start((outgoing, n) => {
    if (n === 1) outgoing.writeHead(302, { location: '/elsewhere' }).end();
    else outgoing.writeHead(n === 2 ? 410 : 200).end();
  });
  const text = hook('true', `success = "${monitor.url}/ok"`);
  await using sandbox = await Sandbox.make(text.replace(', allow_private = ["127.0.0.1"]', ''));
  const service = await sandbox.start();
  const conditions = async (): Promise<string> =>
    JSON.stringify((await sandbox.json<{ conditions: unknown }>('status')).conditions);
  const { run } = JSON.parse((await service.post('/x', '{}')).body) as { run: string };
  await eventually('it is told', async () =>
    (await conditions()).includes('pings of webhook:x: Blocked: 127.0.0.1'),
  );
  expect(monitor.received).toEqual([]);
  expect((await sandbox.json<{ lostReports: unknown }>('runs', run)).lostReports).toEqual([
    { kind: 'success', attempts: 1, reason: expect.stringContaining('127.0.0.1'), at: expect.any(String) },
  ]);
  expect((await sandbox.run('runs', run)).stdout).toMatch(
    /report +ping of the success: given up .*127\.0\.0\.1/,
  );
  await sandbox.save(text);
  await service.child.sees(/"revision":2/);
  await service.post('/x', '{}');
  await service.child.sees(/answered 302, and redirects are not followed/);
  // It is tried again, and 410 says that it is not wanted any more.
  await monitor.nth(2);
  await eventually('it is given up', async () => (await conditions()).includes('answered 410'));
  await service.post('/x', '{}');
  await monitor.nth(3);
  expect(monitor.urls).toEqual(['/ok', '/ok', '/ok']);
  await eventually('nothing is wrong', async () => !(await conditions()).includes('report'));
});

it('tells after kill -9 what the store owes', async () => {
  await using sandbox = await Sandbox.make();
  let isDown = true;
  await using monitor = await Receiver.start((outgoing) => {
    // While it is down, the request hangs until the plug is pulled.
    if (!isDown) status(200)(outgoing, 0, { method: '', url: '', headers: {}, body: '' });
  });
  await sandbox.write('untether.toml', hook('true', `success = "${monitor.url}/ok"`));
  const service = await sandbox.start();
  const { run } = JSON.parse((await service.post('/x', '{}')).body) as { run: string };
  await monitor.nth(1);
  await service.kill();
  isDown = false;
  const again = await sandbox.start();
  expect(told(await monitor.nth(2))).toMatchObject({ run, state: 'succeeded' });
  expect((await again.stop()).code).toBe(0);
  expect(monitor.received).toHaveLength(2);
});
