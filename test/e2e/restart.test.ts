/** A restart comes back by itself, once for each request, with everything it was given, and refuses what it would not survive. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Sandbox, eventually } from '../support/untether.ts';
import type { Service } from '../support/untether.ts';

interface Status {
  readonly pid: number;
  readonly startedAt: string;
  readonly revision: number;
}

interface RunRow {
  readonly id: string;
  readonly state: string;
  readonly attempts: readonly unknown[];
}

const server = '[triggers.server]\nport = 0\nrate_limit = 1000000\n';
const hook = (command: string, extra = ''): string =>
  `\n[[triggers.webhooks]]\nid = "h"\npath = "/h"\nauth = "none"\naction = "command"\ncommand = ["sh", "-c", '${command}']\n${extra}`;
const runOf = (body: string): string => (JSON.parse(body) as { run: string }).run;
const statusOf = (sandbox: Sandbox): Promise<Status> => sandbox.json<Status>('status');

/** Resolves when another life answers. */
async function backAfter(sandbox: Sandbox, before: Status): Promise<Status> {
  let status = before;
  await eventually('another life answers', async () => {
    status = await statusOf(sandbox);
    return status.startedAt !== before.startedAt;
  });
  return status;
}

/** Ends what became of a service that may have been started again. */
async function endOf(service: Service): Promise<void> {
  expect((await service.stop()).code).toBe(0);
}

describe('untether restart', () => {
  it('lets runs finish, comes back as the same process, and says what the new life says', async () => {
    await using sandbox = await Sandbox.make(
      server + hook('touch started; while [ ! -e go ]; do sleep 0.05; done; echo done > out'),
    );
    const service = await sandbox.start();
    const before = await statusOf(sandbox);
    const run = runOf((await service.post('/h', '{}')).body);
    await eventually('it has started', async () =>
      (await sandbox.run('runs', run)).stdout.includes('running'),
    );
    const restarting = sandbox.spawn('restart', '--json');
    await eventually('it drains', async () => (await service.get('/ready')).status === 503);
    const again = await sandbox.run('restart');
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('already leaving, waiting for a run to finish');
    await sandbox.write('go', '');
    const { code, stdout } = await restarting.finished;
    expect(code).toBe(0);
    const after = JSON.parse(stdout) as Status;
    expect(after.pid).toBe(before.pid);
    expect(after.startedAt > before.startedAt).toBe(true);
    expect(await sandbox.read('out')).toBe('done\n');
    expect(await sandbox.json<RunRow>('runs', run)).toMatchObject({ state: 'succeeded' });
    await endOf(service);
  });

  it('keeps its words, its environment and its open descriptors from life to life', async () => {
    await using sandbox = await Sandbox.make(server, { UNTETHER_MARK: 'kept' });
    const service = await sandbox.start('--state', 'elsewhere');
    const pid = Number(service.child.process.pid);
    const lives: string[][] = [];
    for (let life = 0; life < 3; life += 1) {
      expect((await sandbox.run('restart', '--force', '--state', 'elsewhere')).code).toBe(0);
      const [words, variables] = await Promise.all(
        ['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')),
      );
      lives.push([String(words), String(variables?.includes('UNTETHER_MARK=kept'))]);
    }
    expect(new Set(lives.map((life) => life.join())).size).toBe(1);
    expect(lives[0]?.[1]).toBe('true');
    expect((await sandbox.json<Status>('status', '--state', 'elsewhere')).pid).toBe(pid);
    await endOf(service);
  });

  it('refuses a file that does not load, unless it is forced', async () => {
    await using sandbox = await Sandbox.make(`watch_config = false\n${server}`);
    const service = await sandbox.start();
    const before = await statusOf(sandbox);
    await sandbox.save(`watch_config = false\nnonsense = 1\n${server}`);
    const { code, stderr } = await sandbox.run('restart');
    expect(code).toBe(78);
    expect(stderr).toMatch(/not restarted: .*\n.*untether\.toml:2:1: .*nonsense/);
    expect((await statusOf(sandbox)).startedAt).toBe(before.startedAt);
    const forced = sandbox.spawn('restart', '--force');
    // It cannot start on that file, and says so as it does at any other start.
    expect((await service.child.finished).code).toBe(78);
    expect(service.child.stderr).toContain('nonsense');
    forced.process.kill();
  });

  it('happens three times in five minutes, and says how long to wait, across its own restarts', async () => {
    await using sandbox = await Sandbox.make(server);
    const service = await sandbox.start();
    for (let time = 0; time < 3; time += 1) expect((await sandbox.run('restart')).code).toBe(0);
    const { code, stderr } = await sandbox.run('restart');
    expect(code).toBe(1);
    expect(stderr).toMatch(/restarted three times within five minutes; try again in 4m \d+s/);
    expect((await sandbox.run('restart', '--force')).code).toBe(0);
    await endOf(service);
  });

  it('says that no service runs where none does', async () => {
    await using sandbox = await Sandbox.make(server);
    expect((await sandbox.run('restart')).code).toBe(3);
  });
});

