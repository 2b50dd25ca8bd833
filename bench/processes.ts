/** Decides how measured processes are started and asked: on a core of their own where the system can, over a channel. */
import { fork, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { AppError } from '../src/core/errors.ts';

/** What is measured has one core, what loads it the other. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

export interface ForkOptions {
  readonly args?: readonly string[];
  /** The core to stay on; any when left out. */
  readonly core?: number;
  readonly execArgv?: readonly string[];
}

/** Starts a script that lies beside the caller: `script` is relative to `from`, the caller's `import.meta.url`. */
export function forkBeside(from: string, script: string, options: ForkOptions = {}): ChildProcess {
  const { args = [], core, execArgv = [] } = options;
  const child = fork(fileURLToPath(new URL(script, from)), args, { execArgv: [...execArgv] });
  if (core !== undefined) pin(child.pid, core);
  return child;
}

/** Keeps a process, all its threads and what it starts later on one core; nothing where there is no `taskset`. */
export function pin(pid: number | undefined, core: number): void {
  if (pid === undefined) return;
  spawnSync('taskset', ['-a', '-p', '-c', String(core), String(pid)], { stdio: 'ignore' });
}

/** Sends a question and waits for the one answer; not for use twice at once. */
export function ask<T>(child: ChildProcess, question: object): Promise<T> {
  const answer = nextMessage<T>(child);
  child.send(question);
  return answer;
}

/** The next message; rejects when the process ends before. */
export async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as T),
      // Rather than `exit`, which may come before the last message is read.
      once(child, 'disconnect', { signal }).then((): never => {
        throw new AppError('internal', 'a measured process ended before it said anything');
      }),
    ]);
  } finally {
    over.abort();
  }
}
