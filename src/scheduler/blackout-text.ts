/** Decides which window a line of a `blackout` means, or what is wrong with it. */
import type { BlackoutWindow } from './blackout.ts';
import { DAY_MS } from './civil.ts';
import { instantPastWall, instantsOfWall, readDate } from './moment.ts';
import type { ZoneClock } from './zone-clock.ts';

/** A window that was read, or why it was not. */
export type WindowRead =
  { readonly ok: true; readonly window: BlackoutWindow } | { readonly ok: false; readonly message: string };

const DAILY = /^((?:[01]\d|2[0-3]):[0-5]\d) ?- ?((?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;
const DAYS = /^(\d{4}-\d\d-\d\d)(?: ?\/ ?(\d{4}-\d\d-\d\d))?$/;
const TIMES = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?) ?\/ ?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)$/;
const FORMS = '"22:00-06:00", "2026-12-24", "2026-12-24/2026-12-26" or "2026-12-24T18:00/2026-12-26T08:00"';

/**
 * Reads `22:00-06:00` (every day, its end excluded, `24:00` allowed there), a date, two dates (both days included), or
 * two dates with times (the end excluded), all on the zone's wall. One with dates begins when the wall first shows its
 * beginning, and lasts until the wall shows nothing before its end any more.
 */
export function readWindow(written: string, clock: ZoneClock): WindowRead {
  const text = written.trim();
  const [, opens, closes] = DAILY.exec(text) ?? [];
  if (opens !== undefined && closes !== undefined) return daily(text, msOfDay(opens), msOfDay(closes));
  const [, day, lastDay = day] = DAYS.exec(text) ?? [];
  if (day !== undefined && lastDay !== undefined)
    return dated({ text, from: day, until: lastDay, untilMore: DAY_MS }, clock);
  const [, from, until] = TIMES.exec(text) ?? [];
  if (from !== undefined && until !== undefined) return dated({ text, from, until, untilMore: 0 }, clock);
  return refused(text, `is no stretch of time: write ${FORMS}`);
}

function daily(text: string, fromMs: number, untilMs: number): WindowRead {
  if (fromMs === untilMs) return refused(text, 'covers no time: it ends at the minute in which it begins');
  return { ok: true, window: { kind: 'daily', text, fromMs, untilMs } };
}

interface Dates {
  readonly text: string;
  readonly from: string;
  readonly until: string;
  /** What the end is later than written, in ms. */
  readonly untilMore: number;
}

function dated({ text, from, until, untilMore }: Dates, clock: ZoneClock): WindowRead {
  const first = readDate(from);
  const last = readDate(until);
  if (!first.ok) return first;
  if (!last.ok) return last;
  const [fromMs] = instantsOfWall(clock, first.ms);
  const untilMs = instantPastWall(clock, last.ms + untilMore);
  if (untilMs <= fromMs) return refused(text, 'covers no time: its end must come after its beginning');
  return { ok: true, window: { kind: 'dated', text, fromMs, untilMs } };
}

function msOfDay(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}

function refused(text: string, why: string): WindowRead {
  return { ok: false, message: `"${text}" ${why}` };
}
