/**
 * Decides what an expression is told by: `H` as the moment that it stands for, and a step as the values that it names,
 * wherever "every so many" would promise a fire that does not come: `0/7` begins anew with each hour.
 */
import { understand } from './dialect.ts';
import { fieldSpecs } from './field-spec.ts';
import type { FieldSpec, Tokens } from './field-spec.ts';
import type { Range } from './fields.ts';
import { parseItem, valuesOf } from './items.ts';

/** A longer list is told as a range with a step. */
const MOST_VALUES = 12;

/** The expression with the same fires, in five fields where they say everything; what is none is left as written. */
export function unrolled(expression: string, seed: string): string {
  const meaning = understand(expression, seed);
  if (!meaning.ok || meaning.kind !== 'fields') return expression;
  const fields = fieldSpecs.map((spec, index) => unrolledField(spec, meaning.tokens[index] ?? ''));
  return withoutDefaults(fields, meaning.tokens).join(' ');
}

/** Seconds that are 0 and years that are any go without saying. */
function withoutDefaults(fields: readonly string[], tokens: Tokens): readonly string[] {
  if (tokens[6] !== '*') return fields;
  return tokens[0] === '0' ? fields.slice(1, 6) : fields.slice(0, 6);
}

function unrolledField(spec: FieldSpec, token: string): string {
  if (!token.includes('/')) return token;
  const sign = token.startsWith('+') ? '+' : '';
  const items = token.slice(sign.length).split(',');
  const told = items.flatMap((item) => unrolledItem(spec, item, items.length === 1).split(','));
  return `${sign}${[...new Set(told)].join(',')}`;
}

function unrolledItem(spec: FieldSpec, item: string, isAlone: boolean): string {
  const [bounds = '', step] = item.split('/');
  const parsed = step === undefined ? undefined : parseItem(spec, item);
  if (parsed?.ok !== true) return item;
  const { range } = parsed.value;
  const values = valuesOf(spec, range);
  if (values.length === spec.period) return '*';
  if (isAlone && isTold(spec, { bounds, range })) return evenly(spec, range) ?? item;
  if (values.length <= MOST_VALUES) return values.join(',');
  return range.to > spec.max ? item : `${range.from}-${range.to}/${range.step}`;
}

/** True where the step by itself makes a true sentence. */
function isTold(
  spec: FieldSpec,
  { bounds, range }: { readonly bounds: string; readonly range: Range },
): boolean {
  if (spec.name === 'month' || spec.name === 'weekday') return false;
  if (spec.name === 'day' || spec.name === 'year') return true;
  if (evenly(spec, range) !== undefined) return true;
  return bounds.includes('-') && (spec.name === 'hour' || range.to <= spec.max);
}

/** `5/15` of a step that comes round evenly, so that all fires of the field are equally far apart. */
function evenly(spec: FieldSpec, { from, to, step }: Range): string | undefined {
  const isRound = spec.period % step === 0 && from - spec.min < step && to + step > spec.max;
  const isTimeOfDay = spec.name === 'second' || spec.name === 'minute' || spec.name === 'hour';
  if (!isRound || !isTimeOfDay || to > spec.max) return undefined;
  return from === spec.min ? `*/${step}` : `${from}/${step}`;
}
