/** Holds `untether run` to being a good process: its start lines, its signals, its exit codes. */
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MAIN, newFolder, program } from './support/command-line.ts';
import { CONFIG, configured, PUSH_SECRET } from './support/folder.ts';

const WITH_A_PROCESS = { timeout: 60_000 };
const ANY_PORT = `${CONFIG}\n[triggers.server]\nport = 0\n`;

interface Started {
  readonly lines: readonly string[];
  /** Resolves with the first line, past or to come, that holds `words`; rejects when the process ends before. */
  readonly said: (words: string) => Promise<string>;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly exit: Promise<number | string | null>;
}

/** A service as a process of its own, ended with the test. */
function start(cwd: string, env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(process.execPath, [MAIN, 'run'], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, NO_COLOR: '1', PUSH_SECRET, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const exit = Promise.withResolvers<number | string | null>();
  const tell = (): void => {
    for (const look of waiting) look();
  };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      tell();
    });
  }
  child.once('close', (code, signal) => {
    exit.resolve(code ?? signal);
  });
  const said = (words: string): Promise<string> => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const look = (): void => {
      const line = lines.find((one) => one.includes(words));
      if (line !== undefined) resolve(line);
    };
    waiting.add(look);
    look();
    void exit.promise.then((end) => {
      reject(new Error(`ended with ${end} and never said ${words}:\n${lines.join('\n')}`));
    });
    return promise;
  };
  return { lines, said, signal: (name) => void child.kill(name), exit: exit.promise };
}

describe('a service', () => {
  test(
    'says where it listens, what fires next and how to try it, reloads for HUP and stops for TERM',
    WITH_A_PROCESS,
    async () => {
      const cwd = await configured(ANY_PORT);
      const service = start(cwd);
      const address = (await service.said('listening on')).replace('listening on ', '');
      expect(await service.said('next: cron:nightly')).toMatch(
        /next: cron:nightly \S+T02:00:00\S+ \(in .+\)/,
      );
      expect(await service.said('try: ')).toBe(
        `try: curl -X POST -H 'Content-Type: application/json' -d '{"hello":"world"}' ${address}/open`,
      );
      const status = async (): Promise<{ address: string; revision: number; crons: number }> =>
        JSON.parse((await program(['status', '--json'], { cwd })).stdout) as {
          address: string;
          revision: number;
          crons: number;
        };
      expect(await status()).toMatchObject({ address, crons: 1 });

      await writeFile(
        join(cwd, 'untether.toml'),
        `watch_config = false\n${ANY_PORT.replace('"nightly"', '"weekly"')}`,
      );
      service.signal('SIGHUP');
      await service.said('cron:weekly');
      expect((await program(['next', 'weekly', '--json'], { cwd })).code).toBe(0);

      service.signal('SIGTERM');
      expect(await service.exit).toBe(0);
      expect((await program(['status'], { cwd })).code).toBe(3);
    },
  );

  test('survives HUP and USR1 in its first moments, and opens no inspector', WITH_A_PROCESS, async () => {
    const service = start(await configured(ANY_PORT), {
      NODE_OPTIONS: signalWhileLoading('SIGHUP', 'SIGUSR1'),
    });
    await service.said('listening on');
    service.signal('SIGINT');
    expect(await service.exit).toBe(0);
    expect(service.lines.join('\n')).not.toMatch(/debugger|inspector/i);
  });

  test('told to stop in its first moments stops in order', WITH_A_PROCESS, async () => {
    const service = start(await configured(ANY_PORT), { NODE_OPTIONS: signalWhileLoading('SIGTERM') });
    expect(await service.exit).toBe(0);
    expect(service.lines.join('\n')).not.toContain('listening on');
  });

  test('leaves although something still holds the process', WITH_A_PROCESS, async () => {
    const holds = `--import=data:text/javascript,${encodeURIComponent('setInterval(() => {}, 60_000);')}`;
    const service = start(await configured(ANY_PORT), { NODE_OPTIONS: holds });
    await service.said('listening on');
    service.signal('SIGTERM');
    expect(await service.exit).toBe(0);
  });

  test('without any configuration starts on the example and says so', WITH_A_PROCESS, async () => {
    const cwd = await newFolder();
    const service = start(cwd);
    expect(await service.said('there was no configuration')).toContain(join(cwd, 'untether.toml'));
    await service.said('listening on');
    const example = await readFile(new URL('../../untether.toml.example', import.meta.url), 'utf8');
    expect(await readFile(join(cwd, 'untether.toml'), 'utf8')).toBe(example);
    service.signal('SIGTERM');
    expect(await service.exit).toBe(0);
  });
});

describe('no service is started', () => {
  test('beside one that holds the state folder: 75', WITH_A_PROCESS, async () => {
    const cwd = await configured(ANY_PORT);
    const first = start(cwd);
    await first.said('listening on');
    expect(await program(['run'], { cwd, env: { PUSH_SECRET } })).toMatchObject({
      code: 75,
      stderr: expect.stringMatching(/^error: .+/),
    });
  });

  test('on a file that does not load: 78, with its place', WITH_A_PROCESS, async () => {
    const cwd = await configured(ANY_PORT.replace('"0 2 * * *"', '"61 2 * * *"'));
    const { code, stderr } = await program(['run'], { cwd, env: { PUSH_SECRET } });
    expect({ code, stderr }).toEqual({
      code: 78,
      stderr: expect.stringMatching(/untether\.toml:7:\d+: triggers\.crons\[0\]\.schedule: minute/),
    });
  });

  test('on a file that was named and is not there: 78, and none is written', WITH_A_PROCESS, async () => {
    const cwd = await newFolder();
    const { code, stderr } = await program(['run', '--config', 'nope.toml'], { cwd });
    expect({ code, stderr }).toEqual({ code: 78, stderr: expect.stringContaining('nope.toml') });
    await expect(readFile(join(cwd, 'nope.toml'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

/** Options for Node under which the process gets these signals before any of the program but its entry is loaded. */
function signalWhileLoading(...signals: readonly NodeJS.Signals[]): string {
  const hook = `
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) {
      if (url.endsWith('/src/cli/program.ts')) for (const name of ${JSON.stringify(signals)}) process.kill(process.pid, name);
      return next(url, context);
    } });`;
  return `--import=data:text/javascript,${encodeURIComponent(hook)}`;
}
