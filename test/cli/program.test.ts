/** Holds the installed program to its table: every example works as it stands, in a shell, against a real socket. */
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import type { CommandSpec } from '../../src/cli/command-spec.ts';
import type { Ended } from './support/command-line.ts';
import { MAIN, newFolder, program } from './support/command-line.ts';
import { configured, newLedger, PUSH_SECRET, served } from './support/folder.ts';

const WITH_A_PROCESS = { timeout: 30_000 };

/** `untether run` has a test of its own: it does not end by itself. */
const examples = commands
  .filter(({ name }) => name !== 'run')
  .flatMap((spec) => spec.examples.map(({ line }) => [line, spec] as const));

/** Runs a line as a person would, in a shell that finds `untether`. */
async function inShell(line: string, cwd: string): Promise<Ended> {
  const bin = await newFolder();
  await writeFile(join(bin, 'untether'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  await chmod(join(bin, 'untether'), 0o755);
  const env = { PATH: `${bin}${delimiter}${process.env.PATH}`, HOME: cwd, PUSH_SECRET };
  const child = spawn('/bin/sh', ['-c', line], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('close', resolve);
  const [code, stdout, stderr] = await Promise.all([promise, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** What the examples of a command speak of: triggers, runs, a payload, a service and its listener. */
async function surroundings({ needs }: CommandSpec): Promise<string> {
  if (needs === 'nothing') return withForeignFiles(await newFolder());
  const listener = createServer((_request, response) => response.writeHead(202).end('{"status":"accepted"}'));
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => void listener.close());
  const { folder, endOutput } = await served({
    address: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    // What `doctor` hears of a service that is well.
    status: { conditions: [], lastReload: null },
  });
  await writeFile(join(folder, 'push.json'), '{"ref":"main"}');
  const signature = createHmac('sha256', PUSH_SECRET).update('{"ref":"main"}').digest('hex');
  await writeFile(join(folder, 'headers.txt'), `X-Hub-Signature-256: sha256=${signature}\n`);
  endOutput();
  await newLedger(folder);
  return folder;
}

/** What the examples of `import` read: files in which everything comes along. */
async function withForeignFiles(folder: string): Promise<string> {
  const files = {
    'jobs.crontab': '30 2 * * * /usr/local/bin/backup.sh\n',
    'backup.timer': '[Timer]\nOnCalendar=daily\n',
    'backup.service': '[Service]\nExecStart=/usr/local/bin/backup.sh\n',
    'hooks.json': JSON.stringify([
      {
        id: 'deploy',
        'execute-command': './deploy.sh',
        'trigger-rule': {
          match: {
            type: 'payload-hmac-sha256',
            secret: 'of the test',
            parameter: { source: 'header', name: 'X-Hub-Signature-256' },
          },
        },
      },
    ]),
    'config.ini': '[job-exec "flush"]\nschedule = @hourly\ncontainer = nginx\ncommand = /flush.sh\n',
    'nightly.yml': 'name: Nightly\non:\n  schedule:\n    - cron: "30 5 * * *"\n  workflow_dispatch:\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

describe('every example works as it stands', () => {
  test.each(examples)('%s', WITH_A_PROCESS, async (line, spec) => {
    const { code, stderr } = await inShell(line, await surroundings(spec));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('the program', () => {
  test('exits 3 and says so where no service runs', WITH_A_PROCESS, async () => {
    const { code, stdout, stderr } = await program(['status', '--json'], { cwd: await configured() });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({
      error: 'not_running',
      message: expect.stringContaining('service not running'),
    });
  });

  test('exits 2 for a slip', WITH_A_PROCESS, async () => {
    const { code, stderr } = await program(['statsu'], { cwd: '/' });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Did you mean status?') });
  });

  test('answers JSON to a pipe on one line, for a stranger’s parser', WITH_A_PROCESS, async () => {
    const { folder } = await served();
    const { stdout } = await program(['runs', '--json'], { cwd: folder });
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  test('finds the state folder by flag, by variable, and by systemd’s variable', WITH_A_PROCESS, async () => {
    const { folder } = await served();
    const stateDir = join(folder, '.untether');
    const cwd = await newFolder();
    expect(await program(['status', '--state', stateDir], { cwd })).toMatchObject({ code: 0 });
    expect(await program(['status'], { cwd, env: { UNTETHER_STATE_DIR: stateDir } })).toMatchObject({
      code: 0,
    });
    expect(await program(['status'], { cwd, env: { STATE_DIRECTORY: `${stateDir}:/other` } })).toMatchObject({
      code: 0,
    });
    expect(await program(['status'], { cwd })).toMatchObject({ code: 3 });
  });

  test('is quiet when its reader has seen enough', WITH_A_PROCESS, async () => {
    const many = `untether next --expression '* * * * *' -n 100000 | head -n 1`;
    const { code, stdout, stderr } = await inShell(many, '/');
    expect({ code, stderr, lines: stdout.trimEnd().split('\n').length }).toEqual({
      code: 0,
      stderr: '',
      lines: 1,
    });
  });

  test('init writes the example, and leaves it alone the second time', WITH_A_PROCESS, async () => {
    const cwd = await newFolder();
    const example = await readFile(new URL('../../untether.toml.example', import.meta.url), 'utf8');
    expect(await program(['init'], { cwd })).toMatchObject({
      code: 0,
      stderr: 'there is no terminal to ask questions on: wrote the example as it is\n',
    });
    await expect(readFile(join(cwd, 'untether.toml'), 'utf8')).resolves.toBe(example);
    expect(await program(['init', '--yes'], { cwd })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is there already'),
    });
    await mkdir(join(cwd, 'other'));
    const { stdout } = await program(['init', '--yes', '--json', '--config', 'other/x.toml'], { cwd });
    expect(JSON.parse(stdout)).toEqual({ file: join(cwd, 'other/x.toml') });
    expect(await program(['check'], { cwd })).toMatchObject({ code: 0 });
  });

  test(
    'next --batch answers a hundred thousand lines in order, bad ones too',
    { timeout: 60_000 },
    async () => {
      const count = 100_000;
      const line = (id: number): string =>
        id % 1_000 === 0
          ? 'nonsense'
          : JSON.stringify({
              id,
              expression: `${id % 60} ${id % 24} * * *`,
              timezone: 'Europe/Berlin',
              from: '2026-06-01T00:00:00Z',
              count: 1,
            });
      const stdin = Array.from({ length: count }, (_, id) => line(id)).join('\n');
      const { code, stdout } = await program(['next', '--batch'], { cwd: '/', stdin });
      const answers = stdout
        .trimEnd()
        .split('\n')
        .map((answer) => JSON.parse(answer) as { id?: number; at?: unknown[]; error?: string });
      expect(code).toBe(0);
      expect(answers).toHaveLength(count);
      const wrong = answers.findIndex((answer, id) =>
        id % 1_000 === 0 ? answer.error === undefined : answer.id !== id || answer.at?.length !== 1,
      );
      expect(wrong).toBe(-1);
    },
  );
});

describe('what a command does not need it does not load', () => {
  const LOADED = `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { process.stderr.write('LOADED ' + url + '\\n'); return next(url, context); } });
  `)}`;

  async function packagesOf(...words: readonly string[]): Promise<readonly string[]> {
    const { stderr } = await program(words, { cwd: '/', env: { NODE_OPTIONS: `--import=${LOADED}` } });
    const urls = stderr.split('\n').flatMap((line) => /^LOADED (.*)/.exec(line)?.[1] ?? []);
    const names = urls.flatMap(
      (url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? /^node:https?$/.exec(url)?.[0] ?? [],
    );
    return [...new Set(names)].sort();
  }

  test('the help needs the parser alone', WITH_A_PROCESS, async () => {
    expect(await packagesOf('--help')).toEqual(['commander', 'parse-duration']);
  });

  test('next --expression --json needs what computes schedules besides', WITH_A_PROCESS, async () => {
    expect(await packagesOf('next', '--json', '--expression', '* * * * *')).toEqual([
      'commander',
      'croner',
      'luxon',
      'parse-duration',
    ]);
  });
});
