/** Decides what one item of a field's list stands for: `*`, a value, a range, and any of them with a step. */
import { read, unread } from './field-spec.ts';
import type { FieldSpec, Parsed } from './field-spec.ts';
import type { Range } from './fields.ts';

/** An item as a range; one that wraps (`22-2`) ends beyond the field, see `valuesOf`. */
export interface Item {
  readonly range: Range;
  /** A number or a name by itself, which is what makes a job's time of day "fixed". */
  readonly isPlain: boolean;
  /** The same in the spelling Croner reads, which knows neither `5/15` nor reversed ranges. */
  readonly cronerText: string;
}

const SHAPE = /^(\*|[^*/-]*)(?:-([^/-]*))?(?:\/(.*))?$/;

/** Reads one item, upper case, `?` already written as `*`. */
export function parseItem(spec: FieldSpec, text: string): Parsed<Item> {
  const [, first, last, stepText] = SHAPE.exec(text) ?? [];
  if (first === undefined) return unread(`"${text}" is no number, range or step of the field`);
  const step = stepText === undefined ? read(undefined) : parseStep(spec, stepText);
  if (!step.ok) return step;
  if (first === '' && last === undefined) return unread(`"${text}" lacks its start; write "*${text}"`);
  if (first === '*')
    return last === undefined ? read(star(spec, step.value)) : unread('"*" cannot begin a range');
  if (first === '' || last === '') return unread(halfRange(spec, { first, last: last ?? '', text }));
  const bounds = parseBounds(spec, first, last);
  return bounds.ok ? read(itemOf(spec, bounds.value, step.value)) : bounds;
}

/** The numbers a range stands for, brought back into the field where it wraps; Sunday is 0. */
export function valuesOf(spec: FieldSpec, range: Range): readonly number[] {
  const values: number[] = [];
  for (let value = range.from; value <= range.to; value += range.step) {
    values.push(((value - spec.min) % spec.period) + spec.min);
  }
  return values;
}

/** A number or a name of the field. */
export function parseValue(spec: FieldSpec, text: string): Parsed<number> {
  const named = spec.names.indexOf(text);
  if (named >= 0) return read(spec.min + named);
  if (!/^\d+$/.test(text)) return unread(notAValue(spec, text));
  const value = Number(text);
  if (value >= spec.min && value <= spec.max) return read(value);
  return unread(`${text} is out of range ${spec.min}–${spec.max} (${spec.remedy})`);
}

function notAValue(spec: FieldSpec, text: string): string {
  const name = spec.names.find((candidate) => text.startsWith(candidate));
  if (name !== undefined) return `"${text}" is not read; write ${name}`;
  const names = spec.names.length > 0 ? ` or a name ${spec.names[0] ?? ''}–${spec.names.at(-1) ?? ''}` : '';
  return `"${text}" is not a number ${spec.min}–${spec.max}${names}`;
}

function parseStep(spec: FieldSpec, text: string): Parsed<number> {
  if (!/^\d+$/.test(text)) return unread(`the step "${text}" is not a whole number of 1 or more`);
  const step = Number(text);
  if (step === 0) return unread('a step of 0 never advances; use 1 or more');
  if (step <= spec.period) return read(step);
  return unread(`a step of ${text} is longer than the field, 1–${spec.period} (${spec.remedy})`);
}

interface Bounds {
  readonly from: number;
  /** Undefined: a value by itself. */
  readonly to: number | undefined;
}

function parseBounds(spec: FieldSpec, first: string, last: string | undefined): Parsed<Bounds> {
  const from = parseValue(spec, first);
  if (!from.ok || last === undefined) return from.ok ? read({ from: from.value, to: undefined }) : from;
  const to = parseValue(spec, last);
  if (!to.ok) return to;
  if (spec.name !== 'year' || from.value <= to.value) return read({ from: from.value, to: to.value });
  return unread(`${first}-${last} runs backwards; write ${last}-${first}`);
}

/** `-5` and `5-`, with the whole range where the other end is right. */
function halfRange(
  spec: FieldSpec,
  { first, last, text }: { readonly first: string; readonly last: string; readonly text: string },
): string {
  const lacking = [...(first === '' ? ['start'] : []), ...(last === '' ? ['end'] : [])].join(' and its ');
  const from = first === '' ? (spec.names[0] ?? String(spec.min)) : first;
  const to = last === '' ? (spec.names.at(-1) ?? String(spec.max)) : last;
  const isWhole = parseBounds(spec, from, to).ok;
  const step = /\/.*$/.exec(text)?.[0] ?? '';
  return `"${text}" is a range without its ${lacking}${isWhole ? `; write ${from}-${to}${step}` : ''}`;
}

// Years count from 0, as Croner's do: a step of 2 means the even ones.
function star(spec: FieldSpec, step: number | undefined): Item {
  const from = spec.name === 'year' ? 0 : spec.min;
  const range = { from, to: lastValue(spec), step: step ?? 1 };
  return { range, isPlain: false, cronerText: step === undefined ? '*' : `*/${step}` };
}

function itemOf(spec: FieldSpec, bounds: Bounds, step: number | undefined): Item {
  if (bounds.to !== undefined) return rangeItem(spec, { from: bounds.from, to: bounds.to, step: step ?? 1 });
  if (step !== undefined)
    return rangeItem(spec, { from: bounds.from, to: Math.max(bounds.from, lastValue(spec)), step });
  return {
    range: { from: bounds.from, to: bounds.from, step: 1 },
    isPlain: true,
    cronerText: String(bounds.from),
  };
}

function rangeItem(spec: FieldSpec, range: Range): Item {
  if (range.from <= range.to) {
    const stepText = range.step === 1 ? '' : `/${range.step}`;
    return { range, isPlain: false, cronerText: `${range.from}-${range.to}${stepText}` };
  }
  const wrapping = unwrap(spec, range);
  return { range: wrapping, isPlain: false, cronerText: valuesOf(spec, wrapping).join(',') };
}

/** `22-2` as 22–26; a Sunday written 7 begins the week when a range starts with it. */
function unwrap(spec: FieldSpec, range: Range): Range {
  if (range.from === spec.min + spec.period) return { ...range, from: spec.min };
  return { ...range, to: range.to + spec.period };
}

/** The last value a step or a star runs to: Saturday, since 7 is Sunday once more. */
function lastValue(spec: FieldSpec): number {
  return spec.name === 'weekday' ? spec.max - 1 : spec.max;
}
