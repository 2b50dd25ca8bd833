/** Decides how late the event loop counts as being: at worst since it was last asked. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the loop is looked at; anything below it goes unseen. */
const RESOLUTION_MS = 20;

/** A measurement under way. */
export interface Lag extends Disposable {
  /** The worst since the last call, ms. */
  take(): number;
}

/** Begins to measure; costs next to nothing. */
export function measureLag(): Lag {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    take() {
      const worstMs = Math.max(0, histogram.max / 1e6 - RESOLUTION_MS);
      histogram.reset();
      return worstMs;
    },
    [Symbol.dispose]: () => {
      histogram.disable();
    },
  };
}
