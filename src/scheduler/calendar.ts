/** Decides which expressions are right and what their fields are, with Croner as the second opinion. */
import { Cron } from 'croner';
import { parseDays, parseWeekdays } from './day-fields.ts';
import type { DaySet, WeekdaySet } from './day-fields.ts';
import { fieldSpecs, read, unread } from './field-spec.ts';
import type { FieldName, FieldSpec, Parsed, Tokens } from './field-spec.ts';
import type { DayRule, DaySpecials, Fields, Range } from './fields.ts';
import { Interned } from './interned.ts';
import { parseItem, valuesOf } from './items.ts';
import { refuse } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** Distinct expressions and distinct fields that are shared before a table starts anew. */
const SHARED_EXPRESSIONS = 200_000;
const SHARED_FIELDS = 20_000;

/** Expressions compiled so far; equal texts share one value. */
export interface Calendar {
  /** The fields of an expression whose nicknames, `?` and `H` are already resolved (see `understand`). */
  readonly compile: (tokens: Tokens) => { readonly ok: true; readonly fields: Fields } | Refusal;
}

type Compiled = ReturnType<Calendar['compile']>;

/**
 * An empty calendar. Each distinct field is parsed once, put to Croner once in Croner's own spelling (18 µs and 83
 * KB that are gone at once; a whole expression each time would take most of a big load) and kept as numbers: what
 * Croner refuses is refused here too, with its words.
 */
export function createCalendar(): Calendar {
  const expressions = new Interned<Compiled>(SHARED_EXPRESSIONS);
  const parts: FieldReaders = {
    lists: new Interned(SHARED_FIELDS),
    days: new Interned(SHARED_FIELDS),
    weekdays: new Interned(SHARED_FIELDS),
  };
  return {
    compile(tokens) {
      const text = tokens.join(' ');
      return expressions.get(text, () => compileFields(parts, tokens, text));
    },
  };
}

/** A field that is a plain set of numbers. */
interface NumberSet {
  readonly ranges: readonly Range[];
  /** Values below and from 30 on, as bits; for months the low bits, January being bit 0. */
  readonly low: number;
  readonly high: number;
  readonly isPlain: boolean;
}

interface FieldReaders {
  readonly lists: Interned<Parsed<NumberSet>>;
  readonly days: Interned<Parsed<DaySet>>;
  readonly weekdays: Interned<Parsed<WeekdaySet>>;
}

function compileFields(readers: FieldReaders, tokens: Tokens, text: string): Compiled {
  const [secondText, minuteText, hourText, dayText, monthText, weekdayText, yearText] = tokens;
  const second = readNumbers(readers, fieldSpecs[0], secondText);
  if (!second.ok) return refuse('second', second.message);
  const minute = readNumbers(readers, fieldSpecs[1], minuteText);
  if (!minute.ok) return refuse('minute', minute.message);
  const hour = readNumbers(readers, fieldSpecs[2], hourText);
  if (!hour.ok) return refuse('hour', hour.message);
  const day = readers.days.get(dayText, () => checked('day', parseDays(dayText.split(','))));
  if (!day.ok) return refuse('day', day.message);
  const month = readNumbers(readers, fieldSpecs[4], monthText);
  if (!month.ok) return refuse('month', month.message);
  const weekday = readers.weekdays.get(weekdayText, () => readWeekdays(weekdayText));
  if (!weekday.ok) return refuse('weekday', weekday.message);
  const year = readNumbers(readers, fieldSpecs[6], yearText);
  if (!year.ok) return refuse('year', year.message);
  const fields: Fields = {
    secondsLow: second.value.low,
    secondsHigh: second.value.high,
    minutesLow: minute.value.low,
    minutesHigh: minute.value.high,
    hours: hour.value.low,
    days: day.value.days,
    months: month.value.low,
    weekdays: weekday.value.weekdays,
    dayRule: dayRuleOf(dayText, weekdayText),
    specials: specialsOf(day.value, weekday.value),
    years: yearText === '*' ? undefined : year.value.ranges,
    isFixed: minute.value.isPlain && hour.value.isPlain,
    text,
  };
  return Object.freeze({ ok: true, fields: Object.freeze(fields) });
}

function readNumbers(readers: FieldReaders, spec: FieldSpec, text: string): Parsed<NumberSet> {
  return readers.lists.get(`${spec.name} ${text}`, () => parseNumbers(spec, text));
}

function parseNumbers(spec: FieldSpec, text: string): Parsed<NumberSet> {
  const ranges: Range[] = [];
  const cronerTexts: string[] = [];
  let isPlain = true;
  for (const itemText of text.split(',')) {
    const item = parseItem(spec, itemText);
    if (!item.ok) return item;
    ranges.push(item.value.range);
    cronerTexts.push(item.value.cronerText);
    isPlain &&= item.value.isPlain;
  }
  const { low, high } = spec.name === 'year' ? { low: 0, high: 0 } : halves(spec, ranges);
  const second = secondOpinion(spec.name, cronerTexts.join(','));
  return second === undefined ? read({ ranges, low, high, isPlain }) : unread(second);
}

function halves(spec: FieldSpec, ranges: readonly Range[]): { readonly low: number; readonly high: number } {
  let low = 0;
  let high = 0;
  for (const value of ranges.flatMap((range) => valuesOf(spec, range))) {
    const bit = value - spec.min;
    if (bit < 30) low |= 1 << bit;
    else high |= 1 << (bit - 30);
  }
  return { low, high };
}

function readWeekdays(text: string): Parsed<WeekdaySet> {
  const items = text.startsWith('+') ? text.slice(1) : text;
  return checked('weekday', parseWeekdays(items.split(',')));
}

function checked<T extends { readonly cronerText: string }>(name: FieldName, parsed: Parsed<T>): Parsed<T> {
  const second = parsed.ok ? secondOpinion(name, parsed.value.cronerText) : undefined;
  return second === undefined ? parsed : unread(second);
}

/** What Croner has against a field, or undefined; the object is dropped at once, it costs 83 KB. */
function secondOpinion(name: FieldName, cronerText: string): string | undefined {
  if (cronerText === '') return undefined;
  const fields = fieldSpecs.map((spec) => (spec.name === name ? cronerText : '*'));
  try {
    new Cron(fields.join(' '), { paused: true });
    return undefined;
  } catch (error) {
    // Croner answers by throwing; its words are the reason.
    return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
  }
}

/** A day field is unrestricted when it is `*` by itself, as POSIX and Croner have it: a step is a restriction. */
function dayRuleOf(dayText: string, weekdayText: string): DayRule {
  if (weekdayText.startsWith('+')) return weekdayText === '+*' ? 'day' : 'both';
  if (dayText === '*') return weekdayText === '*' ? 'any' : 'weekday';
  return weekdayText === '*' ? 'day' : 'either';
}

function specialsOf(day: DaySet, weekday: WeekdaySet): DaySpecials | undefined {
  const { fromEnd, lastWorkday, nearestWorkdays } = day;
  const { nthWeekdays, lastWeekdays } = weekday;
  const isPlain = fromEnd === 0 && !lastWorkday && nearestWorkdays === 0 && lastWeekdays === 0;
  if (isPlain && nthWeekdays.every((weekdays) => weekdays === 0)) return undefined;
  return Object.freeze({ fromEnd, lastWorkday, nearestWorkdays, nthWeekdays, lastWeekdays });
}
