/** Decides what `parse_mode: HTML` means, and what in it Telegram refuses. */
import { cannotParse } from './refusal.ts';
import type { Entity, Formatted, Raw } from './wire.ts';

interface Open {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly offset: number;
}

interface Reader {
  readonly source: string;
  at: number;
  text: string;
  readonly open: Open[];
  readonly entities: Entity[];
}

const TYPES: Readonly<Record<string, string>> = {
  a: 'text_link',
  b: 'bold',
  blockquote: 'blockquote',
  code: 'code',
  del: 'strikethrough',
  em: 'italic',
  i: 'italic',
  ins: 'underline',
  pre: 'pre',
  s: 'strikethrough',
  span: 'spoiler',
  strike: 'strikethrough',
  strong: 'bold',
  'tg-emoji': 'custom_emoji',
  'tg-spoiler': 'spoiler',
  u: 'underline',
};

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const START_TAG = /<([^\s>]*)((?:\s+[^\s=>]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?)*)\s*>/y;
const END_TAG = /<\/([^\s>]*)\s*>/y;
const ATTRIBUTE = /([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g;
const CHARACTER = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));?/iy;

/** Throws the `Refusal` that Telegram answers for broken markup. */
export function parseHtml(source: string): Formatted {
  const reader: Reader = { source, at: 0, text: '', open: [], entities: [] };
  while (reader.at < source.length) readNext(reader);
  const unclosed = reader.open.at(-1);
  if (unclosed !== undefined)
    throw cannotParse(`Can't find end tag corresponding to start tag "${unclosed.tag}"`);
  return { text: reader.text, entities: reader.entities };
}

function readNext(reader: Reader): void {
  const { source, at } = reader;
  if (source.startsWith('</', at)) readEndTag(reader);
  else if (source[at] === '<') readStartTag(reader);
  else if (source[at] === '&') readCharacter(reader);
  else take(reader, source[at] ?? '', 1);
}

function take(reader: Reader, text: string, length: number): void {
  reader.text += text;
  reader.at += length;
}

function readCharacter(reader: Reader): void {
  const match = matchAt(CHARACTER, reader);
  const decoded = match === null ? undefined : decode(match);
  if (match === null || decoded === undefined) take(reader, '&', 1);
  else take(reader, decoded, match[0].length);
}

function decode([, decimal, hex, name]: RegExpExecArray): string | undefined {
  if (name !== undefined) return NAMED[name];
  const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

function readStartTag(reader: Reader): void {
  const match = matchAt(START_TAG, reader);
  if (match === null) throw fault(reader, 'Unclosed start tag');
  const tag = (match[1] ?? '').toLowerCase();
  if (!Object.hasOwn(TYPES, tag)) throw fault(reader, `Unsupported start tag "${tag}"`);
  const attributes = attributesIn(match[2] ?? '');
  if (tag === 'span' && attributes['class'] !== 'tg-spoiler')
    throw fault(reader, 'Tag "span" must have class "tg-spoiler"');
  reader.open.push({ tag, attributes, offset: reader.text.length });
  reader.at += match[0].length;
}

function readEndTag(reader: Reader): void {
  const match = matchAt(END_TAG, reader);
  if (match === null) throw fault(reader, 'Unclosed end tag');
  const opened = reader.open.pop();
  if (opened === undefined) throw fault(reader, 'Unexpected end tag');
  const found = (match[1] ?? '').toLowerCase();
  if (found !== '' && found !== opened.tag)
    throw cannotParse(
      `Unmatched end tag at byte offset ${byteOffset(reader)}, expected "</${opened.tag}>", found "</${found}>"`,
    );
  closeEntity(reader, opened);
  reader.at += match[0].length;
}

function closeEntity(reader: Reader, opened: Open): void {
  const length = reader.text.length - opened.offset;
  if (length === 0) return;
  if (namesLanguage(reader, opened)) return;
  const type =
    opened.tag === 'blockquote' && 'expandable' in opened.attributes
      ? 'expandable_blockquote'
      : TYPES[opened.tag];
  reader.entities.push({ type: type ?? '', offset: opened.offset, length, ...detailOf(reader, opened) });
}

/** `<pre><code class="language-x">`: the code is no entity of its own, but names the language of the block. */
function namesLanguage({ open }: Reader, { tag, attributes }: Open): boolean {
  const block = open.at(-1);
  const language = /^language-(.+)$/.exec(attributes['class'] ?? '')?.[1];
  if (tag !== 'code' || block?.tag !== 'pre' || language === undefined) return false;
  open[open.length - 1] = { ...block, attributes: { ...block.attributes, language } };
  return true;
}

function detailOf(reader: Reader, { tag, attributes, offset }: Open): Raw {
  if (tag === 'a') return { url: attributes['href'] ?? reader.text.slice(offset) };
  if (tag === 'tg-emoji') return { custom_emoji_id: attributes['emoji-id'] ?? '' };
  const language = tag === 'pre' ? attributes['language'] : undefined;
  return language === undefined ? {} : { language };
}

function attributesIn(source: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    source
      .matchAll(ATTRIBUTE)
      .map(([, name = '', quoted = '', apostrophed = '', bare = '']) => [
        name.toLowerCase(),
        quoted || apostrophed || bare,
      ]),
  );
}

function matchAt(pattern: RegExp, { source, at }: Reader): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

function fault(reader: Reader, what: string): Error {
  return cannotParse(`${what} at byte offset ${byteOffset(reader)}`);
}

function byteOffset({ source, at }: Reader): number {
  return Buffer.byteLength(source.slice(0, at));
}
