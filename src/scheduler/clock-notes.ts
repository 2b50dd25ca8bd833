/** Decides what to tell people about a fire that a clock change makes unusual. */
import { DAY_MS } from './civil.ts';
import type { CronSchedule } from './cron-schedule.ts';
import { EVERY_HOUR } from './fields.ts';
import { nextWall } from './occurrence.ts';
import { stretchAt } from './zone-clock.ts';
import type { ZoneYear } from './zone-clock.ts';

/** A clock change: the stretch that begins with it, in the table of its year. */
interface Change {
  readonly year: ZoneYear;
  readonly index: number;
}

/**
 * What is unusual about the fire at `atMs`, given the fire (or the question) before it: it stands for a time the
 * clock skips, comes after one that nothing makes up, or the wall shows its time twice. Undefined on most days.
 */
export function noteOn(schedule: CronSchedule, atMs: number, previousMs: number): string | undefined {
  const year = schedule.clock.yearAt(atMs);
  if (year === undefined) return undefined;
  const index = stretchAt(year, atMs);
  return (
    gapNote(schedule, { year, index }, { atMs, previousMs }) ?? overlapNote(schedule, { year, index }, atMs)
  );
}

/** A night on which the clock makes a difference to a schedule. */
export interface OddNight {
  /** The fire it is about, epoch ms. */
  readonly atMs: number;
  readonly note: string;
  /** The clock change itself, epoch ms. */
  readonly changeMs: number;
}

/**
 * The clock changes from `fromMs` up to `untilMs` that make a difference to the schedule: those that skip or repeat
 * a time it names, unless it is due in every hour of the day and simply goes on.
 */
export function oddNights(
  schedule: CronSchedule,
  range: { readonly fromMs: number; readonly untilMs: number },
): readonly OddNight[] {
  if (!schedule.fields.isFixed && schedule.fields.hours === EVERY_HOUR) return [];
  return changesWithin(schedule, range).flatMap((change) => oddNight(schedule, change) ?? []);
}

function changesWithin(
  schedule: CronSchedule,
  range: { readonly fromMs: number; readonly untilMs: number },
): readonly Change[] {
  const changes: Change[] = [];
  let year = schedule.clock.yearAt(range.fromMs);
  while (year !== undefined && year.fromMs < range.untilMs) {
    const { starts, fromMs, toMs } = year;
    for (const [index, startMs] of starts.entries()) {
      const isAsked = startMs >= Math.max(fromMs, range.fromMs) && startMs < Math.min(toMs, range.untilMs);
      if (index > 0 && isAsked) changes.push({ year, index });
    }
    year = schedule.clock.yearAt(toMs);
  }
  return changes;
}

function oddNight(schedule: CronSchedule, change: Change): OddNight | undefined {
  const { seen, wallStart, startMs, offset } = stretch(change);
  const affected = nextWall(schedule.fields, Math.min(seen, wallStart));
  if (affected >= Math.max(seen, wallStart)) return undefined;
  const atMs = seen < wallStart ? schedule.next(startMs - 1) : affected - offset(change.index - 1);
  const note = atMs === undefined ? undefined : noteOn(schedule, atMs, Math.min(atMs, startMs) - 1);
  return atMs === undefined || note === undefined ? undefined : { atMs, note, changeMs: startMs };
}

function gapNote(
  schedule: CronSchedule,
  change: Change,
  fire: { readonly atMs: number; readonly previousMs: number },
): string | undefined {
  const { seen, wallStart, startMs } = stretch(change);
  if (change.index === 0 || startMs <= fire.previousMs || seen >= wallStart) return undefined;
  const skipped = nextWall(schedule.fields, seen);
  if (skipped >= wallStart) return undefined;
  const localMs = fire.atMs + (change.year.offsets[change.index] ?? 0);
  const isMadeUp = schedule.fields.isFixed && schedule.dst !== 'skip';
  return skippedNote({ changeMs: startMs, wallMs: skipped, localMs, isMadeUp });
}

/** A time that the clock skips; all in ms. */
export interface SkippedTime {
  /** The clock change, epoch ms. */
  readonly changeMs: number;
  /** Since 1970 on the wall, as the schedule names it. */
  readonly wallMs: number;
  /** The same of the fire after it. */
  readonly localMs: number;
  /** The fire stands for it. */
  readonly isMadeUp: boolean;
}

/** The note beside the fire after a time that the clock skips. */
export function skippedNote({ changeMs, wallMs, localMs, isMadeUp }: SkippedTime): string {
  const what = `clock goes forward ${clockTime(changeMs)} UTC, ${wallTime(wallMs, localMs)} does not exist`;
  return isMadeUp ? `${what}; fires at ${clockTime(localMs)}` : `${what}; not made up`;
}

function overlapNote(schedule: CronSchedule, change: Change, atMs: number): string | undefined {
  const { seen, startMs, wallStart, offset } = stretch(change);
  const wall = atMs + offset(change.index);
  if (change.index > 0 && wall < seen && wall >= wallStart)
    return `second pass, clock went back ${clockTime(startMs)} UTC`;
  const next = change.index + 1;
  const backMs = change.year.starts[next];
  if (backMs === undefined || wall < (change.year.wallStarts[next] ?? 0)) return undefined;
  return repeatedNote(backMs, { isOnce: schedule.fields.isFixed && schedule.dst !== 'both' });
}

/** The note beside the fire at the first of two passes of a time; the clock goes back at `changeMs`. */
export function repeatedNote(changeMs: number, { isOnce }: { readonly isOnce: boolean }): string {
  const what = `first of two passes, clock goes back ${clockTime(changeMs)} UTC`;
  return isOnce ? `${what}; fires once` : what;
}

function stretch({ year, index }: Change): {
  readonly startMs: number;
  readonly wallStart: number;
  readonly seen: number;
  readonly offset: (index: number) => number;
} {
  return {
    startMs: year.starts[index] ?? 0,
    wallStart: year.wallStarts[index] ?? 0,
    seen: year.seen[index] ?? 0,
    offset: (at) => year.offsets[at] ?? 0,
  };
}

/** `02:30`, with the date where the gap swallows the end of another day. */
function wallTime(wallMs: number, nearMs: number): string {
  const isSameDay = Math.floor(wallMs / DAY_MS) === Math.floor(nearMs / DAY_MS);
  return isSameDay
    ? clockTime(wallMs)
    : `${new Date(wallMs).toISOString().slice(0, 10)} ${clockTime(wallMs)}`;
}

/** `02:30`, or `02:30:15` when there are seconds; of ms since 1970, on a wall or in UTC. */
export function clockTime(ms: number): string {
  const text = new Date(ms).toISOString().slice(11, 19);
  return text.endsWith(':00') ? text.slice(0, 5) : text;
}
