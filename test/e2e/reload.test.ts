/** Saving the file changes the running service, whole and at once, or not at all. */
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Sandbox, eventually } from '../support/untether.ts';

const server = '[triggers.server]\nport = 0\nrate_limit = 1000000\n';
const hook = (id: string, secret = 'pass-word'): string => `
[[triggers.webhooks]]
id = "${id}"
path = "/${id}"
secret = "${secret}"
action = "command"
command = ["true"]
`;
const bearer = { authorization: 'Bearer pass-word' };

interface Row {
  readonly state: string;
  readonly reason: string | null;
}

interface Status {
  readonly revision: number;
  readonly hash: string;
  readonly crons: number;
  readonly webhooks: number;
  readonly lastReload: {
    readonly ok: boolean;
    readonly issues: ReadonlyArray<{
      readonly line: number;
      readonly message: string;
      readonly severity: string;
    }>;
  } | null;
  readonly conditions: ReadonlyArray<{ readonly code: string }>;
}

it('serves a new webhook and a new cron after a save, under load, and refuses no request meanwhile', async () => {
  await using sandbox = await Sandbox.make(server + hook('one'));
  const service = await sandbox.start();
  const statuses: number[] = [];
  let isLoading = true;
  const load = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (isLoading) statuses.push((await service.post('/one', '{}', bearer)).status);
    }),
  );
  const cron = `
[[triggers.crons]]
id = "ticker"
schedule = "* * * * * *"
action = "command"
command = ["sh", "-c", "echo tick >> ticks"]
`;
  await sandbox.save(server + hook('one') + hook('two') + cron);
  await eventually(
    'the new webhook answers',
    async () => (await service.post('/two', '{}', bearer)).status === 202,
  );
  await eventually('the new cron has run', async () => (await sandbox.read('ticks')).includes('tick'));
  isLoading = false;
  await load;
  expect(new Set(statuses)).toEqual(new Set([202]));
  expect(statuses.length).toBeGreaterThan(10);
});

it('goes on with the old file when a broken one is saved, and says where the error is', async () => {
  await using sandbox = await Sandbox.make(server + hook('one'));
  const service = await sandbox.start();
  const before = await sandbox.json<Status>('status');
  await sandbox.save(
    `${server}${hook('one')}\n[[triggers.crons]]\nid = "x"\nschedule = "61 * * * *"\naction = "command"\ncommand = ["true"]\n`,
  );
  await eventually(
    'the failure is known',
    async () => (await sandbox.json<Status>('status')).lastReload?.ok === false,
  );
  const after = await sandbox.json<Status>('status');
  expect(after).toMatchObject({ revision: before.revision, hash: before.hash, webhooks: 1 });
  const errors = after.lastReload?.issues.filter(({ severity }) => severity === 'error') ?? [];
  expect(errors).toMatchObject([{ line: 14, message: expect.stringContaining('minute') as string }]);
  expect(after.conditions.map(({ code }) => code)).toContain('config_invalid');
  expect((await service.post('/one', '{}', bearer)).status).toBe(202);

  await sandbox.save(server + hook('one') + hook('two'));
  await eventually(
    'the mended file is live',
    async () => (await service.post('/two', '{}', bearer)).status === 202,
  );
  expect((await sandbox.json<Status>('status')).conditions).toEqual([]);
});

it('lets the old secret go and takes the new one without a restart', async () => {
  await using sandbox = await Sandbox.make(server + hook('one'));
  const service = await sandbox.start();
  await sandbox.save(server + hook('one', 'new-secret'));
  await eventually('the new secret is accepted', async () => {
    return (await service.post('/one', '{}', { authorization: 'Bearer new-secret' })).status === 202;
  });
  expect((await service.post('/one', '{}', bearer)).status).toBe(401);
});

it('masks an old secret in what a run says that began with it', async () => {
  const toml = (password: string): string => `${server}
[secrets]
password = "${password}"

[[triggers.webhooks]]
id = "h"
path = "/h"
auth = "none"
action = "command"
command = ["sh", "-c", 'touch begun; while [ ! -e go ]; do sleep 0.05; done; echo "says $P."']
env = { P = "{{secrets.password}}" }
cwd = "."
response = "wait"
`;
  await using sandbox = await Sandbox.make(toml('the-old-one'));
  const service = await sandbox.start();
  const answer = service.post('/h', '{}');
  await eventually('it runs', async () => existsSync(sandbox.path('begun')));
  await sandbox.save(toml('the-new-one'));
  expect((await sandbox.run('reload')).code).toBe(0);
  await sandbox.write('go', '');
  expect((await answer).body).toBe('says [secret].\n');
});

