/** Decides how a schedule reads in words: `9:00 AM Mon–Fri (Berlin)`. */
import cronstrue from 'cronstrue';
import { parseDuration } from '../core/duration.ts';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** What `at` takes; the offset at its end is the third group. */
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\S+?) ?(Z|[+-]\d\d:?\d\d)?)?$/i;

/**
 * A cron expression, an `every` or an `at` in words, with the last part of the zone's name behind it when there is one. Times of day on
 * days of the week are told in the shortest form (`9:05 AM Mon`, `9:00 AM daily`), everything else as a sentence;
 * what has no words (`H`, an expression that does not compile) is given back as written, so that the text never
 * claims a time at which nothing fires.
 */
export function describeCron(expression: string, timezone?: string): string {
  const written = expression.trim();
  const every = /^@every\s+(\S.*)$/i.exec(written)?.[1];
  if (every !== undefined) return `every ${every}`;
  if (parseDuration(written) !== undefined) return `every ${written}`;
  if (/^@reboot$/i.test(written)) return 'at each start';
  if (MOMENT.test(written)) return describeMoment(written, timezone);
  const fields = NICKNAMES[written.toLowerCase()] ?? written;
  const words = describeTimeOfDay(fields) ?? describeSentence(fields);
  return words === undefined ? written : `${words}${zoneSuffix(timezone)}`;
}

/** `once, 2026-12-24 18:00 (Berlin)`; an offset says by itself which clock is meant. */
function describeMoment(written: string, timezone: string | undefined): string {
  const [, day = '', time = '00:00', offset] = MOMENT.exec(written) ?? [];
  return offset === undefined
    ? `once, ${day} ${time}${zoneSuffix(timezone)}`
    : `once, ${day} ${time} ${offset.toUpperCase()}`;
}

/** `M H * * *` with plain numbers and weekdays, or undefined for any other shape. */
function describeTimeOfDay(fields: string): string | undefined {
  const match = /^(\d{1,2}) (\d{1,2}) [*?] \* (\S+)$/.exec(fields.replace(/\s+/g, ' '));
  const [, minute, hour, weekdays] = match ?? [];
  if (minute === undefined || hour === undefined || weekdays === undefined) return undefined;
  if (Number(minute) > 59 || Number(hour) > 23) return undefined;
  const days = describeWeekdays(weekdays);
  return days === undefined ? undefined : `${timeOfDay(Number(hour), Number(minute))} ${days}`;
}

/** `Mon–Fri`, `Sun,Sat` in the order written, `daily`; undefined for steps and occurrences in the month. */
function describeWeekdays(text: string): string | undefined {
  if (['*', '?', '0-7'].includes(text)) return 'daily';
  const items = text.split(',').map(describeWeekday);
  return items.every((item) => item !== undefined) ? items.join(',') : undefined;
}

function describeWeekday(text: string): string | undefined {
  const [first, last, ...others] = text.split('-').map(weekdayName);
  if (first === undefined || others.length > 0) return undefined;
  if (!text.includes('-')) return first;
  if (last === undefined) return undefined;
  return first === last ? first : `${first}–${last}`;
}

function weekdayName(text: string): string | undefined {
  if (/^[0-7]$/.test(text)) return WEEKDAYS[Number(text)];
  return WEEKDAYS.find((name) => name.toUpperCase() === text.toUpperCase());
}

/** Twelve-hour clock, midnight 12:00 AM, noon 12:00 PM. */
function timeOfDay(hour: number, minute: number): string {
  const half = hour < 12 ? 'AM' : 'PM';
  return `${hour % 12 === 0 ? 12 : hour % 12}:${String(minute).padStart(2, '0')} ${half}`;
}

/** A sentence by cronstrue, which leaves open whether day and weekday must both match: that is said here. */
function describeSentence(fields: string): string | undefined {
  const parts = partsOf(fields);
  if (parts === undefined || isBeyondWords(parts)) return undefined;
  const { day, month, weekday, year } = parts;
  if (day === '*' || weekday === '*') return sentence(parts);
  const { isBoth } = parts;
  const time = sentence({ ...parts, ...anyDay });
  const onDay = onMidnight({ ...anyDay, day });
  const onWeekday = onMidnight({ ...anyDay, weekday });
  const within = month === '*' && year === '*' ? '' : onMidnight({ ...anyDay, month, year });
  if (time === undefined || onDay === undefined || onWeekday === undefined || within === undefined)
    return undefined;
  const days = isBoth ? `${onDay} if that is ${onWeekday.replace(/^on /, '')}` : `${onDay} or ${onWeekday}`;
  return [time, days, within].filter((part) => part !== '').join(', ');
}

interface Days {
  readonly day: string;
  readonly month: string;
  readonly weekday: string;
  readonly year: string;
}

