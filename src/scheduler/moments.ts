/** Decides which due moments lie in a stretch of time, bounded so that a long downtime cannot flood the ledger. */
import type { Schedule } from '../core/trigger.ts';

/** Moments of a stretch; `dropped` earlier ones are only counted. */
export interface Moments {
  readonly at: readonly number[];
  readonly dropped: number;
  /** First moment after the stretch, undefined: never. */
  readonly next: number | undefined;
}

/** Rows that one trigger may add for one stretch, and how many it may always; all together usually add no more than so many. */
const MOST_ROWS = 3_000;
const FEWEST_ROWS = 100;
const ROWS_AT_ONCE = 100_000;
/** Moments that are looked at one by one; where there are more, the newest are looked for from the end. */
const MOST_STEPS = 50_000;
/** However dense a schedule is, walking this long, in ms, takes half as many steps: none has more than one a second. */
const SURE_MS = (MOST_STEPS / 2) * 1_000;

/** Rows that each of so many triggers may add in one look. */
export function mostRowsEach(triggers: number): number {
  return Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, Math.floor(ROWS_AT_ONCE / triggers)));
}

/** From one moment of a schedule, itself included, to another time, epoch ms; the newest `most` are kept. */
export interface Stretch {
  readonly first: number;
  readonly until: number;
  readonly most: number;
}

/** All moments of a stretch. Where there are very many, the number of those that are not kept is an estimate. */
export function momentsFrom(schedule: Schedule, stretch: Stretch): Moments {
  const walked = walk(schedule, stretch);
  if (walked.isAtEnd) return walked;
  const newest = walkEnd(schedule, { ...stretch, first: walked.last });
  if (newest === undefined) return walked;
  const perMs = (MOST_STEPS - 1) / (walked.last - walked.first);
  const between = Math.round((newest.first - walked.last) * perMs) - 1;
  return { ...newest, dropped: MOST_STEPS + Math.max(0, between) + newest.dropped };
}

/** The newest moments after `from`: as many as rows may be added, if there are so many. */
function walkEnd(schedule: Schedule, { first: from, until, most }: Stretch): Walk | undefined {
  let best: Walk | undefined;
  let fits = 0;
  let tooFar = Infinity;
  for (let spanMs = SURE_MS; ; spanMs = tooFar === Infinity ? spanMs * 2 : (fits + tooFar) / 2) {
    const start = Math.max(from, until - spanMs);
    const entered = schedule.next(start);
    const walked =
      entered === undefined || entered > until ? undefined : walk(schedule, { first: entered, until, most });
    if (walked?.isAtEnd === false) {
      tooFar = spanMs;
      continue;
    }
    fits = spanMs;
    best = walked ?? best;
    const found = best === undefined ? 0 : best.at.length + best.dropped;
    if (start === from || found >= most) return best;
  }
}

interface Walk extends Moments {
  readonly first: number;
  /** The last moment that was looked at. */
  readonly last: number;
  /** It came to the end of the stretch. */
  readonly isAtEnd: boolean;
}

function walk(schedule: Schedule, { first, until, most }: Stretch): Walk {
  const at: number[] = [];
  let dropped = 0;
  let last = first;
  let next: number | undefined = first;
  for (let steps = 0; next !== undefined && next <= until && steps < MOST_STEPS; steps += 1) {
    at.push(next);
    last = next;
    if (at.length >= 2 * most) dropped += at.splice(0, most).length;
    next = schedule.next(next);
  }
  dropped += at.splice(0, Math.max(0, at.length - most)).length;
  return { at, dropped, next, first, last, isAtEnd: next === undefined || next > until };
}
