/** Decides what is kept of a zone's clock, so that a later version of the tz data can be compared with it. */
import { tableBounds, tableOf } from './zone-clock.ts';
import type { Stretches, ZoneYear, ZoneYears } from './zone-clock.ts';

/** The rules of one UTC year. */
export interface YearRules extends Stretches {
  readonly year: number;
}

/** The rules of a zone, year by year. */
export type ZoneRules = readonly YearRules[];

/** No wall is or was further from UTC: the date line moved by a day at most. */
const FAR_MS = 48 * 3_600_000;

/** The rules of the year of `nowMs` and of the next; of fewer where no table answers. */
export function rulesAround(clock: ZoneYears, nowMs: number): ZoneRules {
  const current = clock.yearAt(nowMs);
  const next = current === undefined ? undefined : clock.yearAt(current.toMs);
  return [current, next].flatMap((table) => (table === undefined ? [] : [rulesIn(table)]));
}

/** A clock of these rules; in years that they do not hold, `otherwise` answers. */
export function yearsOf(rules: ZoneRules, otherwise: ZoneYears): ZoneYears {
  const tables = rules.map(({ year, starts, offsets }) => tableOf(year, { starts, offsets }));
  return {
    yearAt: (instantMs) =>
      tables.find(({ fromMs, toMs }) => instantMs >= fromMs && instantMs < toMs) ??
      otherwise.yearAt(instantMs),
  };
}

/** Whether a value that was read is what `rulesAround` gives. */
export function isZoneRules(value: unknown): value is ZoneRules {
  return Array.isArray(value) && value.every(isYearRules);
}

function rulesIn({ fromMs, starts, offsets }: ZoneYear): YearRules {
  return { year: new Date(fromMs).getUTCFullYear(), starts, offsets };
}

function isYearRules(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { year, starts, offsets }: Partial<Record<keyof YearRules, unknown>> = value;
  if (!Number.isInteger(year) || !isNumbers(starts) || !isNumbers(offsets)) return false;
  const { beginMs, endMs } = tableBounds(year as number);
  return (
    starts.length === offsets.length &&
    starts[0] === beginMs &&
    starts.every((startMs, index) => startMs < (starts[index + 1] ?? endMs)) &&
    offsets.every((offset) => Math.abs(offset) <= FAR_MS)
  );
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one));
}
