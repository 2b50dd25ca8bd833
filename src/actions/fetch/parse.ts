/** Decides what fetched bytes mean: JSON, text or lines, and that what is not what it says is a failure. */
import { isUtf8 } from 'node:buffer';
import type { FetchSpec } from '../../core/action.ts';

/** What was read, or why nothing was. */
export type FetchedBytes =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly reason: string };

/** Data for templates, or why there is none. */
export type Brought =
  { readonly ok: true; readonly data: unknown } | { readonly ok: false; readonly reason: string };

/** Bytes to data. Lines that hold nothing but white space are left out; bytes that are no UTF-8 are no data. */
export function parseFetched(bytes: Uint8Array, parseAs: FetchSpec['parseAs']): Brought {
  if (!isUtf8(bytes)) return { ok: false, reason: 'it is not UTF-8' };
  const text = new TextDecoder().decode(bytes);
  switch (parseAs) {
    case 'text':
      return { ok: true, data: text };
    case 'lines':
      return { ok: true, data: text.split(/\r?\n/).filter((line) => line.trim() !== '') };
    case 'json':
      return parseJson(text);
  }
}

function parseJson(text: string): Brought {
  try {
    return { ok: true, data: JSON.parse(text) as unknown };
  } catch {
    // The parser's message quotes the data, which does not belong into a reason.
    return { ok: false, reason: 'it is not JSON' };
  }
}
