/** Decides what a calendar event of systemd's is as a cron expression, by systemd.time(7). */

/** An expression and its zone, a moment (`at`), or why there is none. */
export type CalendarEvent =
  | {
      readonly ok: true;
      readonly key: 'schedule' | 'at';
      readonly text: string;
      readonly zone: string | undefined;
    }
  | { readonly ok: false; readonly why: string };

const SHORTHANDS: Readonly<Record<string, string>> = {
  minutely: '*-*-* *:*:00',
  hourly: '*-*-* *:00:00',
  daily: '*-*-* 00:00:00',
  monthly: '*-*-01 00:00:00',
  weekly: 'Mon *-*-* 00:00:00',
  yearly: '*-01-01 00:00:00',
  annually: '*-01-01 00:00:00',
  quarterly: '*-01,04,07,10-01 00:00:00',
  semiannually: '*-01,07-01 00:00:00',
};

const WEEKDAY = String.raw`(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*`;
const PART = String.raw`[\d*,./]+`;
const SHAPE = new RegExp(
  String.raw`^(?:(?<weekdays>${WEEKDAY}(?:(?:\.\.|[-,])\s*${WEEKDAY})*),?(?:\s+|$))?` +
    String.raw`(?:(?:(?<year>${PART})-)?(?<month>${PART})[-~](?<day>${PART})(?:[\sT]+|$))?` +
    String.raw`(?:(?<hour>${PART}):(?<minute>${PART})(?::(?<second>${PART}))?)?$`,
  'i',
);

/** Reads the value of an `OnCalendar=`. */
export function calendarEvent(written: string): CalendarEvent {
  const { event, zone } = zoned(written.trim());
  const moment = /^@(\d+)$/.exec(event)?.[1];
  if (moment !== undefined)
    return { ok: true, key: 'at', text: new Date(Number(moment) * 1_000).toISOString(), zone };
  const text = SHORTHANDS[event.toLowerCase()] ?? event;
  const parts = SHAPE.exec(text)?.groups;
  if (parts === undefined || text === '')
    return { ok: false, why: `"${written}" is no calendar event that is read` };
  return expressionOf(parts, { zone, written, isFromEnd: text.includes('~') });
}

/** A zone is the last word: an IANA name, or UTC. */
function zoned(written: string): { readonly event: string; readonly zone: string | undefined } {
  const [, event = '', zone] = /^(.*\S)\s+(UTC|GMT|[A-Z][A-Za-z_]+\/[A-Za-z_/+-]+\d*)$/.exec(written) ?? [];
  return zone === undefined ? { event: written, zone: undefined } : { event, zone };
}

interface Facts {
  readonly zone: string | undefined;
  readonly written: string;
  readonly isFromEnd: boolean;
}

function expressionOf(
  parts: Readonly<Record<string, string | undefined>>,
  { zone, written, isFromEnd }: Facts,
): CalendarEvent {
  const { weekdays, year = '*', month = '*', day = '*', hour = '0', minute = '0', second = '0' } = parts;
  const days = isFromEnd ? fromEnd(day) : field(day);
  const all = [second, minute, hour, month, year].map(field);
  if (days === undefined || /\d\.\d/.test(second))
    return {
      ok: false,
      why: `"${written}": ${days === undefined ? 'days from the end of the month are read one by one' : 'a part of a second is not read'}`,
    };
  const [s = '0', m = '', h = '', mo = '', y = '*'] = all;
  // systemd wants the weekday and the date to match.
  const week = weekdays === undefined ? '*' : `${days === '*' ? '' : '+'}${weekdayField(weekdays)}`;
  const five = `${m} ${h} ${days} ${mo} ${week}`;
  const text = y !== '*' ? `${s} ${five} ${y}` : s !== '0' ? `${s} ${five}` : five;
  return { ok: true, key: 'schedule', text, zone };
}

/** `01..05/2,09` as `1-5/2,9`. */
function field(part: string): string {
  return part.replaceAll('..', '-').replaceAll(/\b0+(?=\d)/g, '');
}

/** `~01` is the last day of the month, `~03` the third last. */
function fromEnd(day: string): string | undefined {
  const items = day.split(',').map((item) => {
    if (!/^\d+$/.test(item) || Number(item) < 1) return undefined;
    return Number(item) === 1 ? 'L' : `L-${Number(item) - 1}`;
  });
  return items.includes(undefined) ? undefined : items.join(',');
}

function weekdayField(weekdays: string): string {
  return weekdays
    .replaceAll(/\s/g, '')
    .replaceAll('..', '-')
    .replaceAll(/[a-z]+/gi, (name) => name.slice(0, 3).toUpperCase());
}
