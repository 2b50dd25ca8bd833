/** Decides how a schedule reads in words: `9:00 AM Mon–Fri (Berlin)`. */
import cronstrue from 'cronstrue';

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

/**
 * A cron expression in words, with the last part of the zone's name behind it when there is one. Times of day on
 * days of the week are told in the shortest form (`9:05 AM Mon`, `9:00 AM daily`), everything else as a sentence;
 * what has no words (`H`, an expression that does not compile) is given back as written, so that the text never
 * claims a time at which nothing fires.
 */
export function describeCron(expression: string, timezone?: string): string {
  const written = expression.trim();
  const every = /^@every\s+(\S.*)$/i.exec(written)?.[1];
  if (every !== undefined) return `every ${every}`;
  if (/^@reboot$/i.test(written)) return 'at each start';
  const fields = NICKNAMES[written.toLowerCase()] ?? written;
  const words = describeTimeOfDay(fields) ?? describeSentence(fields);
  return words === undefined ? written : `${words}${zoneSuffix(timezone)}`;
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

/** Shapes that cronstrue tells wrongly: torn lists, minutes and seconds that wrap, `MON-FRI#2`, `L` in a list. */
function isBeyondWords(parts: Parts): boolean {
  const { second, minute, hour, day, month, weekday, year } = parts;
  const isTorn = [second, minute, hour, day, month, weekday, year].some((part) => /^,|,$/.test(part));
  const isWrapping = `${second},${minute}`.split(',').some(isReversed);
  return isTorn || isWrapping || /-[^,]*(#|L$|L,)/i.test(weekday) || (/L/i.test(day) && day.includes(','));
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
function sentence({ second, minute, hour, day, month, weekday, year }: Parts): string | undefined {
  const text = [second, minute, hour, day, month, weekday, year].join(' ');
  try {
    return cronstrue.toString(text, { trimHoursLeadingZero: true, verbose: false });
  } catch {
    // It throws plain strings for what it does not read; the expression itself is shown then.
    return undefined;
  }
}

/** ` (New York)` for `America/New_York`. */
function zoneSuffix(timezone: string | undefined): string {
  const city = timezone?.split('/').at(-1)?.replaceAll('_', ' ');
  return city ? ` (${city})` : '';
}