describe('a run that restarts the service it runs in', () => {
  const inside = `"${process.execPath}" "$MAIN" restart --config "$PWD/untether.toml"`;
  const main = { MAIN: new URL('../../src/cli/main.ts', import.meta.url).pathname };
  const command = (script: string): string =>
    hook(script, 'cwd = "."\nenv = { MAIN = "{{env.MAIN}}" }\n').replaceAll(/\n$/g, '\n');

  it('is not waited for by the command, and finishes', async () => {
    await using sandbox = await Sandbox.make(server + command(`${inside} > said; echo $? >> said`), main);
    const service = await sandbox.start();
    const before = await statusOf(sandbox);
    const run = runOf((await service.post('/h', '{}')).body);
    await backAfter(sandbox, before);
    expect(await sandbox.read('said')).toBe('restarting when this run has ended\n0\n');
    const row = await sandbox.json<RunRow>('runs', run);
    expect(row.state).toBe('succeeded');
    expect(row.attempts).toHaveLength(1);
    await endOf(service);
  });

  it('is ended after ten seconds, and does not restart it again when it runs again', async () => {
    await using sandbox = await Sandbox.make(
      server + command(`echo x >> starts; ${inside} >> said; [ $(wc -l < starts) -ge 2 ] || exec sleep 1000`),
      main,
    );
    const service = await sandbox.start();
    const before = await statusOf(sandbox);
    const begun = performance.now();
    const run = runOf((await service.post('/h', '{}')).body);
    const after = await backAfter(sandbox, before);
    expect(performance.now() - begun).toBeGreaterThan(10_000);
    await eventually(
      'it ran again',
      async () => (await sandbox.json<RunRow>('runs', run)).state === 'succeeded',
    );
    expect(await sandbox.read('said')).toBe(
      'restarting when this run has ended\nthis run has had it restarted already\n',
    );
    expect((await statusOf(sandbox)).startedAt).toBe(after.startedAt);
    await endOf(service);
  });
});

describe('signals', () => {
  it('restarts for USR2, stops for a TERM that comes while it leaves, and opens no inspector for USR1', async () => {
    await using sandbox = await Sandbox.make(
      server + hook('echo x > started; while [ ! -e go ]; do sleep 0.05; done'),
    );
    const service = await sandbox.start();
    const before = await statusOf(sandbox);
    service.signal('SIGUSR1');
    service.signal('SIGUSR2');
    const after = await backAfter(sandbox, before);
    expect(after.pid).toBe(before.pid);
    service.signal('SIGUSR1');
    expect((await sandbox.run('fire', 'h')).code).toBe(0);
    await eventually('it runs', async () => (await sandbox.read('started')) !== '');
    service.signal('SIGUSR2');
    service.signal('SIGTERM');
    await sandbox.write('go', '');
    expect((await service.child.finished).code).toBe(0);
    expect(service.child.stderr).not.toContain('Debugger');
    expect((await sandbox.run('status')).code).toBe(3);
  });
});

describe('under systemd', () => {
  it('leaves with 0 and lets it start the service again', async () => {
    await using sandbox = await Sandbox.make(server);
    // The shell's id is that of the program it becomes.
    const shell = ['-c', 'SYSTEMD_EXEC_PID=$$ exec "$@"', 'sh'];
    const service = await sandbox.startBy('sh', shell);
    const restarting = sandbox.spawn('restart', '--json');
    const { code, stderr } = await service.child.finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await sandbox.start();
    expect(JSON.parse((await restarting.finished).stdout)).toMatchObject({
      pid: (await statusOf(sandbox)).pid,
    });
  });
});
