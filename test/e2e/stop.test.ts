/** A stop loses nothing: runs get their time, what is cut off runs again, what is due waits for the next start. */
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { Sandbox, eventually, isAlive } from '../support/untether.ts';

interface RunRow {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly attempts: ReadonlyArray<{ readonly endedBy: string | null }>;
}

const server = '[triggers.server]\nport = 0\nrate_limit = 1000000\n';
const hook = (command: string, extra = ''): string =>
  `\n[[triggers.webhooks]]\nid = "h"\npath = "/h"\nauth = "none"\naction = "command"\ncommand = ["sh", "-c", '${command}']\n${extra}`;
const runOf = (body: string): string => (JSON.parse(body) as { run: string }).run;

it('lets what runs finish, answers 503 meanwhile, and leaves with 0', async () => {
  await using sandbox = await Sandbox.make(
    server + hook('touch started; while [ ! -e go ]; do sleep 0.05; done; echo done > out'),
  );
  const service = await sandbox.start();
  const run = runOf((await service.post('/h', '{}')).body);
  await eventually('it has started', async () => (await sandbox.run('runs', run)).stdout.includes('running'));
  service.signal('SIGTERM');
  await eventually('it is no longer ready', async () => (await service.get('/ready')).status === 503);
  const refused = await service.post('/h', '{}');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  await sandbox.write('go', '');
  expect((await service.child.finished).code).toBe(0);
  expect(await sandbox.read('out')).toBe('done\n');
  await sandbox.start();
  expect(await sandbox.json<RunRow>('runs', run)).toMatchObject({ state: 'succeeded' });
  expect(await sandbox.json<RunRow[]>('runs')).toHaveLength(1);
});

it('ends what outlives the drain as a group and runs it again after the next start', async () => {
  const limits = '[limits]\ndrain_timeout = "200ms"\n';
  const command =
    'echo x >> starts; if [ $(wc -l < starts) -ge 2 ]; then exit 0; fi; echo $$ > pid; exec sleep 1000';
  await using sandbox = await Sandbox.make(limits + server + hook(command));
  const first = await sandbox.start();
  const run = runOf((await first.post('/h', '{}')).body);
  await eventually('it has started', async () => (await sandbox.read('pid')) !== '');
  expect((await first.stop()).code).toBe(0);
  expect(await isAlive(Number(await sandbox.read('pid')))).toBe(false);
  await sandbox.start();
  await eventually(
    'it ran again',
    async () => (await sandbox.json<RunRow>('runs', run)).state === 'succeeded',
  );
  const row = await sandbox.json<RunRow>('runs', run);
  expect(row.attempts.map(({ endedBy }) => endedBy)).toEqual(['drain', null]);
});

it('is forced by a second signal', async () => {
  await using sandbox = await Sandbox.make(
    server + hook('trap "" TERM; echo $$ > pid; sleep 1000; sleep 1000', 'kill_grace = "100ms"\n'),
  );
  const service = await sandbox.start();
  await service.post('/h', '{}');
  await eventually('it has started', async () => (await sandbox.read('pid')) !== '');
  service.signal('SIGTERM');
  await eventually('it drains', async () => (await service.get('/ready')).status === 503);
  service.signal('SIGINT');
  const { code, stderr } = await service.child.finished;
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('held open') });
  expect(await isAlive(Number(await sandbox.read('pid')))).toBe(false);
});

it('is gone soon after a second signal, however long a run may take to end', async () => {
  const command = 'trap "" TERM; echo $$ > pid; sleep 1000; sleep 1000';
  await using sandbox = await Sandbox.make(server + hook(command, 'kill_grace = "10m"\n'));
  const service = await sandbox.start();
  await service.post('/h', '{}');
  await eventually('it has started', async () => (await sandbox.read('pid')) !== '');
  service.signal('SIGTERM');
  await eventually('it drains', async () => (await service.get('/ready')).status === 503);
  service.signal('SIGTERM');
  expect((await service.child.finished).code).toBe(1);
  const pid = Number(await sandbox.read('pid'));
  await eventually('the launcher has ended it', async () => !(await isAlive(pid)));
});

