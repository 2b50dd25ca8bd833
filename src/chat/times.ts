/** Decides how moments and lengths of time read in a chat. */
import { formatDuration } from '../core/duration.ts';

/** `Thu 2026-12-24 18:00 (Berlin)` on the clock of `zone`, an IANA name; seconds only where they say something. */
export function momentIn(zone: string, atMs: number): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((one) => one.type === type)?.value ?? '';
  const seconds = part('second') === '00' ? '' : `:${part('second')}`;
  const day = `${part('weekday')} ${part('year')}-${part('month')}-${part('day')}`;
  return `${day} ${part('hour')}:${part('minute')}${seconds} (${cityOf(zone)})`;
}

/** `New York` for `America/New_York`. */
export function cityOf(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** `in 3m 20s`, `2h ago`, `now`. */
export function distance(atMs: number, nowMs: number): string {
  const seconds = Math.round((atMs - nowMs) / 1_000);
  if (seconds === 0) return 'now';
  return seconds > 0 ? `in ${formatDuration(seconds * 1_000)}` : `${formatDuration(-seconds * 1_000)} ago`;
}

const UNITS: ReadonlyArray<readonly [string, number]> = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
];

/** `2d 4h 12m 3s`: every unit that is not zero, and the seconds. */
export function uptime(ms: number): string {
  let rest = Math.max(0, Math.floor(ms / 1_000));
  const parts = UNITS.flatMap(([unit, seconds]) => {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    return count === 0 ? [] : [`${count}${unit}`];
  });
  return [...parts, `${rest}s`].join(' ');
}
