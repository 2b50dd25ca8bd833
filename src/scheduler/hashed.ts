/** Decides which moment `H` stands for: a stable pseudo-random one, so that jobs of one kind spread out. */
import { parseValue } from './items.ts';
import { read, unread } from './field-spec.ts';
import type { FieldSpec, Parsed } from './field-spec.ts';

/** `H`, `H/15`, `H(9-17)`, `H(0-29)/10`, as Jenkins writes them. */
const SHAPE = /^H(?:\(([^()-]+)-([^()-]+)\))?(?:\/(\d+))?$/;

/** An item that begins with `H` and is no name. */
const HASHED = /^H(?![A-Z])/;

/** Days of the month beyond the 28th are left out, as in Jenkins: not every month has them. */
const LAST_COMMON_DAY = 28;

/**
 * An `H` item as the plain item it stands for, decided by `seed` (the trigger's id) and the field; any other item
 * as it is. The same seed gives the same text in every version: changing the hash would move people's jobs.
 */
export function resolveHash(spec: FieldSpec, item: string, seed: string): Parsed<string> {
  if (!HASHED.test(item)) return read(item);
  if (spec.name === 'year') return unread('H cannot stand for a year');
  const [whole, first, last, stepText] = SHAPE.exec(item) ?? [];
  if (whole === undefined) return unread(`"${item}" is not one of H, H/15, H(9-17), H(0-29)/10`);
  const span =
    first === undefined || last === undefined ? read(wholeSpan(spec)) : parseSpan(spec, first, last);
  if (!span.ok) return span;
  const hash = hashOf(`${seed}/${spec.name}`);
  return stepText === undefined
    ? read(pick(span.value, hash))
    : pickStepped(span.value, Number(stepText), hash);
}

/** Whether some moment of the expression is decided by the seed. */
export function isHashed(expression: string): boolean {
  return expression
    .toUpperCase()
    .split(/[\s,+]+/)
    .some((item) => HASHED.test(item));
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function wholeSpan(spec: FieldSpec): Span {
  if (spec.name === 'day') return { from: spec.min, to: LAST_COMMON_DAY };
  return { from: spec.min, to: spec.min + spec.period - 1 };
}

function parseSpan(spec: FieldSpec, first: string, last: string): Parsed<Span> {
  const from = parseValue(spec, first);
  if (!from.ok) return from;
  const to = parseValue(spec, last);
  if (!to.ok) return to;
  if (from.value <= to.value) return read({ from: from.value, to: to.value });
  return unread(`H(${first}-${last}) wraps, and a hashed range may not; write another range, or two crons`);
}

function pick(span: Span, hash: number): string {
  return String(span.from + (hash % (span.to - span.from + 1)));
}

function pickStepped(span: Span, step: number, hash: number): Parsed<string> {
  const length = span.to - span.from + 1;
  if (step === 0) return unread('a step of 0 never advances; use 1 or more');
  if (step > length) return unread(`a step of ${step} is longer than ${span.from}–${span.to}`);
  return read(`${span.from + (hash % step)}-${span.to}/${step}`);
}

/** FNV-1a over UTF-16 units, then the finalizer of MurmurHash3, since FNV's low bits alone spread poorly. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
