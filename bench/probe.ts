/** Decides what a measured process tells about itself when asked: loaded into it beside the program, changing nothing. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What can be asked; answered with a `ProbeAnswer`. */
export type ProbeQuestion =
  /** The CPU time used so far. */
  | { readonly kind: 'cpu' }
  /** From now on, how late the event loop is. */
  | { readonly kind: 'watch-loop' }
  /** How late it was since then. */
  | { readonly kind: 'loop' }
  /** Holds this much more memory from now on, every page of it touched. */
  | { readonly kind: 'grow'; readonly megabytes: number };

export interface ProbeAnswer {
  /** User and system time of all threads, ms. */
  readonly cpuMs: number;
  /** Delay of the event loop beyond the sampling interval, ms; 0 unless it is watched. */
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
}

const SAMPLE_MS = 1;

const loop = monitorEventLoopDelay({ resolution: SAMPLE_MS });
const ballast: Buffer[] = [];

function obey(question: ProbeQuestion): void {
  if (question.kind === 'grow') {
    for (let held = 0; held < question.megabytes; held++) ballast.push(Buffer.alloc(2 ** 20, 1));
  }
  if (question.kind === 'watch-loop') {
    loop.reset();
    loop.enable();
  }
  if (question.kind === 'loop') loop.disable();
}

function answer(): ProbeAnswer {
  const { user, system } = process.cpuUsage();
  const isWatched = loop.count > 0;
  return {
    cpuMs: (user + system) / 1_000,
    loopP99Ms: isWatched ? Math.max(0, loop.percentile(99) / 1e6 - SAMPLE_MS) : 0,
    loopMaxMs: isWatched ? Math.max(0, loop.max / 1e6 - SAMPLE_MS) : 0,
  };
}

process.on('message', (question) => {
  obey(question as ProbeQuestion);
  process.send?.(answer());
});
// Whoever measures is gone: so is the reason to go on.
process.once('disconnect', () => process.exit(0));
process.channel?.unref();
