/** Decides what the two day fields mean: plain days, and those that depend on the month (`L`, `15W`, `MON#2`). */
import { parseItem, parseValue, valuesOf } from './items.ts';
import { fieldSpecs, read, unread } from './field-spec.ts';
import type { Parsed } from './field-spec.ts';
import type { Range } from './fields.ts';

const daySpec = fieldSpecs[3];
const weekdaySpec = fieldSpecs[5];

/** A day-of-month field as bit sets; see `DaySpecials` for the bits. */
export interface DaySet {
  readonly days: number;
  readonly fromEnd: number;
  readonly lastWorkday: boolean;
  readonly nearestWorkdays: number;
  /** In Croner's spelling; items Croner does not know (`L-3`) are left out. */
  readonly cronerText: string;
}

/** A weekday field as bit sets; see `DaySpecials` for the bits. */
export interface WeekdaySet {
  readonly weekdays: number;
  readonly nthWeekdays: readonly [number, number, number, number, number];
  readonly lastWeekdays: number;
  readonly cronerText: string;
}

type DayItem = Partial<DaySet> & { readonly cronerText: string };

/** Reads the items of a day-of-month field. */
export function parseDays(items: readonly string[]): Parsed<DaySet> {
  let set: DaySet = { days: 0, fromEnd: 0, lastWorkday: false, nearestWorkdays: 0, cronerText: '' };
  for (const text of items) {
    const item = parseDay(text);
    if (!item.ok) return item;
    set = {
      days: set.days | (item.value.days ?? 0),
      fromEnd: set.fromEnd | (item.value.fromEnd ?? 0),
      lastWorkday: set.lastWorkday || (item.value.lastWorkday ?? false),
      nearestWorkdays: set.nearestWorkdays | (item.value.nearestWorkdays ?? 0),
      cronerText: joinItems(set.cronerText, item.value.cronerText),
    };
  }
  return read(set);
}

function parseDay(text: string): Parsed<DayItem> {
  // Croner takes LW only as a whole field; it is ours alone, like L-3.
  if (text === 'LW') return read({ lastWorkday: true, cronerText: '' });
  if (text === 'L') return read({ fromEnd: 1, cronerText: 'L' });
  if (text.startsWith('L-')) return parseFromEnd(text);
  if (text.endsWith('W')) return parseNearest(text);
  if (text.includes('#')) return unread(`"${text}": # belongs to the weekday, as in MON#2`);
  const slip = daySlip(text);
  if (slip !== undefined) return unread(`"${text}" is not read; ${slip}`);
  const item = parseItem(daySpec, text);
  if (!item.ok) return item;
  return read({ days: bitsOf(valuesOf(daySpec, item.value.range), 1), cronerText: item.value.cronerText });
}

function parseFromEnd(text: string): Parsed<DayItem> {
  const count = /^L-(\d+)$/.exec(text)?.[1];
  if (count === undefined) return unread(`"${text}" is not L, L-3 or LW`);
  if (Number(count) > 30) return unread(`L-${count} is before the first day of every month, L-0–L-30`);
  return read({ fromEnd: 1 << Number(count), cronerText: '' });
}

/** What is meant by an `L` or a `W` in the wrong place. */
function daySlip(text: string): string | undefined {
  if (text === 'WL') return 'write LW for the last day from Monday to Friday';
  if (text.startsWith('L/')) return 'L is one day and takes no step; write L, or L-3 for 3 days before it';
  const [, near] = /^W(\d+)$/.exec(text) ?? [];
  if (near !== undefined) return parseValue(daySpec, near).ok ? `write ${near}W` : 'write a day such as 15W';
  const [, before, behind] = /^(?:(\d+)L|L(\d+))$/.exec(text) ?? [];
  const count = Number(before ?? behind);
  if (Number.isNaN(count)) return undefined;
  const name = before === undefined ? undefined : weekdaySpec.names[count % 7];
  const weekday =
    name === undefined || count > 7 ? '' : `, or ${text} in the weekday field for the last ${name}`;
  if (count > 30) return 'write L-3 for 3 days before the last';
  return `write L-${count} for ${count} days before the last${weekday}`;
}

function parseNearest(text: string): Parsed<DayItem> {
  const day = parseValue(daySpec, text.slice(0, -1));
  if (!day.ok) return unread(`"${text}": W needs one day of the month before it, as in 15W, or L, as in LW`);
  return read({ nearestWorkdays: 1 << (day.value - 1), cronerText: `${day.value}W` });
}

/** Reads the items of a weekday field, the leading `+` taken off. */
export function parseWeekdays(items: readonly string[]): Parsed<WeekdaySet> {
  const nth: [number, number, number, number, number] = [0, 0, 0, 0, 0];
  let weekdays = 0;
  let lastWeekdays = 0;
  let cronerText = '';
  for (const text of items) {
    const item = parseWeekday(text);
    if (!item.ok) return item;
    const { bits, occurrence } = item.value;
    if (occurrence === undefined) weekdays |= bits;
    else if (occurrence === 'last') lastWeekdays |= bits;
    else nth[occurrence - 1] = (nth[occurrence - 1] ?? 0) | bits;
    cronerText = joinItems(cronerText, item.value.cronerText);
  }
  return read({ weekdays, nthWeekdays: nth, lastWeekdays, cronerText });
}

interface WeekdayItem {
  readonly bits: number;
  /** Which occurrence in the month; undefined: every one. */
  readonly occurrence: number | 'last' | undefined;
  readonly cronerText: string;
}

function parseWeekday(text: string): Parsed<WeekdayItem> {
  if (text === 'L') return unread('L needs a day before it, as in 5L or FRIL for the last Friday');
  if (text.includes('#') || text.endsWith('L')) return parseOccurrence(text);
  if (text.endsWith('W')) return unread(`"${text}": W belongs to the day of the month, as in 15W`);
  const item = parseItem(weekdaySpec, text);
  if (!item.ok) return item;
  return read({
    bits: weekdayBits(item.value.range),
    occurrence: undefined,
    cronerText: item.value.cronerText,
  });
}

function parseOccurrence(text: string): Parsed<WeekdayItem> {
  const [whole, days, nth] = /^([^#*/]+?)(?:#([1-5]|L)|L)$/.exec(text) ?? [];
  if (whole === undefined || days === undefined) {
    return unread(`"${text}" is not one of MON#1–MON#5, MON#L or 5L`);
  }
  const item = parseItem(weekdaySpec, days);
  if (!item.ok) return item;
  const bits = weekdayBits(item.value.range);
  if (nth === undefined || nth === 'L')
    return read({ bits, occurrence: 'last', cronerText: spell(bits, 'L') });
  return read({ bits, occurrence: Number(nth), cronerText: spell(bits, `#${nth}`) });
}

function weekdayBits(range: Range): number {
  return bitsOf(valuesOf(weekdaySpec, range), 0);
}

/** `1#2,3#2` for the weekdays in `bits`. */
function spell(bits: number, suffix: string): string {
  const weekdays = [0, 1, 2, 3, 4, 5, 6].filter((weekday) => (bits >> weekday) & 1);
  return weekdays.map((weekday) => `${weekday}${suffix}`).join(',');
}

function bitsOf(values: readonly number[], first: number): number {
  return values.reduce((bits, value) => bits | (1 << (value - first)), 0);
}

function joinItems(left: string, right: string): string {
  return left === '' || right === '' ? left + right : `${left},${right}`;
}
