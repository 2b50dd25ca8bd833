/** What a person does first: start it on the example, call the webhook, see the run. */
import { expect, it } from 'vitest';
import { Sandbox, eventually } from '../support/untether.ts';

interface RunRow {
  readonly id: string;
  readonly trigger: string;
  readonly state: string;
  readonly attempts: ReadonlyArray<{ readonly exitCode: number | null }>;
}

it('starts on nothing, serves the example webhook by the printed curl line, and shows the run', async () => {
  await using sandbox = await Sandbox.make();
  const service = await sandbox.start();
  const curl = await service.child.sees(/(curl [^\n]+)/);
  const path = /http:\/\/[^/\s'"]+(\/[^\s'"]+)/.exec(curl)?.[1] ?? '';
  const bearer = /[Aa]uthorization: (Bearer [^'"]+)/.exec(curl)?.[1] ?? '';
  expect(await sandbox.read('untether.toml')).toContain('[[triggers.crons]]');

  const reply = await service.post(path, '{"hello":"world"}', {
    authorization: bearer,
    'content-type': 'application/json',
  });
  expect(reply.status).toBe(202);
  const { status, run } = JSON.parse(reply.body) as { status: string; run: string };
  expect(status).toBe('accepted');
  expect(reply.headers['location']).toBe(`/-/runs/${run}`);

  const logs = await sandbox.run('logs', run, '-f');
  expect(logs.code).toBe(0);
  expect(logs.stdout).toContain('hello');
  await eventually('the run has succeeded', async () => {
    const rows = await sandbox.json<RunRow[]>('runs');
    return rows.some((row) => row.id === run && row.state === 'succeeded' && row.attempts[0]?.exitCode === 0);
  });
  expect((await service.stop()).code).toBe(0);
});

it('refuses a second instance on the same state folder with 75, naming the first', async () => {
  await using sandbox = await Sandbox.make('[triggers.server]\nport = 0\n');
  const service = await sandbox.start();
  const second = await sandbox.run('run');
  expect(second.code).toBe(75);
  expect(second.stderr).toContain(`process ${service.child.process.pid}`);
  expect((await service.get('/health')).status).toBe(200);
});

it('refuses a second instance on the same store from another state folder', async () => {
  await using sandbox = await Sandbox.make('[triggers.server]\nport = 0\n[store]\nurl = "shared.db"\n');
  const service = await sandbox.start('--state', 'one');
  const second = await sandbox.run('run', '--state', 'two');
  expect(second.code).toBe(75);
  expect(second.stderr).toContain(`process ${service.child.process.pid}`);
  await service.stop();
  const third = await sandbox.start('--state', 'two');
  expect((await third.stop()).code).toBe(0);
});

it('leaves with 78 and says where and why when the file does not load at start', async () => {
  await using sandbox = await Sandbox.make('[[triggers.crons]]\nid = "a"\nschedul = "* * * * *"\n');
  const { code, stderr } = await sandbox.run('run');
  expect(code).toBe(78);
  expect(stderr).toMatch(/untether\.toml:3:1/);
  expect(stderr).toContain('schedule');
});

it('idles on an empty file with health up', async () => {
  await using sandbox = await Sandbox.make('[triggers.server]\nport = 0\n');
  const service = await sandbox.start();
  const health = JSON.parse((await service.get('/health')).body) as Record<string, unknown>;
  expect(health).toMatchObject({ status: 'ok', paused: false, webhooks: 0, crons: 0 });
  expect(health['revision']).toEqual(expect.any(Number));
});
