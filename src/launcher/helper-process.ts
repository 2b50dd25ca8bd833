/** Decides how one helper process is started, spoken to, and found to be dead. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import type { Cancel, Clock } from '../core/clock.ts';
import { createBatch, createReader } from './protocol.ts';
import type { Command, Report } from './protocol.ts';

export interface HelperOptions {
  /** The helper's file, `.ts` in a checkout or `.js` in a bundle; absolute. */
  readonly path: string;
  readonly graceMs: number;
  readonly clock: Clock;
  /** Started, ended: everything but the sign of life. */
  readonly onReport: (report: Exclude<Report, { kind: 'pong' }>) => void;
  /** Once, after its last report. `wasLive` is false when it died before its first sign of life, so started nothing. */
  readonly onGone: (gone: { readonly wasLive: boolean; readonly reason: string }) => void;
}

/** A helper that says nothing for this long after its start counts as one that cannot live. */
const LIVE_WITHIN_MS = 10_000;
/** On top of the grace of its children. */
const LEAVES_WITHIN_MS = 10_000;
const LAST_WORDS = 4_000;
// Smaller young generation, no compiler threads: each start forks this process, and a fork costs with its size.
const NODE_FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=1', '--v8-pool-size=0'];

/** A running helper, from the fork to its end. */
export class HelperProcess {
  readonly #child: ChildProcess;
  readonly #options: HelperOptions;
  readonly #cancelWait: Cancel;
  readonly #gone = Promise.withResolvers<void>();
  /** Hands a command over, together with all others of this turn of the event loop. */
  readonly send: (command: Command) => void;
  #isLive = false;
  #isGone = false;
  #lastWords = '';

  constructor(options: HelperOptions) {
    this.#options = options;
    this.#child = spawn(process.execPath, [...NODE_FLAGS, options.path, String(options.graceMs)], {
      // In a session of its own, out of reach of the terminal's signals; nothing of the service's environment.
      detached: true,
      cwd: '/',
      env: compileCache(),
      stdio: 'pipe',
    });
    const { stdin, stdout, stderr } = this.#child;
    this.send = createBatch<Command>((text) => stdin?.write(text));
    // A helper that is gone is told of by `close`, whoever notices first.
    stdin?.on('error', () => {});
    stdout?.setEncoding('utf8').on(
      'data',
      createReader<Report>((report) => this.#receive(report)),
    );
    stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (this.#lastWords += text.slice(0, LAST_WORDS - this.#lastWords.length)));
    this.#child.once('error', (error) => this.#end(error.message));
    this.#child.once('close', (code, signal) => this.#end(signal ?? `exit ${String(code)}`));
    this.#cancelWait = options.clock.after(LIVE_WITHIN_MS, () => this.#child.kill('SIGKILL'));
    this.send({ kind: 'ping', n: 0 });
  }

  /** Its process id; `undefined` when not even the fork worked. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Lets it end its groups and leave; resolves when it has, or was killed because it would not. */
  close(): Promise<void> {
    const { clock, graceMs } = this.#options;
    // After what was sent in this turn.
    setImmediate(() => this.#child.stdin?.end());
    const cancel = clock.after(graceMs + LEAVES_WITHIN_MS, () => this.#child.kill('SIGKILL'));
    return this.#gone.promise.finally(cancel);
  }

  #receive(report: Report): void {
    if (report.kind !== 'pong') return this.#options.onReport(report);
    this.#isLive = true;
    this.#cancelWait();
  }

  #end(how: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#cancelWait();
    this.#gone.resolve();
    const error = /^\w*Error.*$/m.exec(this.#lastWords)?.[0];
    const reason = error === undefined ? how : `${how}: ${error}`;
    this.#options.onGone({ wasLive: this.#isLive, reason });
  }
}

/** The service's compile cache, where it has one: with it a helper run from `.ts` is as small and quick as one from `.js`. */
function compileCache(): Record<string, string> {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
