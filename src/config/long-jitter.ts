/** Decides when a `jitter` is so long that moments of a cron wait in the way of its own later ones. */
import type { AdmissionLimit } from '../core/admission.ts';
import { formatDuration } from '../core/duration.ts';
import type { CronTrigger, Schedule } from '../core/trigger.ts';
import { placeOf } from '../scheduler/place.ts';
import { warning } from './problem.ts';
import type { Problem } from './problem.ts';

/** Stretches that are looked at: those of a day, of a job that is due each hour. */
const MOST_STRETCHES = 24;

/** Where more may wait than this, nobody means a jitter to fill the places, and no fires are looked at. */
const MOST_PLACES = 1_000;

/** What moments meet that wait for longer than others take to come. */
interface Crowd {
  /** As many may wait before one more is too many. */
  readonly places: number;
  readonly fate: string;
}

/** The warning, which says how long it may be: a moment takes its place when it is due, however late it starts. */
export function longJitter(cron: CronTrigger, nowMs: number): readonly Problem[] {
  const { jitterMs, schedule, runOnce } = cron;
  const crowd = crowdOf(placeOf(cron));
  if (jitterMs === 0 || runOnce || crowd === undefined || crowd.places > MOST_PLACES) return [];
  const { places, fate } = crowd;
  const spanMs = shortestSpan(schedule, places, nowMs);
  if (jitterMs <= spanMs) return [];
  const span = formatDuration(spanMs);
  const what = places === 1 ? `the ${span} between fires` : `the ${span} in which ${places + 1} fires come`;
  return [warning(['jitter'], `is longer than ${what}: some will ${fate}; write ${span} at most`)];
}

/** Undefined: nothing is ever in the way. */
function crowdOf(limit: AdmissionLimit): Crowd | undefined {
  const replaced = 'be replaced before they run';
  if (limit.kind === 'replace') return { places: 1, fate: replaced };
  if (limit.kind === 'newest') return { places: limit.keep, fate: replaced };
  if (limit.kind !== 'live') return undefined;
  return { places: limit.max, fate: limit.max === 1 ? 'find the place taken' : 'find every place taken' };
}

/** The shortest time from a fire to the one that is `places` later, in ms; infinite where too few are to come. */
function shortestSpan(schedule: Schedule, places: number, nowMs: number): number {
  const fires: number[] = [];
  let at = schedule.next(nowMs);
  while (at !== undefined && fires.length < MOST_STRETCHES + places) {
    fires.push(at);
    at = schedule.next(at);
  }
  const spans = fires.slice(places).map((fire, index) => fire - (fires[index] ?? fire));
  return Math.min(Infinity, ...spans);
}