it('switches triggers off and on by `enabled`, and reloads on SIGHUP and by command', async () => {
  await using sandbox = await Sandbox.make(`[triggers]\nenabled = false\n${server}${hook('one')}`);
  const service = await sandbox.start();
  expect((await service.post('/one', '{}', bearer)).status).toBe(404);
  await sandbox.save(`[triggers]\nenabled = true\n${server}${hook('one')}`);
  service.signal('SIGHUP');
  await eventually(
    'the webhook is on',
    async () => (await service.post('/one', '{}', bearer)).status === 202,
  );
  await sandbox.save(`[triggers]\nenabled = false\n${server}${hook('one')}`);
  const report = await sandbox.json<{ ok: boolean }>('reload');
  expect(report.ok).toBe(true);
  expect((await service.post('/one', '{}', bearer)).status).toBe(404);
});

it('fires no cron while `enabled` is false, from the start or after a save, and begins when it is true', async () => {
  const cron = `
[[triggers.crons]]
id = "c"
schedule = "* * * * * *"
action = "command"
command = ["sh", "-c", "echo x >> ticks"]
`;
  const file = (enabled: boolean): string => `[triggers]\nenabled = ${enabled}\n${server}${cron}`;
  await using sandbox = await Sandbox.make(file(false));
  await sandbox.start();
  expect(await sandbox.json<Status>('status')).toMatchObject({ crons: 0 });
  expect(await sandbox.json<unknown[]>('next')).toEqual([]);
  await sandbox.save(file(true));
  await eventually('it fires', async () => (await sandbox.read('ticks')) !== '');
  await sandbox.save(file(false));
  await eventually('it is off', async () => (await sandbox.json<Status>('status')).crons === 0);
  const newest = async (): Promise<Row> => {
    const [row] = await sandbox.json<readonly Row[]>('runs', '--limit', '1');
    return row ?? { state: 'none', reason: null };
  };
  await eventually('its moments are accounted for', async () => (await newest()).state === 'skipped');
  expect((await newest()).reason).toBe('disabled; policy skip');
  const ticks = await sandbox.read('ticks');
  const rows = (): Promise<readonly Row[]> => sandbox.json<readonly Row[]>('runs', '--limit', '1000');
  const skipped = (await rows()).filter(({ state }) => state === 'skipped').length;
  await eventually('two more moments go by', async () => {
    const now = (await rows()).filter(({ state }) => state === 'skipped');
    return now.length >= skipped + 2;
  });
  expect(await sandbox.read('ticks')).toBe(ticks);
});

it('keeps a trigger while the file is written in halves with a pause of more than a second', async () => {
  await using sandbox = await Sandbox.make(server + hook('one') + hook('two'));
  const service = await sandbox.start();
  const statuses = new Set<number>();
  await sandbox.write('untether.toml', server + hook('one'));
  const until = performance.now() + 1_500;
  await eventually('the writer goes on', async () => {
    statuses.add((await service.post('/two', '{}', bearer)).status);
    return performance.now() > until;
  });
  await sandbox.write('untether.toml', server + hook('one') + hook('two') + hook('three'));
  await eventually('the whole file is live', async () => {
    statuses.add((await service.post('/two', '{}', bearer)).status);
    return (await service.post('/three', '{}', bearer)).status === 202;
  });
  expect(statuses).toEqual(new Set([202]));
});

it('begins to watch when `watch_config` is switched on by a reload', async () => {
  const file = (watch: boolean, more: string): string =>
    `watch_config = ${watch}\n${server}${hook('one')}${more}`;
  await using sandbox = await Sandbox.make(file(false, ''));
  const service = await sandbox.start();
  await sandbox.save(file(true, ''));
  await sandbox.json('reload');
  await sandbox.save(file(true, hook('two')));
  await eventually('the save is seen', async () => (await service.post('/two', '{}', bearer)).status === 202);
});

it('never answers about another file than the one the service runs on', async () => {
  await using sandbox = await Sandbox.make(server + hook('one'));
  await sandbox.start();
  await sandbox.write('other.toml', 'x = = 1');
  for (const command of ['plan', 'reload']) {
    const { code, stderr } = await sandbox.run(command, '--config', 'other.toml');
    expect(code, command).toBe(2);
    expect(stderr).toContain('untether.toml');
  }
});
