/** Decides which slips in an expression are named before it is read, since what is left would mean something else. */
import { fieldSpecs } from './field-spec.ts';
import type { FieldName } from './field-spec.ts';
import { refuse } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** Whether an expression is right: only one that is may be suggested. */
export type IsRight = (expression: string) => boolean;

/** What other dashes look like a hyphen: those that editors and chats put in its place. */
const DASHES = /[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/gu;

/** The slip in an expression as written, or undefined: it may be read. */
export function slipIn(written: string, isRight: IsRight): Refusal | undefined {
  const zoned = zoneBefore(written);
  if (zoned !== undefined || written.startsWith('@')) return zoned;
  const parts = written.split(/\s+/);
  return wrongDash(parts, isRight) ?? tornList(parts, isRight) ?? yearTooEarly(parts, isRight);
}

/** `CRON_TZ=UTC 0 9 * * *`, as other services have it. */
function zoneBefore(written: string): Refusal | undefined {
  const [, zone, rest] = /^(?:CRON_)?TZ=(\S*)\s*(.*)$/i.exec(written) ?? [];
  if (zone === undefined || rest === undefined) return undefined;
  const key = `write timezone = "${zone === '' ? 'Europe/Berlin' : zone}"`;
  const left = rest === '' ? '' : ` and leave "${rest}" here`;
  return refuse('expression', `the time zone is a key of its own: ${key}${left}`);
}

function wrongDash(parts: readonly string[], isRight: IsRight): Refusal | undefined {
  const index = parts.findIndex((part) => part.search(DASHES) >= 0);
  const part = parts[index];
  if (part === undefined) return undefined;
  const isMended = isRight(parts.join(' ').replace(DASHES, '-'));
  const remedy = isMended ? `write ${part.replace(DASHES, '-')}` : 'write "-"';
  return refuse(fieldAt(index, parts.length), `"${part}" has a dash that is no hyphen; ${remedy}`);
}

/** `15, 30 * * * *`: the space tears the list in two fields. */
function tornList(parts: readonly string[], isRight: IsRight): Refusal | undefined {
  const index = parts.findIndex(
    (part, at) => (part.endsWith(',') && at < parts.length - 1) || part.startsWith(','),
  );
  const mended = joined(parts);
  if (index < 0 || !isRight(mended)) return undefined;
  const position = joined(parts.slice(0, index + 1)).split(' ').length - 1;
  const field = fieldAt(position, mended.split(' ').length);
  return refuse(field, `a space beside a comma splits the list; write "${mended}"`);
}

function joined(parts: readonly string[]): string {
  return parts.join(' ').replace(/\s*,\s*/g, ',');
}

/** `0 9 * * 1-5 2026`: six fields begin with the second, and the year is taken for the weekday. */
function yearTooEarly(parts: readonly string[], isRight: IsRight): Refusal | undefined {
  const last = parts[5];
  if (parts.length !== 6 || last === undefined || !/^\d{4}(?:[-,/]\d+)*$/.test(last)) return undefined;
  const mended = `0 ${parts.join(' ')}`;
  const remedy = isRight(mended) ? `: write "${mended}"` : ', behind second minute hour day month weekday';
  return refuse('weekday', `"${last}" looks like a year, and a year is the seventh field${remedy}`);
}

function fieldAt(position: number, count: number): FieldName | 'expression' {
  if (count < 5 || count > 7) return 'expression';
  return fieldSpecs[position + (count === 5 ? 1 : 0)]?.name ?? 'expression';
}
