/** Decides how one child is started: a session of its own, three descriptors straight to files, nothing inherited. */

import { spawn } from 'node:child_process';
import { isAbsolute } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { diagnose } from './diagnose.ts';
import { closeFiles, openFiles } from './files.ts';
import { notStarted } from './launch.ts';
import type { LaunchEnd, LaunchRequest } from './launch.ts';

/** Told at most once each, `started` before `ended`; `ended` alone when nothing was started. */
export interface ChildEvents {
  started(pid: number): void;
  ended(end: LaunchEnd): void;
}

/** Starts a child. It blocks for the fork, may call `ended` before it returns, and never throws. */
export function startChild(request: LaunchRequest, clock: Clock, events: ChildEvents): void {
  const relative = pathsOf(request).find((path) => !isAbsolute(path));
  if (relative !== undefined) return events.ended(notStarted(`${relative} is not an absolute path`));
  const [file, ...args] = request.argv;
  if (file === undefined || file === '') return events.ended(notStarted('there is no command to start'));
  const files = openFiles(request);
  if (files.kind === 'fault') return events.ended(notStarted(files.reason));
  try {
    const { cwd, env } = request;
    const child = spawn(file, args, { cwd, env, stdio: [...files.stdio], detached: true });
    child.once('error', (error) => {
      events.ended(notStarted(diagnose(request, error)));
    });
    child.once('exit', (code, signal) => {
      events.ended({ kind: 'exited', code, signal, endedAtMs: clock.now() });
    });
    if (child.pid !== undefined) events.started(child.pid);
  } catch (error) {
    events.ended(notStarted(diagnose(request, error)));
  } finally {
    closeFiles(files.stdio);
  }
}

function pathsOf({ cwd, stdin, stdout, stderr }: LaunchRequest): readonly string[] {
  return [cwd, stdout, stderr, ...(stdin.kind === 'file' ? [stdin.path] : [])];
}
