/** Decides how what an agent prints becomes lines: JSON objects, and text that is shown as it is. */
import type { JsonObject } from '../core/json.ts';

/** A line above this is dropped. */
export const MAX_LINE_BYTES = 10_000_000;

/** One line: an object of the stream, or words that are no object. */
export type StreamLine =
  { readonly kind: 'json'; readonly value: JsonObject } | { readonly kind: 'text'; readonly text: string };

/** Cuts one stream into lines. */
export interface StreamReader {
  /** The lines that end in this piece. Pieces may end anywhere, also inside a character. */
  push(piece: Uint8Array | string): readonly StreamLine[];
  /** The line that never ended, if it says something. Call it once, at the end. */
  end(): readonly StreamLine[];
}

/** A reader for one stream; what it holds of an unfinished line never exceeds `maxLineBytes`. */
export function streamReader(maxLineBytes: number = MAX_LINE_BYTES): StreamReader {
  const decoder = new TextDecoder();
  let held: string[] = [];
  let heldBytes = 0;

  function hold(piece: string): void {
    heldBytes += Buffer.byteLength(piece);
    if (heldBytes <= maxLineBytes) held.push(piece);
    else held = [];
  }

  function takeLine(): readonly StreamLine[] {
    const line = held.join('');
    held = [];
    heldBytes = 0;
    return parseLine(line);
  }

  function pushText(text: string): readonly StreamLine[] {
    const lines: StreamLine[] = [];
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      hold(text.slice(start, end));
      lines.push(...takeLine());
      start = end + 1;
    }
    hold(text.slice(start));
    return lines;
  }

  return {
    push: (piece) => pushText(typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true })),
    end: () => [...pushText(decoder.decode()), ...takeLine()],
  };
}

/** An empty line is none. What stands before the first `{` of an object is noise of the terminal or of a wrapper. */
function parseLine(line: string): readonly StreamLine[] {
  const value = parseObject(line.slice(Math.max(line.indexOf('{'), 0)));
  if (value !== undefined) return [{ kind: 'json', value }];
  const text = line.trimEnd();
  return text === '' ? [] : [{ kind: 'text', text }];
}

function parseObject(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    // No JSON: it is shown as text.
    return undefined;
  }
}
