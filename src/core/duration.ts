/** Decides what a duration written by a person means: numbers with units, nothing guessed. */
import parse from 'parse-duration';

const DAY_MS = 86_400_000;

const UNIT_MS: ReadonlyArray<readonly [string, number]> = [
  ['d', DAY_MS],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
];

/** The longest that is read, in ms: a century. */
export const LONGEST_MS = 100 * 366 * DAY_MS;

/** The same as it is written. */
export const LONGEST_DURATION = `${LONGEST_MS / DAY_MS}d`;

const SHAPE =
  /^(\s*\d+(\.\d+)?\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)\s*)+$/i;

/**
 * Milliseconds of `30s`, `1h30m`, `1.5h`, `2d`, `1w`. Undefined for anything else: a number without a unit, months
 * and years (no fixed length), negative values, and what would exceed 100 years.
 */
export function parseDuration(text: string): number | undefined {
  if (!SHAPE.test(text)) return undefined;
  const ms = parse(text.toLowerCase());
  return ms === null || ms < 0 || ms > LONGEST_MS ? undefined : Math.round(ms);
}

/** Whether `text` is a duration, but one beyond `LONGEST_MS`. */
export function isTooLong(text: string): boolean {
  return SHAPE.test(text) && parseDuration(text) === undefined;
}

/** `1h 30m`, `45s`, `250ms`: the two largest units that are not zero, for people. */
export function formatDuration(ms: number): string {
  const parts: string[] = [];
  let restMs = Math.max(0, Math.round(ms));
  for (const [unit, unitMs] of UNIT_MS) {
    const count = Math.floor(restMs / unitMs);
    if (count === 0) continue;
    if (unit === 'ms' && parts.length > 0) break;
    parts.push(`${count}${unit}`);
    restMs -= count * unitMs;
    if (parts.length === 2) break;
  }
  return parts.join(' ') || '0s';
}
