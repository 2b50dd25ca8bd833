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
const MOST_ROWS = 3_000;
/** Moments that are looked at one by one; where there are more, the newest are looked for from the end. */
const MOST_STEPS = 50_000;
/** However dense a schedule is, walking this long, in ms, takes half as many steps: none has more than one a second. */
const SURE_MS = (MOST_STEPS / 2) * 1_000;

/**
 * All moments m with `first` ≤ m ≤ `until`, where `first` is itself a moment of the schedule; the newest are kept. Where
 * there are very many, the number of the others is an estimate.
 */
export function momentsFrom(schedule: Schedule, first: number, until: number): Moments {
  const walked = walk(schedule, first, until);
  if (walked.isAtEnd) return walked;
  const newest = walkEnd(schedule, walked.last, until);
  if (newest === undefined) return walked;
  const perMs = (MOST_STEPS - 1) / (walked.last - walked.first);
  const between = Math.round((newest.first - walked.last) * perMs) - 1;
  return { ...newest, dropped: MOST_STEPS + Math.max(0, between) + newest.dropped };
}

/** The newest moments after `from`: as many as rows may be added, if there are so many. */
function walkEnd(schedule: Schedule, from: number, until: number): Walk | undefined {
  let best: Walk | undefined;
  let fits = 0;
  let tooFar = Infinity;
  for (let spanMs = SURE_MS; ; spanMs = tooFar === Infinity ? spanMs * 2 : (fits + tooFar) / 2) {
    const start = Math.max(from, until - spanMs);
    const entered = schedule.next(start);
    const walked = entered === undefined || entered > until ? undefined : walk(schedule, entered, until);
    if (walked?.isAtEnd === false) {
      tooFar = spanMs;
      continue;
    }
    fits = spanMs;
    best = walked ?? best;
    const found = best === undefined ? 0 : best.at.length + best.dropped;
    if (start === from || found >= MOST_ROWS) return best;
  }
}

interface Walk extends Moments {
  readonly first: number;
  /** The last moment that was looked at. */
  readonly last: number;
  /** It came to the end of the stretch. */
  readonly isAtEnd: boolean;
}

function walk(schedule: Schedule, first: number, until: number): Walk {
  const at: number[] = [];
  let dropped = 0;
  let last = first;
  let next: number | undefined = first;
  for (let steps = 0; next !== undefined && next <= until && steps < MOST_STEPS; steps += 1) {
    at.push(next);
    last = next;
    if (at.length >= 2 * MOST_ROWS) dropped += at.splice(0, MOST_ROWS).length;
    next = schedule.next(next);
  }
  dropped += at.splice(0, Math.max(0, at.length - MOST_ROWS)).length;
  return { at, dropped, next, first, last, isAtEnd: next === undefined || next > until };
}
