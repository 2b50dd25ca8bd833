/** Decides what remains of a text on its way into a chat: its entities, its edges and its length. */
import { parseHtml } from './html.ts';
import { parseMarkdown } from './markdown.ts';
import { listOf, stringOf } from './params.ts';
import { badRequest } from './refusal.ts';
import type { Entity, Formatted, Raw } from './wire.ts';
import { isRaw } from './wire.ts';

export const MAX_TEXT = 4096;
export const MAX_CAPTION = 1024;

export interface TextFields {
  readonly text: 'text' | 'caption';
  readonly entities: 'entities' | 'caption_entities';
}

/** The text of a request as it will stand in the chat. `complain` hears of entities that Telegram drops in silence. */
export function formattedText(params: Raw, fields: TextFields, complain: (what: string) => void): Formatted {
  const source = stringOf(params, fields.text) ?? '';
  if (!source.isWellFormed()) throw badRequest('strings must be encoded in UTF-8');
  const mode = (stringOf(params, 'parse_mode') ?? '').toLowerCase();
  if (mode === '') return trimmed(withEntities(source, listOf(params, fields.entities) ?? [], complain));
  if (mode === 'html') return trimmed(parseHtml(source));
  if (mode === 'markdownv2') return trimmed(parseMarkdown(source));
  throw badRequest('unsupported parse_mode');
}

function withEntities(text: string, given: readonly unknown[], complain: (what: string) => void): Formatted {
  const entities = given.flatMap((value) => {
    const entity = entityOf(value);
    const fault = entity === undefined ? 'is no entity' : faultOf(entity, text);
    if (fault !== undefined) complain(`entity ${JSON.stringify(value)} ${fault} in ${JSON.stringify(text)}`);
    return entity === undefined || fault !== undefined ? [] : [entity];
  });
  return { text, entities };
}

function entityOf(value: unknown): Entity | undefined {
  if (!isRaw(value)) return undefined;
  const { type, offset, length } = value;
  if (typeof type !== 'string' || typeof offset !== 'number' || typeof length !== 'number') return undefined;
  return { ...value, type, offset, length };
}

function faultOf({ offset, length }: Entity, text: string): string | undefined {
  if (length <= 0) return 'is empty';
  if (offset < 0 || offset + length > text.length) return 'is out of bounds';
  return splitsPair(text, offset) || splitsPair(text, offset + length)
    ? 'cuts a character in two'
    : undefined;
}

function splitsPair(text: string, at: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(at - 1, at + 1));
}

/** As `clean`, without the white space at both ends; at the start none is taken from within an entity. */
function trimmed(formatted: Formatted): Formatted {
  const { text, entities } = clean(formatted);
  const firstEntity = Math.min(text.length, ...entities.map(({ offset }) => offset));
  const start = Math.min(text.length - text.trimStart().length, firstEntity);
  const end = Math.max(start, text.trimEnd().length);
  const kept = entities.map((entity) => ({
    ...entity,
    offset: entity.offset - start,
    length: Math.min(entity.offset + entity.length, end) - entity.offset,
  }));
  return { text: text.slice(start, end), entities: kept.filter(({ length }) => length > 0).sort(byPlace) };
}

/** Without carriage returns, and with a space for every other control character but tab and line feed. */
function clean({ text, entities }: Formatted): Formatted {
  const placeOf = (at: number): number => text.slice(0, at).replaceAll('\r', '').length;
  const moved = entities.map((entity) => {
    const offset = placeOf(entity.offset);
    return { ...entity, offset, length: placeOf(entity.offset + entity.length) - offset };
  });
  const cleaned = text.replaceAll('\r', '').replace(/(?![\t\n])\p{Cc}/gu, ' ');
  return { text: cleaned, entities: text.includes('\r') ? moved : entities };
}

/** By offset, the longer first. */
function byPlace(a: Entity, b: Entity): number {
  return a.offset - b.offset || b.length - a.length;
}
