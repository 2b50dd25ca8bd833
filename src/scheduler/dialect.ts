/** Decides what people mean by an expression: nicknames, the number of fields, `?`, `H`, stray spaces. */
import { parseDuration } from '../core/duration.ts';
import { fieldSpecs } from './field-spec.ts';
import type { FieldName, FieldSpec, Tokens } from './field-spec.ts';
import { resolveHash } from './hashed.ts';

/** Where an expression is wrong: one of its fields, the expression as a whole, or its time zone. */
export type FaultyPart = FieldName | 'expression' | 'timezone';

/** Why an expression is refused; the message names the part and says what to write instead. */
export interface Refusal {
  readonly ok: false;
  readonly field: FaultyPart;
  readonly message: string;
}

/** What an expression asks for. */
export type Meaning =
  | { readonly ok: true; readonly kind: 'fields'; readonly tokens: Tokens }
  | { readonly ok: true; readonly kind: 'every'; readonly periodMs: number }
  /** Once per start of the service; no clock decides it. */
  | { readonly ok: true; readonly kind: 'reboot' };

const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Instants are whole seconds, and nothing here is made to start a job more often. */
const SHORTEST_PERIOD_MS = 1000;

/** Reads the outer shape of an expression; `seed` decides what `H` stands for (the trigger's id). */
export function understand(expression: string, seed: string): Meaning | Refusal {
  const text = expression.trim().toUpperCase();
  if (!text.startsWith('@')) return understandFields(text, seed);
  const nickname = text.toLowerCase();
  if (nickname === '@reboot') return { ok: true, kind: 'reboot' };
  if (/^@every\b/.test(nickname)) return understandEvery(nickname.slice('@every'.length).trim());
  const fields = NICKNAMES[nickname];
  if (fields !== undefined) return understandFields(fields, seed);
  const known = [...Object.keys(NICKNAMES), '@every 90m', '@reboot'].join(', ');
  return refuse('expression', `"${expression.trim()}" is not known; known are ${known}`);
}

/** A refusal whose message begins with the part's name. */
export function refuse(field: FaultyPart, message: string): Refusal {
  return { ok: false, field, message: `${field}: ${message}` };
}

/** Reads the length of an `every`; from one second up, see `parseDuration` for the units. */
export function understandEvery(
  text: string,
): Refusal | { readonly ok: true; readonly kind: 'every'; readonly periodMs: number } {
  const periodMs = parseDuration(text);
  if (periodMs === undefined)
    return refuse('expression', `"${text}" is not a length of time such as 90m, 1h30m or 2d`);
  if (periodMs < SHORTEST_PERIOD_MS)
    return refuse('expression', `every "${text}" is too often; 1s is the shortest`);
  return { ok: true, kind: 'every', periodMs };
}

function understandFields(text: string, seed: string): Meaning | Refusal {
  const parts = text === '' ? [] : text.split(/\s+/);
  const tokens = withAllFields(parts);
  const torn = tornList(parts);
  if (torn !== undefined) return torn;
  if (tokens === undefined) return refuse('expression', wrongCount(parts.length));
  return resolveTokens(tokens, seed);
}

/** Seconds default to 0 and years to every one. */
function withAllFields(parts: readonly string[]): Tokens | undefined {
  const [a, b, c, d, e, f, g] = parts;
  if (parts.length > 7 || a === undefined || b === undefined || c === undefined) return undefined;
  if (d === undefined || e === undefined) return undefined;
  if (f === undefined) return ['0', a, b, c, d, e, '*'];
  return [a, b, c, d, e, f, g ?? '*'];
}

function wrongCount(count: number): string {
  const order = 'minute hour day month weekday, as in "0 9 * * 1-5"';
  if (count === 0) return `it is empty; five fields are needed: ${order}`;
  const fields = count === 1 ? '1 field' : `${count} fields`;
  if (count < 5) return `it has ${fields}, five are needed: ${order}`;
  return `it has ${fields}; at most seven are read: second minute hour day month weekday year`;
}

/** `15, 30 * * * *`: the space tears the list in two fields, and what is left would mean something else. */
function tornList(parts: readonly string[]): Refusal | undefined {
  const index = parts.findIndex(
    (part, at) => (part.endsWith(',') && at < parts.length - 1) || part.startsWith(','),
  );
  if (index < 0) return undefined;
  const mended = parts.join(' ').replace(/\s*,\s*/g, ',');
  const fields = mended.split(' ');
  const position = Math.min(
    parts
      .slice(0, index + 1)
      .join(' ')
      .replace(/\s*,\s*/g, ',')
      .split(' ').length - 1,
    6,
  );
  const spec =
    withAllFields(fields) === undefined ? undefined : fieldSpecs[position + (fields.length === 5 ? 1 : 0)];
  return refuse(spec?.name ?? 'expression', `a space beside a comma splits the list; write "${mended}"`);
}

function resolveTokens(tokens: Tokens, seed: string): Meaning | Refusal {
  const resolved: string[] = [];
  for (const [index, spec] of fieldSpecs.entries()) {
    const token = tokens[index] ?? '';
    const sign = spec.name === 'weekday' && token.startsWith('+') ? '+' : '';
    const items: string[] = [];
    for (const item of token.slice(sign.length).split(',')) {
      const plain = resolveItem(spec, item, seed);
      if (!plain.ok) return refuse(spec.name, plain.message);
      items.push(plain.value);
    }
    resolved.push(sign + items.join(','));
  }
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = '', year = ''] = resolved;
  return { ok: true, kind: 'fields', tokens: [second, minute, hour, day, month, weekday, year] };
}

function resolveItem(spec: FieldSpec, item: string, seed: string): ReturnType<typeof resolveHash> {
  return resolveHash(spec, item === '?' || item.startsWith('?/') ? `*${item.slice(1)}` : item, seed);
}
