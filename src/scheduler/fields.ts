/** Decides what a compiled expression is: which seconds, minutes, hours, days, months and years match, as bits. */

/**
 * How day of month and weekday meet: only one restricted, neither, one of them enough (POSIX, when both are
 * restricted) or both needed (`+` before the weekday).
 */
export type DayRule = 'any' | 'day' | 'weekday' | 'either' | 'both';

/** Every `step`th number from `from` to `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** Days that depend on the month; rare, and kept apart so that plain expressions stay small. */
export interface DaySpecials {
  /** Bit n: n days before the last day (`L` is 0, `L-3` is 3). */
  readonly fromEnd: number;
  /** `LW`: the last day from Monday to Friday. */
  readonly lastWorkday: boolean;
  /** Bit n - 1: the day from Monday to Friday nearest to day n, within the month (`15W`). */
  readonly nearestWorkdays: number;
  /** Index n - 1: weekdays (bit 0 = Sunday) whose nth occurrence in the month matches (`MON#2`). */
  readonly nthWeekdays: readonly [number, number, number, number, number];
  /** Weekdays whose last occurrence in the month matches (`5L`). */
  readonly lastWeekdays: number;
}

/**
 * An expression after parsing: bit sets in small integers, one immutable value per distinct expression, under 200
 * bytes. Sixty values are two sets of thirty, since JavaScript's bit operations end at 32.
 */
export interface Fields {
  readonly secondsLow: number;
  readonly secondsHigh: number;
  readonly minutesLow: number;
  readonly minutesHigh: number;
  /** Bit h. */
  readonly hours: number;
  /** Bit d - 1. */
  readonly days: number;
  /** Bit m - 1. */
  readonly months: number;
  /** Bit 0 = Sunday. */
  readonly weekdays: number;
  readonly dayRule: DayRule;
  readonly specials: DaySpecials | undefined;
  /** Undefined: every year. */
  readonly years: readonly Range[] | undefined;
  /** Minute and hour are plain numbers: Vixie cron's "fixed" jobs, which a clock change neither drops nor repeats. */
  readonly isFixed: boolean;
  /** The seven fields as parsed, upper case, `H` resolved: equal texts, equal fields. */
  readonly text: string;
}

/** All 24 hours. */
export const EVERY_HOUR = 0xffffff;

/** Number of zero bits below the lowest one; `bits` must not be 0. */
export function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
