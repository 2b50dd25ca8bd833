/** Decides which filters templates have, and how each is kept from doing harm: in lists, texts and numbers. */
import type { Liquid } from 'liquidjs';
import { AppError } from '../core/errors.ts';

/** Filters that put a list in order: they take time out of proportion to it. */
const ordering = ['sort', 'sort_natural'];
/** Filters that go through a list. */
const listing = [...ordering, 'compact', 'concat', 'join', 'map', 'reverse', 'sum', 'uniq'];
/** Filters of text: a list or an object is its JSON there, as it is where nothing filters it. */
const texts =
  `append base64_decode base64_encode capitalize downcase escape escape_once lstrip newline_to_br prepend remove
  remove_first remove_last replace replace_first replace_last rstrip split squish strip strip_newlines truncate
  truncatewords upcase url_decode url_encode`.split(/\s+/);
const numbers = [
  'abs',
  'at_least',
  'at_most',
  'ceil',
  'divided_by',
  'floor',
  'minus',
  'modulo',
  'plus',
  'round',
];
const others = ['date', 'default', 'first', 'json', 'last', 'size', 'slice', 'times', 'to_integer'];

/** Left out: what evaluates its argument as an expression, what is random, what escapes nothing, what hashes. */
const kept: ReadonlySet<string> = new Set([...listing, ...texts, ...numbers, ...others]);

const MOST_ORDERED = 10_000;
const MOST_LISTED = 100_000;
/** Characters of JSON that is to be indented: each line of what is nested deeply is mostly space. */
const MOST_INDENTED = 200_000;

type Handler = Extract<Liquid['filters'][string], (...args: never[]) => unknown>;

/** Leaves the filters above, each within its bounds, and no other. */
export function lockFilters(liquid: Liquid): void {
  // The library's own looks at each value for circles, of which payloads have none.
  liquid.registerFilter('json', jsonOf);
  for (const [name, filter] of Object.entries(liquid.filters)) {
    if (kept.has(name) && typeof filter === 'function') liquid.registerFilter(name, bounded(name, filter));
    else Reflect.deleteProperty(liquid.filters, name);
  }
}

/** The text that a value is in a template; a number that is none cannot be written. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (isNoNumber(value)) throw refusal('the result is not a number that can be written');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function jsonOf(value: unknown, space?: unknown): string {
  // There is no JSON of what is missing.
  const json = JSON.stringify(value ?? null);
  if (space === undefined) return json;
  if (json.length > MOST_INDENTED)
    throw refusal(`json: ${json.length} characters are too many to be indented`);
  return JSON.stringify(value ?? null, null, Number(space));
}

function bounded(name: string, filter: Handler): Handler {
  return function* withinBounds(value: unknown, ...more: readonly unknown[]): Generator<unknown, unknown> {
    if ([value, ...more].some(isNoNumber)) throw refusal(`${name} is given no number that can be written`);
    refuseLongLists(name, [value, ...more]);
    const [first, ...rest] = prepared(name, [value, ...more]);
    const result: unknown = yield filter.call(this, first, ...rest);
    if (isNoNumber(result)) throw refusal(`${name} gives no number that can be written`);
    return result;
  };
}

function prepared(name: string, args: readonly unknown[]): readonly unknown[] {
  if (texts.includes(name)) return args.map(asText);
  return name === 'join' ? args.map((arg) => (Array.isArray(arg) ? arg.map(asText) : asText(arg))) : args;
}

function refuseLongLists(name: string, args: readonly unknown[]): void {
  if (!listing.includes(name)) return;
  const most = ordering.includes(name) ? MOST_ORDERED : MOST_LISTED;
  const longest = Math.max(0, ...args.map((arg) => (Array.isArray(arg) ? arg.length : 0)));
  if (longest > most) throw refusal(`${name}: a list of ${longest} is too long, ${most} at most`);
}

function asText(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** Divided by 0, or read from text that is none; JSON can hold one too large as well. */
function isNoNumber(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

function refusal(message: string): AppError {
  return new AppError('invalid_argument', message);
}
