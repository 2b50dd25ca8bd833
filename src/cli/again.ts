/** Decides how a process that has stopped its service becomes one that starts it: the same command, on what is installed now. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { AppError, messageOf } from '../core/errors.ts';
import { environmentFor } from '../server/inherited.ts';
import type { Inherited } from '../server/inherited.ts';
import { exitCodes } from './exit.ts';
import type { ExitCode } from './exit.ts';

/**
 * Starts the same command anew. Where the system has `execve` this process becomes it, and never returns: its id,
 * terminal and parent stay, and so does `kept`. Elsewhere a process of its own takes over, and the exit code of this one is answered. Throws
 * `unavailable` where the program is gone.
 */
export function startAgain(kept: Inherited | undefined): ExitCode {
  const { execPath, execArgv, argv, pid } = process;
  const env = environmentFor(process.env, kept, pid);
  const words = [...execArgv, ...argv.slice(1)];
  // A failed `execve` takes the process down with a dump of its memory.
  refuseMissing(execPath);
  process.execve?.(execPath, [execPath, ...words], env);
  spawn(execPath, words, {
    detached: true,
    stdio: 'inherit',
    env: environmentFor(env, undefined, pid),
  }).unref();
  return exitCodes.ok;
}

function refuseMissing(program: string): void {
  try {
    accessSync(program, constants.X_OK);
  } catch (error) {
    const message = `cannot start again: ${messageOf(error)}; start untether by hand`;
    throw new AppError('unavailable', message, { cause: error });
  }
}