interface Parts extends Days {
  readonly second: string;
  readonly minute: string;
  readonly hour: string;
  /** `+` before the weekday: day and weekday must both match. */
  readonly isBoth: boolean;
}

const anyDay: Days = { day: '*', month: '*', weekday: '*', year: '*' };

function partsOf(fields: string): Parts | undefined {
  const parts = fields.split(/\s+/).map((part) => part.replace(/^\?/, '*'));
  const [second, minute, hour, day, month, weekday, year = '*'] =
    parts.length === 5 ? ['0', ...parts] : parts;
  if (second === undefined || minute === undefined || hour === undefined || day === undefined)
    return undefined;
  if (month === undefined || weekday === undefined || parts.length > 7) return undefined;
  const isBoth = weekday.startsWith('+');
  return { second, minute, hour, day, month, weekday: isBoth ? weekday.slice(1) : weekday, year, isBoth };
}

/** Shapes that cronstrue tells wrongly: torn lists, minutes and seconds that wrap, `MON-FRI#2`, `MON#1,FRI`, `L` in a list. */
function isBeyondWords(parts: Parts): boolean {
  const { second, minute, hour, day, month, weekday, year } = parts;
  const isTorn = [second, minute, hour, day, month, weekday, year].some((part) => /^,|,$/.test(part));
  const isWrapping = `${second},${minute}`.split(',').some(isReversed);
  const isMixed = /-[^,]*(#|L$|L,)/i.test(weekday) || isMixture(weekday);
  return isTorn || isWrapping || isMixed || (/[LW]/i.test(day) && day.includes(',')) || hasNoDate(parts);
}

/** A last or nth weekday beside others, which cronstrue takes for the same kind; `L` alone is none at all. */
function isMixture(weekday: string): boolean {
  const items = weekday.split(',');
  const nth = items.filter((item) => item.includes('#')).length;
  const last = items.filter((item) => /L$/i.test(item)).length;
  return /^L$/i.test(weekday) || (last > 0 && items.length > 1) || (nth > 0 && nth < items.length);
}

/** True for `31 2`: one of the months has none of the days, and no weekday stands in. */
function hasNoDate({ day, month, weekday }: Days): boolean {
  const firstDay = Math.min(
    ...day.split(',').flatMap((item) => item.replace(/\/.*/, '').split('-').map(Number)),
  );
  return weekday === '*' && firstDay > Math.min(...month.split(',').map(daysOf));
}

/** How long the month is; of two that follow each other one has 31 days, so every range and step has. */
function daysOf(month: string): number {
  if (/^(0?2|FEB)$/i.test(month)) return 29;
  return /^(0?4|0?6|0?9|11|APR|JUN|SEP|NOV)$/i.test(month) ? 30 : 31;
}

function isReversed(item: string): boolean {
  const [, first, last] = /^(\d+)-(\d+)/.exec(item) ?? [];
  return Number(first) > Number(last);
}

/** What cronstrue says about days, months and years alone. */
function onMidnight(days: Days): string | undefined {
  const text = sentence({ second: '0', minute: '0', hour: '0', ...days, isBoth: false });
  return text?.replace(/^At 12:00 AM, (?:only (?=on ))?/, '');
}

/** Undefined for what cronstrue does not read. */
function sentence(parts: Parts): string | undefined {
  const { second, minute, day, month, weekday, year } = parts;
  const text = [second, minute, hoursOf(parts), day, month, weekday, year].join(' ');
  try {
    return cronstrue.toString(text, { trimHoursLeadingZero: true, verbose: false });
  } catch {
    // It throws plain strings for what it does not read; the expression itself is shown then.
    return undefined;
  }
}

/**
 * The hours in a form that claims no fire on the hour: with one minute, a range in a list as its hours; with several, an
 * hour as the stretch that it is, since `9` would be told as nine o'clock.
 */
function hoursOf({ second, minute, hour }: Parts): string {
  const isOnce = [second, minute].every(isNumber);
  const isList = hour.includes(',');
  if (!isList && (isOnce || ![second, minute].some((part) => part.includes(',')))) return hour;
  const told = isOnce ? hoursWithin : (item: string) => (isNumber(item) ? `${item}-${item}` : item);
  return hour.split(',').map(told).join(',');
}

/** `13,14,15` for `13-15`, over midnight too. */
function hoursWithin(item: string): string {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(item)?.map(Number) ?? [];
  if (first === undefined || last === undefined) return item;
  const count = ((last - first + 24) % 24) + 1;
  return Array.from({ length: count }, (_, index) => (first + index) % 24).join(',');
}

function isNumber(part: string): boolean {
  return /^\d+$/.test(part);
}

/** ` (New York)` for `America/New_York`. */
function zoneSuffix(timezone: string | undefined): string {
  const city = timezone?.split('/').at(-1)?.replaceAll('_', ' ');
  return city ? ` (${city})` : '';
}