it('leaves no child behind when it is killed', async () => {
  await using sandbox = await Sandbox.make(server + hook('echo $$ > pid; exec sleep 1000'));
  const service = await sandbox.start();
  await service.post('/h', '{}');
  await eventually('it has started', async () => (await sandbox.read('pid')) !== '');
  const pid = Number(await sandbox.read('pid'));
  await service.kill();
  await eventually('the launcher has ended it', async () => !(await isAlive(pid)));
});

it('goes on without its port, says so, and tells crons and people nothing of it', async () => {
  const squatter = createServer();
  squatter.listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  try {
    const { port } = squatter.address() as AddressInfo;
    const cron =
      '\n[[triggers.crons]]\nid = "c"\nschedule = "* * * * * *"\naction = "command"\ncommand = ["sh", "-c", "echo x >> ticks"]\n';
    await using sandbox = await Sandbox.make(`[triggers.server]\nport = ${port}\n${cron}`);
    const child = sandbox.spawn('run');
    await child.sees(/(listening on nothing)/);
    await eventually('the cron runs all the same', async () => (await sandbox.read('ticks')) !== '');
    const status = await sandbox.json<{ address: null; conditions: Array<{ code: string; text: string }> }>(
      'status',
    );
    expect(status.address).toBeNull();
    expect(status.conditions).toMatchObject([
      { code: 'listener_down', text: expect.stringContaining(String(port)) as string },
    ]);
    child.process.kill('SIGTERM');
    expect((await child.finished).code).toBe(0);
  } finally {
    squatter.close();
  }
});

it('refuses a damaged store with 78 and leaves it as it was', async () => {
  await using sandbox = await Sandbox.make(server);
  const service = await sandbox.start();
  await service.stop();
  const damaged = 'this is no database, but somebody may want it back'.repeat(100);
  await sandbox.write('.untether/untether.db', damaged);
  const { code, stderr } = await sandbox.run('run');
  expect(code).toBe(78);
  expect(stderr).toContain('untether.db');
  expect(stderr).toContain('untether state repair');
  expect(await sandbox.read('.untether/untether.db')).toBe(damaged);
});

it('makes up for a moment that passed while it was down, and says why it is late', async () => {
  const cron =
    '\n[[triggers.crons]]\nid = "c"\nschedule = "* * * * * *"\nmissed = "last"\naction = "command"\ncommand = ["true"]\n';
  await using sandbox = await Sandbox.make(server + cron);
  const first = await sandbox.start();
  await eventually('it fires', async () => (await sandbox.json<RunRow[]>('runs')).length > 0);
  await first.kill();
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  await sandbox.start();
  const rows = await sandbox.json<RunRow[]>('runs', '--limit', '100');
  const madeUp = rows.filter(({ reason }) => reason?.includes('late: the service died after') === true);
  const missed = rows.filter(({ state }) => state === 'missed');
  expect(madeUp.length).toBe(1);
  expect(missed.length).toBeGreaterThanOrEqual(1);
  expect(missed[0]?.reason).toContain('policy last');
});

it('lets no process of an earlier life go on beside the attempt that replaces it', async () => {
  const command = 'trap "" TERM; echo $$ >> pids; while [ ! -e go ]; do sleep 0.05; done';
  await using sandbox = await Sandbox.make(server + hook(command, 'kill_grace = "100ms"\n'));
  const service = await sandbox.start();
  await service.post('/h', '{}');
  await eventually('it has started', async () => (await sandbox.read('pids')) !== '');
  await service.kill();
  await sandbox.start();
  await eventually('it runs again', async () => (await sandbox.read('pids')).trim().split('\n').length === 2);
  const [first, second] = (await sandbox.read('pids')).trim().split('\n').map(Number);
  expect(await isAlive(first ?? 0)).toBe(false);
  expect(await isAlive(second ?? 0)).toBe(true);
  await sandbox.write('go', '');
});
