/** Decides what a test of the launcher asks for when it says nothing else. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import { createLauncher } from '../../src/launcher/client.ts';
import type { Launcher, LauncherOptions, LaunchRequest } from '../../src/launcher/client.ts';

/** A launcher on the machine's clock that gives groups ten seconds, and is closed at the end of its block. */
export function startLauncher(options: Partial<LauncherOptions> = {}): Launcher & AsyncDisposable {
  return closing(createLauncher({ clock: systemClock, log: silentLog, graceMs: 10_000, ...options }));
}

/** The launcher, closed when its block ends. */
export function closing(launcher: Launcher): Launcher & AsyncDisposable {
  return Object.assign(launcher, { [Symbol.asyncDispose]: () => launcher.close() });
}

/** A folder of its own, with the request for a shell script whose output goes there. */
export class Workplace implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'untether-launcher-'));
  readonly output = join(this.folder, 'output');

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A shell script. */
  script(text: string, rest: Partial<LaunchRequest> = {}): LaunchRequest {
    return this.program(['/bin/sh', '-c', text], rest);
  }

  program(argv: readonly string[], rest: Partial<LaunchRequest> = {}): LaunchRequest {
    return {
      id: 'run-1',
      argv,
      cwd: this.folder,
      env: { PATH: '/usr/bin:/bin' },
      stdin: { kind: 'none' },
      stdout: this.output,
      stderr: this.output,
      ...rest,
    };
  }

  read(name = 'output'): string {
    return readFileSync(this.path(name), 'utf8');
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Whether a process is there and not merely waiting to be collected. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    // No such process.
    return false;
  }
}

/** A name for a process that ignores SIGTERM until it is killed; it says `ready` once it does. */
export const STUBBORN = `trap '' TERM; echo ready; while :; do sleep 1000 & wait $!; done`;
