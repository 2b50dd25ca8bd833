/** Decides what each field of an expression may hold: its bounds, its names, and what to try instead. */

/** The fields as messages name them; `day` is the day of the month, `weekday` the day of the week. */
export type FieldName = 'second' | 'minute' | 'hour' | 'day' | 'month' | 'weekday' | 'year';

/** Bounds and names of one field. */
export interface FieldSpec {
  readonly name: FieldName;
  readonly min: number;
  readonly max: number;
  /** How many different values there are, and after how many a range that wraps comes round. */
  readonly period: number;
  /** Names in order, the first standing for `min`; empty when only numbers are read. */
  readonly names: readonly string[];
  /** What to write instead of a number out of range, or of a step longer than the field. */
  readonly remedy: string;
}

/** Seven fields in the order of the longest form. */
export const fieldSpecs = [
  { name: 'second', min: 0, max: 59, period: 60, names: [], remedy: 'for other lengths use "@every 90s"' },
  { name: 'minute', min: 0, max: 59, period: 60, names: [], remedy: 'for other lengths use "@every 90m"' },
  {
    name: 'hour',
    min: 0,
    max: 23,
    period: 24,
    names: [],
    remedy: 'midnight is 0; for other lengths use "@every 36h"',
  },
  {
    name: 'day',
    min: 1,
    max: 31,
    period: 31,
    names: [],
    remedy: 'it is the day of the month; "L" is its last one',
  },
  {
    name: 'month',
    min: 1,
    max: 12,
    period: 12,
    names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
    remedy: 'January is 1 or JAN',
  },
  {
    name: 'weekday',
    min: 0,
    max: 7,
    period: 7,
    names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
    remedy: 'it is the day of the week; Sunday is 0, 7 or SUN',
  },
  { name: 'year', min: 1970, max: 9999, period: 8030, names: [], remedy: 'write all four digits' },
] as const satisfies readonly FieldSpec[];

/** The seven fields of an expression as text, in the order of `fieldSpecs`. */
export type Tokens = readonly [string, string, string, string, string, string, string];

/** What reading a piece of text gave: the value, or what is wrong with it and what to write instead. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

/** A value that was read. */
export function read<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

/** Text that was not; `message` says what is wrong and what to write instead, without the field's name. */
export function unread(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}
