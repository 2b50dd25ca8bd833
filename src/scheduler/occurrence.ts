/** Decides the next time on the wall that an expression matches, on a clock that never changes. */
import { DAY_MS, civilOf, dayNumberOf } from './civil.ts';
import { dayMask } from './day-mask.ts';
import { lowestBit } from './fields.ts';
import type { Fields } from './fields.ts';

/** The Gregorian calendar repeats after 400 years, weekdays included: what has not matched by then never will. */
const CYCLE_YEARS = 400;
const LAST_YEAR = 9999;

/**
 * First matching wall time at or after `fromWallMs`, both as milliseconds since 1970 on that wall (as if it were
 * UTC); `Infinity` when there is none any more.
 */
export function nextWall(fields: Fields, fromWallMs: number): number {
  const today = Math.floor(fromWallMs / DAY_MS);
  const second = Math.ceil((fromWallMs - today * DAY_MS) / 1000);
  const date = civilOf(today);
  if (
    matchesMonth(fields, date.year, date.month) &&
    (dayMask(fields, date.year, date.month) >> (date.day - 1)) & 1
  ) {
    const found = nextSecondOfDay(fields, second);
    if (found >= 0) return today * DAY_MS + found * 1000;
  }
  const day = nextDay(fields, today + 1);
  return day === Infinity ? Infinity : day * DAY_MS + nextSecondOfDay(fields, 0) * 1000;
}

/** First matching second of the day at or after `from` (0–86399), or -1. */
function nextSecondOfDay(fields: Fields, from: number): number {
  const hour = Math.trunc(from / 3600);
  if (hour < 24 && (fields.hours >> hour) & 1) {
    const found = nextSecondOfHour(fields, from - hour * 3600);
    if (found >= 0) return hour * 3600 + found;
  }
  const later = hour >= 23 ? 0 : fields.hours & (-1 << (hour + 1));
  return later === 0 ? -1 : lowestBit(later) * 3600 + nextSecondOfHour(fields, 0);
}

function nextSecondOfHour(fields: Fields, from: number): number {
  const minute = Math.trunc(from / 60);
  const found = nextOfSixty(fields.minutesLow, fields.minutesHigh, minute);
  if (found === minute) {
    const second = nextOfSixty(fields.secondsLow, fields.secondsHigh, from - minute * 60);
    if (second >= 0) return minute * 60 + second;
    return firstSecondOf(fields, nextOfSixty(fields.minutesLow, fields.minutesHigh, minute + 1));
  }
  return firstSecondOf(fields, found);
}

function firstSecondOf(fields: Fields, minute: number): number {
  return minute < 0 ? -1 : minute * 60 + nextOfSixty(fields.secondsLow, fields.secondsHigh, 0);
}

/** First value at or after `from` in a set of 0–59 kept as two halves, or -1. */
function nextOfSixty(low: number, high: number, from: number): number {
  if (from < 30) {
    const bits = low & (-1 << from);
    if (bits !== 0) return lowestBit(bits);
    return high === 0 ? -1 : 30 + lowestBit(high);
  }
  const bits = from < 60 ? high & (-1 << (from - 30)) : 0;
  return bits === 0 ? -1 : 30 + lowestBit(bits);
}

/** First matching day number at or after `fromDay`, or `Infinity`. */
function nextDay(fields: Fields, fromDay: number): number {
  const start = civilOf(fromDay);
  const lastYear = fields.years === undefined ? start.year + CYCLE_YEARS : LAST_YEAR;
  let { month } = start;
  let from = start.day;
  for (let { year } = start; year <= lastYear; year += 1) {
    if (matchesYear(fields, year)) {
      for (; month <= 12; month += 1) {
        const days = firstDayIn(fields, { year, month, day: from });
        if (days > 0) return dayNumberOf(year, month, days);
        from = 1;
      }
    }
    month = 1;
    from = 1;
  }
  return Infinity;
}

/** First matching day of the month at or after `from.day`, or 0. */
function firstDayIn(
  fields: Fields,
  from: { readonly year: number; readonly month: number; readonly day: number },
): number {
  if (((fields.months >> (from.month - 1)) & 1) === 0) return 0;
  const days = dayMask(fields, from.year, from.month) & (-1 << (from.day - 1));
  return days === 0 ? 0 : lowestBit(days) + 1;
}

function matchesMonth(fields: Fields, year: number, month: number): boolean {
  return ((fields.months >> (month - 1)) & 1) === 1 && matchesYear(fields, year);
}

function matchesYear(fields: Fields, year: number): boolean {
  const { years } = fields;
  if (years === undefined) return true;
  return years.some(
    (range) => year >= range.from && year <= range.to && (year - range.from) % range.step === 0,
  );
}
