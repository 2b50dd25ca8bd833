/** Holds the command to its promise: the right Node, the right program, and nothing lost on the way to it. */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { chooseProgram, decideRuntime } from '../../bin/runtime-check.mjs';

const SAYS_WHERE_IT_RUNS = `
  console.log(JSON.stringify({ program: import.meta.url.split('/').slice(-3).join('/'),
    version: process.versions.node, args: process.argv.slice(2) }));
  process.exitCode = 7;
`;

const WAITS_FOR_A_SIGNAL = `
  process.on('SIGTERM', () => { console.log('told to stop'); process.exit(9); });
  process.on('SIGHUP', () => console.log('told to reload'));
  setTimeout(() => {}, 60_000);
  console.log('ready');
`;

const LISTENS_LATER = `
  setTimeout(() => process.exit(5), 1_000);
  console.log('ready');
`;

/** A Node in this machine's own path that is too old, or undefined. */
const oldNode = findOldNode();
const whyNot = oldNode === undefined ? ' (skipped: this machine has none)' : '';

describe('the check', () => {
  test.each(['24.15.0', '24.16.1', '25.0.0', '26.10.0', '100.0.0'])('Node %s is new enough', (found) => {
    expect(decideRuntime(found, '/checkout/node')).toEqual({ kind: 'run' });
  });

  test.each(['24.14.9', '24.0.0', '23.99.0', '22.22.0', '20.20.2', '12.22.12', '4.9.1'])(
    'Node %s is not: the runtime of the checkout takes over, where there is one',
    (found) => {
      expect(decideRuntime(found, '/checkout/node')).toEqual({ kind: 'respawn', runtime: '/checkout/node' });
      expect(decideRuntime(found, null).kind).toBe('refuse');
    },
  );

  test('a refusal is one sentence that names what is needed, what was found and how to get it', () => {
    expect(decideRuntime('20.20.2', null)).toEqual({
      kind: 'refuse',
      message:
        'untether needs Node 24.15 or newer and this is Node 20.20.2: ' +
        'run `npm install` in the checkout, which brings one, or get it from https://nodejs.org.',
    });
  });

  test('the bundle is for where there is no source', () => {
    expect(chooseProgram({ hasSource: false, hasBundle: true })).toBe('../dist/main.js');
    expect(chooseProgram({ hasSource: true, hasBundle: true })).toBe('../src/cli/main.ts');
    expect(chooseProgram({ hasSource: true, hasBundle: false })).toBe('../src/cli/main.ts');
  });
});

