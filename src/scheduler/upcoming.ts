/** Decides how the next fires of a schedule are told: the instant, the local time, and what is odd about it. */
import { DateTime } from 'luxon';
import type { Schedule } from '../core/trigger.ts';
import { noteOn, oddNights as oddNightsOf } from './clock-notes.ts';
import type { CronSchedule } from './cron-schedule.ts';
import { noteOfMoment } from './odd-moment.ts';
import { cronOf, oddityOf } from './schedule.ts';
import { withheldAt } from './withheld.ts';
import { stretchAt } from './zone-clock.ts';

/** One fire to come. */
export interface Upcoming {
  /** Epoch ms. */
  readonly at: number;
  /** The same on the zone's wall, ISO 8601 with the offset. */
  readonly local: string;
  /** What a clock change does to it; absent on ordinary days. */
  readonly note?: string;
}

/** The first `count` fires after `fromMs`; fewer when the schedule ends, none for `@reboot`. */
export function upcoming(
  schedule: Schedule,
  question: { readonly fromMs: number; readonly count: number },
): readonly Upcoming[] {
  const fires: Upcoming[] = [];
  const cron = cronOf(schedule);
  const odd = oddityOf(schedule);
  const once = odd === undefined ? undefined : noteOfMoment(odd);
  let previousMs = question.fromMs;
  while (fires.length < question.count) {
    const at = schedule.next(previousMs);
    if (at === undefined) break;
    const note = cron === undefined ? once : noteOf({ schedule, cron }, at, previousMs);
    fires.push(told(schedule, at, note));
    previousMs = at;
  }
  return fires;
}

/** The nights from `fromMs` up to `untilMs` on which a clock change makes a difference to the schedule. */
export function oddNights(
  schedule: Schedule,
  range: { readonly fromMs: number; readonly untilMs: number },
): readonly Upcoming[] {
  const cron = cronOf(schedule);
  if (cron === undefined) return [];
  const nights = oddNightsOf(cron, range).filter(
    ({ atMs, changeMs }) =>
      schedule.next(atMs - 1) === atMs && (atMs < changeMs || withheldAt(schedule, changeMs) === undefined),
  );
  return nights.map(({ atMs, note }) => told(schedule, atMs, note));
}

/** An instant on the wall of a zone, ISO 8601 with the offset: `2026-03-29T03:00:00+02:00`. */
export function localTime(atMs: number, zone: string): string {
  return (
    DateTime.fromMillis(atMs, { zone }).toISO({ suppressMilliseconds: true }) ?? new Date(atMs).toISOString()
  );
}

/**
 * The note on a fire. One that others were withheld before is not the first since the clock change before it, and a
 * change within a blackout skips nothing that would have been due.
 */
function noteOf(
  { schedule, cron }: { readonly schedule: Schedule; readonly cron: CronSchedule },
  at: number,
  previousMs: number,
): string | undefined {
  const changeMs = lastChange(cron, at);
  const isFirst =
    changeMs > previousMs && cron.next(changeMs - 1) === at && withheldAt(schedule, changeMs) === undefined;
  return noteOn(cron, at, isFirst ? changeMs - 1 : at);
}

/** The first instant with the offset that the cron's zone has at `at`; where the year's table begins, if that is later. */
function lastChange({ clock }: CronSchedule, at: number): number {
  const year = clock.yearAt(at);
  return year?.starts[stretchAt(year, at)] ?? -Infinity;
}

function told(schedule: Schedule, at: number, note: string | undefined): Upcoming {
  const fire = { at, local: localTime(at, schedule.zone) };
  return note === undefined ? fire : { ...fire, note };
}
