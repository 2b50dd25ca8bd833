/** Decides what a body means: which object the templates and ids of a delivery see, or that it is not what it says. */
import { isUtf8 } from 'node:buffer';
import type { JsonObject, JsonValue } from '../core/json.ts';

/** A body as an object; a root that is none is its `_body`. */
export type Parsed =
  { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly reason: string };

/** Arrays and objects inside one another beyond this are refused: what follows them later may recurse. */
export const MAX_NESTING = 200;

type Format = 'json' | 'form' | 'raw' | 'multipart';

const bad = (reason: string): Parsed => ({ ok: false, reason });

/**
 * Reads a body by its content type: JSON (also what is not named), a form (whose field `payload` is JSON, as GitHub
 * sends it), text and XML as they are. Bodies must be UTF-8 (RFC 8259 §8.1). Never throws.
 */
export function parsePayload(body: Uint8Array, contentType: string): Parsed {
  if (!isUtf8(body)) return bad('body is not UTF-8');
  const format = formatOf(contentType);
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.length);
  const text = withoutMark(bytes.toString('utf8'));
  switch (format) {
    case 'json':
      return parseJson(text);
    case 'raw':
      return { ok: true, value: { _body: text } };
    case 'form':
      // `curl -d '{…}'` says that it sends a form.
      return /^\s*[{[]/.test(text) ? parseJson(text) : parseForm(text);
    case 'multipart':
      return bad('multipart is not accepted here');
  }
}

function formatOf(contentType: string): Format {
  if (contentType === 'application/json') return 'json';
  const end = contentType.indexOf(';');
  const type = (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (type.startsWith('multipart/')) return 'multipart';
  if (type.endsWith('json')) return 'json';
  return type.startsWith('text/') || type.endsWith('/xml') || type.endsWith('+xml') ? 'raw' : 'json';
}

function parseJson(text: string): Parsed {
  if (text === '') return { ok: true, value: {} };
  if (!isShallow(text)) return bad(`nested more than ${MAX_NESTING} levels`);
  try {
    const root = JSON.parse(text) as JsonValue;
    return { ok: true, value: isObject(root) ? root : { _body: root } };
  } catch {
    // The parser's message quotes the payload, which does not belong into logs.
    return bad('invalid JSON');
  }
}

function parseForm(text: string): Parsed {
  const fields = new URLSearchParams(text);
  const payload = fields.get('payload');
  if (payload !== null) return parseJson(payload);
  const values = new Map<string, string[]>();
  for (const [name, value] of fields) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  const entries = [...values].map(([name, all]) => [name, all.length === 1 ? all[0] : all] as const);
  return { ok: true, value: Object.fromEntries(entries) as JsonObject };
}

/** A root that is an object and no array. */
function isObject(root: JsonValue): root is JsonObject {
  return typeof root === 'object' && root !== null && !Array.isArray(root);
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** Few brackets cannot nest deeply, and counting them costs a seventh of parsing; only the rest is scanned in full. */
function isShallow(text: string): boolean {
  return occurrences(text, '{') + occurrences(text, '[') <= MAX_NESTING || depthOf(text) <= MAX_NESTING;
}

/** How often `character` occurs; stops counting beyond the most that matters. */
function occurrences(text: string, character: string): number {
  let count = 0;
  for (
    let at = text.indexOf(character);
    at !== -1 && count <= MAX_NESTING;
    at = text.indexOf(character, at + 1)
  )
    count++;
  return count;
}

/** Deepest nesting of valid JSON; of anything else some number, as the parser refuses it afterwards. One pass, no regex. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}

/** Where the string that opens at `start` closes, or the end of the text. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
