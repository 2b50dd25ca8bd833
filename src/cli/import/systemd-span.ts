/** Decides how long a time span of systemd's is, by systemd.time(7). */

const SECOND_MS = 1_000;
const DAY_MS = 86_400 * SECOND_MS;

const UNIT_MS: ReadonlyArray<readonly [RegExp, number]> = [
  [/^(?:ms|msec)$/, 1],
  [/^(?:|s|sec|seconds?)$/, SECOND_MS],
  [/^(?:m|min|minutes?)$/, 60 * SECOND_MS],
  [/^(?:h|hr|hours?)$/, 3_600 * SECOND_MS],
  [/^(?:d|days?)$/, DAY_MS],
  [/^(?:w|weeks?)$/, 7 * DAY_MS],
  [/^(?:M|months?)$/, 30.44 * DAY_MS],
  [/^(?:y|years?)$/, 365.25 * DAY_MS],
];

/** `2h 30min` as a duration such as `150m`; undefined for what is none, for zero and for `infinity`. */
export function spanDuration(written: string): string | undefined {
  const text = written.trim();
  if (!/^(?:\d+(?:\.\d+)?\s*[a-zA-Z]*\s*)+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-zA-Z]*)/g)].map(([, count, unit = '']) => {
    const known = UNIT_MS.find(([name]) => name.test(unit));
    return known === undefined ? Number.NaN : Number(count) * known[1];
  });
  const ms = Math.round(parts.reduce((sum, part) => sum + part, 0));
  return ms > 0 ? durationText(ms) : undefined;
}

/** In the largest unit that divides it. */
function durationText(ms: number): string {
  const units = [
    ['d', DAY_MS],
    ['h', 3_600 * SECOND_MS],
    ['m', 60 * SECOND_MS],
    ['s', SECOND_MS],
  ] as const;
  const [unit, unitMs] = units.find(([, length]) => ms % length === 0) ?? ['ms', 1];
  return `${ms / unitMs}${unit}`;
}
