/** Decides which days of one month an expression matches. */
import { dayNumberOf, monthLength, weekdayOf } from './civil.ts';
import { lowestBit } from './fields.ts';
import type { DaySpecials, Fields } from './fields.ts';

/** A month as the specials need it: its length and the weekday of its first day (0 = Sunday). */
interface Month {
  readonly length: number;
  readonly firstWeekday: number;
}

/** The matching days of a month, bit d - 1; 0 when there are none. Month and year themselves are not looked at. */
export function dayMask(fields: Fields, year: number, month: number): number {
  const length = monthLength(year, month);
  const all = length === 31 ? 0x7fffffff : (1 << length) - 1;
  if (fields.dayRule === 'any') return all;
  const shape = { length, firstWeekday: weekdayOf(dayNumberOf(year, month, 1)) };
  return combine(fields, shape) & all;
}

function combine(fields: Fields, month: Month): number {
  switch (fields.dayRule) {
    case 'any':
      return -1;
    case 'day':
      return daysOf(fields, month);
    case 'weekday':
      return weekdaysOf(fields, month);
    case 'either':
      return daysOf(fields, month) | weekdaysOf(fields, month);
    case 'both':
      return daysOf(fields, month) & weekdaysOf(fields, month);
  }
}

function daysOf(fields: Fields, month: Month): number {
  const { specials } = fields;
  return specials === undefined ? fields.days : fields.days | specialDays(specials, month);
}

function specialDays(specials: DaySpecials, month: Month): number {
  let mask = 0;
  for (let bits = specials.fromEnd; bits !== 0; bits &= bits - 1) {
    const day = month.length - lowestBit(bits);
    if (day >= 1) mask |= 1 << (day - 1);
  }
  for (let bits = specials.nearestWorkdays; bits !== 0; bits &= bits - 1) {
    const day = lowestBit(bits) + 1;
    if (day <= month.length) mask |= 1 << (nearestWorkday(day, month) - 1);
  }
  if (specials.lastWorkday) mask |= 1 << (lastWorkday(month) - 1);
  return mask;
}

function weekdaysOf(fields: Fields, month: Month): number {
  const { specials } = fields;
  const mask = repeat(fields.weekdays, month.firstWeekday);
  return specials === undefined ? mask : mask | specialWeekdays(specials, month);
}

/** Every day of the month that falls on one of `weekdays`: the week turned to begin on the first, then repeated. */
function repeat(weekdays: number, firstWeekday: number): number {
  const week = ((weekdays >> firstWeekday) | (weekdays << (7 - firstWeekday))) & 0x7f;
  return week | (week << 7) | (week << 14) | (week << 21) | (week << 28);
}

function specialWeekdays(specials: DaySpecials, month: Month): number {
  let mask = repeat(specials.lastWeekdays, month.firstWeekday) & (-1 << (month.length - 7));
  for (const [index, weekdays] of specials.nthWeekdays.entries()) {
    mask |= repeat(weekdays, month.firstWeekday) & (0x7f << (index * 7));
  }
  return mask;
}

function weekdayIn(month: Month, day: number): number {
  return (month.firstWeekday + day - 1) % 7;
}

/** Never leaves the month, as in Quartz: Saturday the 1st moves to Monday the 3rd, a Sunday at the end to Friday. */
function nearestWorkday(day: number, month: Month): number {
  const weekday = weekdayIn(month, day);
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === month.length ? day - 2 : day + 1;
  return day;
}

function lastWorkday(month: Month): number {
  const weekday = weekdayIn(month, month.length);
  if (weekday === 6) return month.length - 1;
  return weekday === 0 ? month.length - 2 : month.length;
}
