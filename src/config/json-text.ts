/** Decides what a JSON file says, where its keys stand, and at which place one that is no JSON stops being any. */
import { asTable } from './parse.ts';
import type { ParseResult, SyntaxFault } from './parse.ts';
import type { Locate, Position } from './positions.ts';
import type { KeyPath } from './problem.ts';

/** Reads `text`; unlike `JSON.parse` it refuses a name that stands twice in one object, whose first value would be lost. */
export function parseJson(text: string): ParseResult {
  const { fault } = scan(text);
  if (fault !== undefined) return { ok: false, fault };
  const value: unknown = JSON.parse(text);
  const root = asTable(value);
  if (root === undefined)
    return {
      ok: false,
      fault: { line: 1, column: 1, message: 'expected an object: { "before_run": [...] }' },
    };
  return { ok: true, parsed: { root, sections: undefined, bySection: new Map() } };
}

/** The places of the keys of a text that `parseJson` reads. */
export function locateInJson(text: string): Locate {
  const { places } = scan(text);
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const at = places.get(JSON.stringify(path.slice(0, length)));
      if (at !== undefined) return positionAt(text, at);
    }
    return { line: 1, column: 1 };
  };
}

interface Scanned {
  /** Offsets of keys and elements by their path. */
  readonly places: ReadonlyMap<string, number>;
  readonly fault: SyntaxFault | undefined;
}

// RFC 8259, §2 to §7.
const SPACE = /[ \t\n\r]*/y;
// eslint-disable-next-line no-control-regex -- what may not stand in a string is exactly these
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
// Deeper than any file of hooks.
const MAX_DEPTH = 50;

/** Walks through the text up to its end or the first thing that may not stand there. */
function scan(text: string): Scanned {
  const places = new Map<string, number>();
  let at = 0;
  let wrong = 'unexpected text';

  function match(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  }
  function take(sign: string): boolean {
    match(SPACE);
    if (text[at] !== sign) return false;
    at += 1;
    return true;
  }
  function value(path: KeyPath): boolean {
    match(SPACE);
    const key = JSON.stringify(path);
    if (!places.has(key)) places.set(key, at);
    if (path.length > MAX_DEPTH) return false;
    if (take('{')) return take('}') || members(path);
    if (take('[')) return take(']') || elements(path);
    return (match(STRING) ?? match(SCALAR)) !== undefined;
  }
  function members(path: KeyPath): boolean {
    do {
      match(SPACE);
      const start = at;
      const written = match(STRING);
      if (written === undefined) return false;
      const inner = [...path, String(JSON.parse(written))];
      if (places.has(JSON.stringify(inner))) {
        at = start;
        wrong = `${written} stands there twice`;
        return false;
      }
      places.set(JSON.stringify(inner), start);
      if (!take(':') || !value(inner)) return false;
    } while (take(','));
    return take('}');
  }
  function elements(path: KeyPath): boolean {
    let index = 0;
    do if (!value([...path, index++])) return false;
    while (take(','));
    return take(']');
  }

  const isWhole = value([]) && (match(SPACE), at === text.length);
  if (isWhole) return { places, fault: undefined };
  const end = at >= text.trimEnd().length ? 'it ends too early' : wrong;
  return { places, fault: { ...positionAt(text, at), message: `not valid JSON: ${end}` } };
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
