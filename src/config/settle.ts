/** Decides when a file that is being written is done: when nothing about it changed for a while. */
import { pause } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';

/** How long to look on; all in ms of running time. */
export interface Patience {
  readonly clock: Clock;
  /** Between two looks that must be equal. */
  readonly quietMs: number;
  /** After this long the last look counts, equal or not: a file that never rests is read all the same. */
  readonly maxMs: number;
  readonly signal: AbortSignal;
}

/** Looks until two looks `quietMs` apart are equal, and answers with the last one. */
export async function settle(look: () => Promise<string>, patience: Patience): Promise<string> {
  const { clock, quietMs, maxMs, signal } = patience;
  const startedAt = clock.monotonic();
  let seen = await look();
  for (;;) {
    await pause(clock, quietMs, signal);
    const now = await look();
    if (now === seen || signal.aborted || clock.monotonic() - startedAt >= maxMs) return now;
    seen = now;
  }
}
