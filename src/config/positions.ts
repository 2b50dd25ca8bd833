/** Decides where in the file a key is: line and column, found only when there is something to say about it. */
import type { AST } from 'toml-eslint-parser';
import type { KeyPath } from './problem.ts';
import type { Section, Sections } from './sections.ts';

/** A place in the file; both count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The place of a key, or of the nearest table around it that was written. */
export type Locate = (path: KeyPath) => Position;

type Places = ReadonlyMap<string, Position>;
const START: Position = { line: 1, column: 1 };

/**
 * Prepares to find keys in `text`. The parser that knows positions is slow and large: it is loaded here, and with
 * `sections` it reads only the pieces that are asked about.
 */
export async function locateIn(text: string, sections: Sections | undefined): Promise<Locate> {
  const { parseTOML } = await import('toml-eslint-parser');
  const read = (piece: string): Places => {
    try {
      return placesOf(parseTOML(piece, { tomlVersion: '1.1' }));
    } catch {
      // The two parsers differ about it: the first line is then the best that can be said.
      return new Map();
    }
  };
  if (sections === undefined) {
    const places = read(text);
    return (path) => nearest(places, path) ?? START;
  }
  return locateInPieces(sections, read);
}

function locateInPieces(sections: Sections, read: (piece: string) => Places): Locate {
  const byList: ReadonlyMap<string, readonly Section[]> = Map.groupBy(
    sections.list,
    (section) => section.list,
  );
  const byPiece = new Map<Section | undefined, Places>();
  const placesIn = (section: Section | undefined): Places => {
    const known = byPiece.get(section);
    if (known !== undefined) return known;
    const places = read(section?.text ?? sections.skeleton);
    byPiece.set(section, places);
    return places;
  };
  return (path) => {
    const [first, list, index, ...rest] = path;
    const isTrigger = first === 'triggers' && typeof list === 'string' && typeof index === 'number';
    const section = isTrigger ? byList.get(list)?.[index] : undefined;
    if (section === undefined) return nearest(placesIn(undefined), path) ?? START;
    const place = nearest(placesIn(section), ['triggers', section.list, 0, ...rest]) ?? START;
    return { line: place.line + section.line, column: place.column };
  };
}

/** The place of the longest beginning of `path` that was written. */
function nearest(places: Places, path: KeyPath): Position | undefined {
  for (let length = path.length; length > 0; length--) {
    const place = places.get(JSON.stringify(path.slice(0, length)));
    if (place !== undefined) return place;
  }
  return undefined;
}

function placesOf(ast: AST.TOMLProgram): Places {
  const places = new Map<string, Position>();
  for (const node of ast.body[0].body) {
    if (node.type === 'TOMLKeyValue') placeKey(places, [], node);
    else {
      placeParts(places, node.resolvedKey, node.key.keys);
      for (const entry of node.body) placeKey(places, node.resolvedKey, entry);
    }
  }
  return places;
}

function placeKey(places: Map<string, Position>, table: KeyPath, node: AST.TOMLKeyValue): void {
  const path = [...table, ...node.key.keys.map(nameOf)];
  placeParts(places, path, node.key.keys);
  placeValue(places, path, node.value);
}

function placeValue(places: Map<string, Position>, path: KeyPath, value: AST.TOMLContentNode): void {
  if (value.type === 'TOMLInlineTable') for (const entry of value.body) placeKey(places, path, entry);
  if (value.type !== 'TOMLArray') return;
  for (const [index, element] of value.elements.entries()) {
    place(places, [...path, index], element);
    placeValue(places, [...path, index], element);
  }
}

/** Notes each name of a dotted key; names that stand there for the first time only. */
function placeParts(
  places: Map<string, Position>,
  path: KeyPath,
  names: ReadonlyArray<AST.TOMLBare | AST.TOMLQuoted>,
): void {
  let left = names.length;
  for (let length = path.length; length > 0 && left > 0; length--) {
    const node = names[left - 1];
    if (node === undefined) return;
    place(places, path.slice(0, length), node);
    if (typeof path[length - 1] === 'string') left -= 1;
  }
}

function place(places: Map<string, Position>, path: KeyPath, node: AST.TOMLNode): void {
  const at = JSON.stringify(path);
  if (!places.has(at)) places.set(at, { line: node.loc.start.line, column: node.loc.start.column + 1 });
}

function nameOf(node: AST.TOMLBare | AST.TOMLQuoted): string {
  return node.type === 'TOMLBare' ? node.name : node.value;
}
