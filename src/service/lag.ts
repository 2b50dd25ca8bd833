/** Decides how late the event loop counts as being: at worst in the minute before, and in the one that is not over yet. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../core/clock.ts';

/** How often the loop is looked at: what blocks it for less may go unseen. Each look wakes an idle process. */
const RESOLUTION_MS = 100;
const WINDOW_MS = 60_000;

/** What sees the delays: the longest time between two looks since the last `reset`, in ns. */
export interface Probe {
  readonly max: number;
  reset(): void;
}

/** A measurement under way. */
export interface Lag extends Disposable {
  /** The worst of the last one to two minutes, ms; however often it is asked. */
  readonly worstMs: () => number;
}

/** Begins to measure; costs next to nothing. */
export function measureLag(clock: Clock): Lag {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const windows = keepWindows(histogram, clock);
  return {
    worstMs: windows.worstMs,
    [Symbol.dispose]: () => {
      windows[Symbol.dispose]();
      histogram.disable();
    },
  };
}

/** Keeps what the probe saw in the last whole window, and begins the next one. */
export function keepWindows(probe: Probe, clock: Clock): Lag {
  let lastMs = 0;
  const seenMs = (): number => Math.max(0, probe.max / 1e6 - RESOLUTION_MS);
  let cancel = clock.after(WINDOW_MS, turn);
  function turn(): void {
    lastMs = seenMs();
    probe.reset();
    cancel = clock.after(WINDOW_MS, turn);
  }
  return {
    worstMs: () => Math.max(lastMs, seenMs()),
    [Symbol.dispose]: () => {
      cancel();
    },
  };
}
