/** Decides what people mean by an expression: nicknames, the number of fields, `?`, `H`, stray spaces. */
import { LONGEST_DURATION, isTooLong, parseDuration } from '../core/duration.ts';
import { createCalendar } from './calendar.ts';
import { fieldSpecs } from './field-spec.ts';
import type { FieldSpec, Tokens } from './field-spec.ts';
import { resolveHash } from './hashed.ts';
import { refuse } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { slipIn } from './slips.ts';

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
  const slip = slipIn(expression.trim(), (mended) => isRight(mended, seed));
  if (slip !== undefined) return slip;
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

function isRight(expression: string, seed: string): boolean {
  const meaning = understandFields(expression.toUpperCase(), seed);
  return meaning.ok && meaning.kind === 'fields' && createCalendar().compile(meaning.tokens).ok;
}

/** Reads the length of an `every`; from one second up, see `parseDuration` for the units. */
export function understandEvery(
  text: string,
): Refusal | { readonly ok: true; readonly kind: 'every'; readonly periodMs: number } {
  const periodMs = parseDuration(text);
  if (isTooLong(text))
    return refuse('expression', `every "${text}" is too long; ${LONGEST_DURATION} is the longest`);
  if (periodMs === undefined)
    return refuse('expression', `"${text}" is not a length of time such as 90m, 1h30m or 2d`);
  if (periodMs < SHORTEST_PERIOD_MS)
    return refuse('expression', `every "${text}" is too often; 1s is the shortest`);
  return { ok: true, kind: 'every', periodMs };
}

function understandFields(text: string, seed: string): Meaning | Refusal {
  const parts = text === '' ? [] : text.split(/\s+/);
  const tokens = withAllFields(parts);
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

function resolveTokens(tokens: Tokens, seed: string): Meaning | Refusal {
  const resolved: string[] = [];
  for (const [index, spec] of fieldSpecs.entries()) {
    const token = tokens[index] ?? '';
    const sign = spec.name === 'weekday' && token.startsWith('+') ? '+' : '';
    const list = token.slice(sign.length);
    const items: string[] = [];
    for (const item of list.split(',')) {
      if (item === '') return refuse(spec.name, emptyItem(token));
      const plain = resolveItem(spec, item, seed);
      if (!plain.ok) return refuse(spec.name, plain.message);
      items.push(plain.value);
    }
    resolved.push(sign + items.join(','));
  }
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = '', year = ''] = resolved;
  return { ok: true, kind: 'fields', tokens: [second, minute, hour, day, month, weekday, year] };
}

function emptyItem(token: string): string {
  if (token === '+') return '"+" lacks the weekdays behind it, as in +MON';
  const list = token.replace(/^\+/, '');
  const place = list.startsWith(',') ? 'before the' : list.endsWith(',') ? 'after the' : 'between two';
  const comma = place === 'between two' ? 'commas' : 'comma';
  return `an empty item ${place} ${comma}; remove the comma, or the space that splits the list`;
}

function resolveItem(spec: FieldSpec, item: string, seed: string): ReturnType<typeof resolveHash> {
  return resolveHash(spec, item === '?' || item.startsWith('?/') ? `*${item.slice(1)}` : item, seed);
}
