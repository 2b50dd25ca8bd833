/** Decides what `parse_mode: MarkdownV2` means, and what in it Telegram refuses. */
import { cannotParse } from './refusal.ts';
import type { Entity, Formatted, Raw } from './wire.ts';

interface Style {
  readonly name: string;
  readonly type: string;
  readonly mark: string;
  readonly end: string;
}

interface Open {
  readonly style: Style;
  readonly offset: number;
  /** Where it began in the source, in UTF-16 units. */
  readonly at: number;
  readonly detail: Raw;
}

interface Reader {
  readonly source: string;
  at: number;
  text: string;
  readonly open: Open[];
  quote: { readonly type: string; readonly offset: number } | undefined;
  readonly entities: Entity[];
}

/** Longer marks first: `__` is no two `_`. */
const STYLES: readonly Style[] = [
  { name: 'Pre', type: 'pre', mark: '```', end: '```' },
  { name: 'Code', type: 'code', mark: '`', end: '`' },
  { name: 'Underline', type: 'underline', mark: '__', end: '__' },
  { name: 'Italic', type: 'italic', mark: '_', end: '_' },
  { name: 'Bold', type: 'bold', mark: '*', end: '*' },
  { name: 'Strikethrough', type: 'strikethrough', mark: '~', end: '~' },
  { name: 'Spoiler', type: 'spoiler', mark: '||', end: '||' },
  { name: 'CustomEmoji', type: 'custom_emoji', mark: '![', end: ']' },
  { name: 'TextUrl', type: 'text_link', mark: '[', end: ']' },
];
const RESERVED = '_*[]()~`>#+-=|{}.!';

/** Throws the `Refusal` that Telegram answers for broken markup. */
export function parseMarkdown(source: string): Formatted {
  const reader: Reader = { source, at: 0, text: '', open: [], quote: undefined, entities: [] };
  while (reader.at < source.length) readNext(reader);
  closeQuote(reader);
  const unclosed = reader.open.at(-1);
  if (unclosed !== undefined)
    throw fault(reader, `Can't find end of ${unclosed.style.name} entity`, unclosed.at);
  return { text: reader.text, entities: reader.entities };
}

function readNext(reader: Reader): void {
  const { source, at } = reader;
  const next = source[at + 1];
  if (source[at] === '\\' && next !== undefined && next > '\0' && next < '\x7f') take(reader, next, 2);
  else if (isVerbatim(reader)) readVerbatim(reader);
  else if (source[at] === '\n') readLineEnd(reader);
  else if (!readQuoteMark(reader)) readMark(reader);
}

function isVerbatim({ open }: Reader): boolean {
  return open.at(-1)?.style.mark.startsWith('`') === true;
}

/** Within code only its own end means anything. */
function readVerbatim(reader: Reader): void {
  const { source, at } = reader;
  if (source.startsWith(reader.open.at(-1)?.style.end ?? '', at)) close(reader);
  else if (source[at] === '`') throw reserved('`');
  else take(reader, source[at] ?? '', 1);
}

function readLineEnd(reader: Reader): void {
  if (reader.source[reader.at + 1] !== '>') closeQuote(reader);
  take(reader, '\n', 1);
}

/** `>` and `**>` at the start of a line, `||` at the end of an expandable quotation. */
function readQuoteMark(reader: Reader): boolean {
  const { source, at } = reader;
  const isLineStart = at === 0 || source[at - 1] === '\n';
  const mark = isLineStart ? ['>', '**>'].find((each) => source.startsWith(each, at)) : undefined;
  if (mark !== undefined) {
    const type = mark === '>' ? 'blockquote' : 'expandable_blockquote';
    reader.quote ??= { type, offset: reader.text.length };
    reader.at += mark.length;
    return true;
  }
  const isQuoteEnd = reader.quote?.type === 'expandable_blockquote' && /^\|\|(?:\n|$)/.test(source.slice(at));
  if (isQuoteEnd) {
    closeQuote(reader);
    reader.at += 2;
  }
  return isQuoteEnd;
}

function readMark(reader: Reader): void {
  const { source, at } = reader;
  const opened = reader.open.at(-1);
  const style = STYLES.find(({ mark }) => source.startsWith(mark, at));
  const isEnd = opened !== undefined && source.startsWith(opened.style.end, at);
  if (isEnd && (opened.style.end === ']' || style === opened.style)) close(reader);
  else if (style !== undefined) open(reader, style);
  else if (RESERVED.includes(source[at] ?? '')) throw reserved(source[at] ?? '');
  else take(reader, source[at] ?? '', 1);
}

function open(reader: Reader, style: Style): void {
  const begin = reader.at;
  reader.at += style.mark.length;
  const language =
    style.name === 'Pre' ? /^([^\s`]+)(?=\s)/.exec(reader.source.slice(reader.at))?.[1] : undefined;
  reader.at += language?.length ?? 0;
  if (style.name === 'Pre' && reader.source[reader.at] === '\n') reader.at += 1;
  const named = language === undefined ? style : { ...style, name: 'PreCode' };
  const detail = language === undefined ? {} : { language };
  reader.open.push({ style: named, offset: reader.text.length, at: begin, detail });
}

function close(reader: Reader): void {
  const opened = reader.open.pop();
  if (opened === undefined) return;
  reader.at += opened.style.end.length;
  const detail = opened.style.end === ']' ? readTarget(reader, opened) : opened.detail;
  const length = reader.text.length - opened.offset;
  if (length > 0) reader.entities.push({ type: opened.style.type, offset: opened.offset, length, ...detail });
}

function readTarget(reader: Reader, { style, offset }: Open): Raw {
  const target = targetAt(reader) ?? reader.text.slice(offset);
  if (style.name === 'TextUrl') return { url: target };
  const id = /^tg:\/\/emoji\?id=(\d+)/.exec(target)?.[1];
  if (id === undefined) throw cannotParse('Custom emoji URL must have an emoji identifier');
  return { custom_emoji_id: id };
}

function targetAt(reader: Reader): string | undefined {
  if (reader.source[reader.at] !== '(') return undefined;
  const match = /^\(((?:\\[^]|[^\\)])*)\)/.exec(reader.source.slice(reader.at));
  if (match === null) throw fault(reader, "Can't find end of a URL", reader.at);
  reader.at += match[0].length;
  return (match[1] ?? '').replace(/\\([^])/g, '$1');
}

function closeQuote(reader: Reader): void {
  const { quote, text } = reader;
  reader.quote = undefined;
  if (quote === undefined || text.length === quote.offset) return;
  reader.entities.push({ ...quote, length: text.length - quote.offset });
}

function take(reader: Reader, text: string, length: number): void {
  reader.text += text;
  reader.at += length;
}

function reserved(character: string): Error {
  return cannotParse(`Character '${character}' is reserved and must be escaped with the preceding '\\'`);
}

function fault({ source }: Reader, what: string, at: number): Error {
  return cannotParse(`${what} at byte offset ${Buffer.byteLength(source.slice(0, at))}`);
}
