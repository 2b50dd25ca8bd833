/** Decides which instant a date and time written for a zone means. */
import { DateTime } from 'luxon';
import { monthLength } from './civil.ts';
import { stretchAt } from './zone-clock.ts';
import type { ZoneClock, ZoneYears } from './zone-clock.ts';

const SHAPE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?: ?(Z|[+-]\d{2}:?\d{2}))?)?$/i;

/** A date and time that was read, or why it was not. */
export type Moment =
  { readonly ok: true; readonly atMs: number } | { readonly ok: false; readonly message: string };

/**
 * Reads `2026-12-24T18:00`, with a space instead of the `T`, with seconds, with an offset or `Z`, or a date alone
 * (its midnight). Without an offset it is a time on the zone's wall, see `instantsOfWall`: one that a clock change
 * skips means the first instant after it, one that is shown twice the first time.
 */
export function readMoment(text: string, clock: ZoneYears): Moment {
  const read = readDate(text);
  if (!read.ok) return read;
  return { ok: true, atMs: read.kind === 'instant' ? read.ms : instantsOfWall(clock, read.ms)[0] };
}

/** A date and time as written: an instant, a time on some wall (ms since 1970 on it), or a day (its midnight there). */
export type WrittenDate =
  | { readonly ok: true; readonly kind: 'instant' | 'wall' | 'day'; readonly ms: number }
  | { readonly ok: false; readonly message: string };

/** Reads what `readMoment` reads, for those who need to know how it was written. */
export function readDate(text: string): WrittenDate {
  const written = text.trim();
  const shape = SHAPE.exec(written);
  if (shape === null) return { ok: false, message: `"${written}" is not a date such as 2026-12-24T18:00` };
  const iso = written.replace(/^(\S{10}) /, '$1T').replace(' ', '');
  const read = DateTime.fromISO(iso, { zone: 'utc' });
  if (!read.isValid) return { ok: false, message: `"${written}" is on no calendar: ${whyNot(iso)}` };
  const kind = written.length === 'yyyy-mm-dd'.length ? 'day' : 'wall';
  return { ok: true, kind: shape[1] === undefined ? kind : 'instant', ms: read.toMillis() };
}

/** Which part of a date and time is wrong. */
function whyNot(iso: string): string {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = (iso.match(/\d+/g) ?? []).map(Number);
  if (month < 1 || month > 12) return `there is no month ${month}, only 1 to 12, as in 2026-12-24`;
  const length = monthLength(year, month);
  if (day < 1 || day > length) return `that month has the days 1 to ${length}`;
  if (hour > 23) return 'the hours are 00 to 23, as in 18:00';
  return minute > 59 ? 'the minutes are 00 to 59, as in 18:00' : 'the seconds are 00 to 59, as in 18:00:30';
}

/**
 * The instants at which the wall shows `wallMs` (ms since 1970 on that wall), earliest first: one, or two in an
 * overlap; in a gap, where it is never shown, the first instant after the gap.
 */
export function instantsOfWall(clock: ZoneYears, wallMs: number): readonly [number, ...number[]] {
  const year = clock.yearAt(wallMs);
  if (year === undefined) return [wallMs];
  const instants = year.starts.flatMap((_, index) => {
    const instant = wallMs - (year.offsets[index] ?? 0);
    return stretchAt(year, instant) === index ? [instant] : [];
  });
  const [first, ...others] = instants;
  if (first !== undefined) return [first, ...others];
  return [year.starts[year.wallStarts.findIndex((wallStart) => wallStart > wallMs)] ?? wallMs];
}

/**
 * The first instant from which on the wall shows nothing before `wallMs` any more: of two passes the last that comes
 * to it.
 */
export function instantPastWall(clock: ZoneClock, wallMs: number): number {
  const instants = instantsOfWall(clock, wallMs);
  return instants.findLast((at) => at - 1 + clock.offsetAt(at - 1) < wallMs) ?? instants[0];
}
