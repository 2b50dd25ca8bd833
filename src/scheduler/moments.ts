/** Decides which due moments lie in a stretch of time, bounded so that a long downtime cannot flood the ledger. */
import type { Schedule } from '../core/trigger.ts';

/** Moments of a stretch; `dropped` earlier ones are only counted. */
export interface Moments {
  readonly at: readonly number[];
  readonly dropped: number;
  /** First moment after the stretch, undefined: never. */
  readonly next: number | undefined;
}

/** Rows that one trigger may add for one stretch. */
const MOST_ROWS = 1_000;
/** Moments that are looked at one by one; before that many, the stretch is entered later. */
const MOST_STEPS = 50_000;

/** All moments m with `first` ≤ m ≤ `until`, where `first` is itself a moment of the schedule; the newest are kept. */
export function momentsFrom(schedule: Schedule, first: number, until: number): Moments {
  const entered = enter(schedule, first, until);
  const at: number[] = [];
  let dropped = entered.dropped;
  let next: number | undefined = entered.first;
  while (next !== undefined && next <= until) {
    at.push(next);
    if (at.length >= 2 * MOST_ROWS) dropped += at.splice(0, MOST_ROWS).length;
    next = schedule.next(next);
  }
  dropped += at.splice(0, Math.max(0, at.length - MOST_ROWS)).length;
  return { at, dropped, next };
}

/** Skips ahead where the schedule's own rhythm says that stepping would take too long; the count is then an estimate. */
function enter(
  schedule: Schedule,
  first: number,
  until: number,
): { readonly first: number; readonly dropped: number } {
  const second = schedule.next(first);
  if (second === undefined) return { first, dropped: 0 };
  const steps = Math.floor((until - first) / (second - first));
  if (steps <= MOST_STEPS) return { first, dropped: 0 };
  const later = schedule.next(until - MOST_STEPS * (second - first));
  return later === undefined
    ? { first, dropped: 0 }
    : { first: later, dropped: Math.round((later - first) / (second - first)) };
}