describe('on a Node that is new enough', () => {
  test('a checkout runs its source, even beside a bundle', async () => {
    const checkout = await checkoutWith({
      'src/cli/main.ts': `const answer: number = 1;${SAYS_WHERE_IT_RUNS}`,
      'dist/main.js': SAYS_WHERE_IT_RUNS,
    });
    const { code, stdout } = await finish(start(process.execPath, checkout, ['status', '--json']));
    expect(JSON.parse(stdout)).toEqual({
      program: 'src/cli/main.ts',
      version: process.versions.node,
      args: ['status', '--json'],
    });
    expect(code).toBe(7);
  });

  test.each(['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)(
    '%s does not end a service that has not begun to listen for it, but any other command',
    async (signal) => {
      const checkout = await checkoutWith({ 'src/cli/main.ts': LISTENS_LATER });
      const service = start(process.execPath, checkout, ['--config', 'x', 'run']);
      const end = finish(service);
      await said(service, 'ready');
      service.kill(signal);
      expect(await end).toMatchObject({ code: 5 });
      if (signal === 'SIGUSR1') return;
      const other = start(process.execPath, checkout, ['logs', 'run']);
      const otherEnd = finish(other);
      await said(other, 'ready');
      other.kill(signal);
      expect(await otherEnd).toMatchObject({ code: null, signal });
    },
  );

  test('a published package runs its bundle', async () => {
    const checkout = await checkoutWith({ 'dist/main.js': SAYS_WHERE_IT_RUNS });
    const { stdout } = await finish(start(process.execPath, checkout, []));
    expect(JSON.parse(stdout)).toMatchObject({ program: expect.stringMatching(/dist\/main\.js$/) });
  });
});

describe.skipIf(oldNode === undefined)(`on a Node that is too old${whyNot}`, () => {
  test('without a runtime of its own it says so in one sentence and exits 1', async () => {
    const checkout = await checkoutWith({ 'src/cli/main.ts': SAYS_WHERE_IT_RUNS });
    const { code, stdout, stderr } = await finish(start(oldNode!, checkout, ['run']));
    expect(stderr).toMatch(/^untether needs Node 24\.15 or newer and this is Node [^\n]+\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });

  test('the runtime of the checkout runs the same command, and its exit code is the answer', async () => {
    const checkout = await checkoutWith({ 'src/cli/main.ts': SAYS_WHERE_IT_RUNS });
    await bringRuntime(checkout);
    const { code, stdout } = await finish(start(oldNode!, checkout, ['fire', 'a b', '--data', '-']));
    expect(JSON.parse(stdout)).toMatchObject({
      version: process.versions.node,
      args: ['fire', 'a b', '--data', '-'],
    });
    expect(code).toBe(7);
  });

  test('a runtime that cannot be started is named', async () => {
    const checkout = await checkoutWith({
      'src/cli/main.ts': SAYS_WHERE_IT_RUNS,
      'node_modules/.bin/node': 'not a program',
    });
    const { code, stderr } = await finish(start(oldNode!, checkout, []));
    expect(stderr).toMatch(/node_modules\/\.bin\/node does not start: .+\n$/);
    expect(code).toBe(1);
  });

  test('signals reach the program behind it', async () => {
    const checkout = await checkoutWith({ 'src/cli/main.ts': WAITS_FOR_A_SIGNAL });
    await bringRuntime(checkout);
    const child = start(oldNode!, checkout, ['run']);
    const ended = finish(child);
    await said(child, 'ready');
    child.kill('SIGHUP');
    await said(child, 'told to reload');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 9, stdout: 'ready\ntold to reload\ntold to stop\n' });
  });

  test('a program that a signal ended is seen to have ended by that signal', async () => {
    const checkout = await checkoutWith({ 'src/cli/main.ts': `process.kill(process.pid, 'SIGKILL');` });
    await bringRuntime(checkout);
    expect(await finish(start(oldNode!, checkout, []))).toMatchObject({ code: null, signal: 'SIGKILL' });
  });
});

/** A folder laid out as the repository is, with the real command and the given files in it. */
async function checkoutWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'untether-bin-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const write = async (path: string, content: string): Promise<void> => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  await write('package.json', '{ "type": "module" }');
  await Promise.all(Object.entries(files).map(([path, content]) => write(path, content)));
  await mkdir(join(folder, 'bin'));
  for (const name of ['untether.mjs', 'runtime-check.mjs']) {
    await copyFile(fileURLToPath(new URL(`../../bin/${name}`, import.meta.url)), join(folder, 'bin', name));
  }
  return folder;
}

/** Gives the folder the Node of this test run, the way an install does. */
async function bringRuntime(folder: string): Promise<void> {
  await mkdir(join(folder, 'node_modules/.bin'), { recursive: true });
  await symlink(process.execPath, join(folder, 'node_modules/.bin/node'));
}

function start(node: string, folder: string, args: readonly string[]): ChildProcess {
  const child = spawn(node, [join(folder, 'bin/untether.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function finish(child: ChildProcess): Promise<End> {
  const [[code, signal], stdout, stderr] = await Promise.all([
    once(child, 'exit') as Promise<[number | null, string | null]>,
    text(child.stdout!),
    text(child.stderr!),
  ]);
  return { code, signal, stdout, stderr };
}

/** Resolves when the child's output holds `word` as a line of its own. */
function said(child: ChildProcess, word: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let heard = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    heard += chunk.toString();
    if (heard.split('\n').includes(word)) resolve();
  });
  return promise;
}

/** The first `node` outside the folders that npm put in front, when it is one that the check refuses. */
function findOldNode(): string | undefined {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  try {
    const script = 'console.log(process.versions.node + " " + process.execPath)';
    const env = { PATH: path.join(delimiter) };
    const [version, node] = execFileSync('/usr/bin/env', ['node', '-e', script], {
      env,
      encoding: 'utf8',
    }).split(/\s/);
    return decideRuntime(version ?? '', null).kind === 'refuse' ? node : undefined;
  } catch {
    // No other Node, or not a system with /usr/bin/env: nothing to test with.
    return undefined;
  }
}
