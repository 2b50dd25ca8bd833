/** Runs command lines: in this process for many, and as real programs for what only those can show. */
import { spawn } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { execute } from '../../../src/cli/program.ts';
import type { Control } from '../../../src/core/control.ts';
import { silentLog } from '../../../src/core/log.ts';
import { createControlListener } from '../../../src/server/control-api.ts';
import { openControlSocket } from '../../../src/service/control-socket.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { NOW } from './fake-control.ts';

export const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/** How a command line ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  /** Standard output is a terminal; only in this process. */
  readonly terminal?: boolean;
}

/** Runs a command line in this process; its clock stands at `NOW`. */
export async function command(
  words: readonly string[],
  { cwd, env = {}, stdin = '', terminal = false }: Surroundings,
): Promise<Ended> {
  const stdout = Object.assign(new PassThrough(), { isTTY: terminal });
  const stderr = new PassThrough();
  const said = Promise.all([text(stdout), text(stderr)]);
  const code = await execute(words, {
    stdout,
    stderr,
    stdin: Readable.from([Buffer.from(stdin)]),
    env: { PATH: process.env.PATH, ...env },
    cwd,
    clock: new FakeClock(NOW),
    signals: undefined,
  });
  stdout.end();
  stderr.end();
  const [out, err] = await said;
  return { code, stdout: out, stderr: err };
}

/** Runs a command line as a program of its own. */
export async function program(
  words: readonly string[],
  { cwd, env = {}, stdin = '' }: Surroundings,
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, NO_COLOR: '1', ...env },
    stdio: 'pipe',
  });
  child.stdin.on('error', () => {
    // A program that reads nothing has gone before everything was written.
  });
  child.stdin.end(stdin);
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('close', resolve);
  const [code, stdout, stderr] = await Promise.all([promise, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** A folder of this test's own, gone when the test is. */
export async function newFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'untether-cli-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Serves `control` on the real socket of a state folder until the test ends. */
export async function serveControl(stateDir: string, control: Control): Promise<void> {
  const socket = await openControlSocket(stateDir, createControlListener(control, silentLog));
  onTestFinished(() => socket[Symbol.asyncDispose]());
}
