/** Decides how an import reads as TOML: each trigger under what it was made from, what is lost beside it. */
import { visible } from '../terminal-text.ts';
import { tomlText, tomlTexts } from '../init/toml.ts';
import { idsOf } from './ids.ts';
import type { Imported, Keys, Piece, TriggerPiece, Value } from './piece.ts';

/** One thing that does not come along, or means something else here. */
export interface ImportNote {
  /** Where it stands in the file that was read. */
  readonly at: string;
  readonly text: string;
}

/** What is printed. */
export interface Written {
  readonly toml: string;
  readonly notes: readonly ImportNote[];
}

/** The file as TOML; `source` is what it was, as the command line names it. */
export function writeToml({ pieces, differences }: Imported, source: string): Written {
  const ids = idsOf(pieces);
  const head = [
    `Made by \`untether import ${source}\`, for review: what does not come along stands beside its trigger.`,
    ...differences,
  ];
  const blocks = [comments(head), ...pieces.map((piece) => blockOf(piece, ids.get(piece) ?? ''))];
  return {
    toml: `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`,
    notes: distinctNotes(pieces),
  };
}

/** What several triggers of one place share is said once. */
function distinctNotes(pieces: readonly Piece[]): readonly ImportNote[] {
  const all = pieces.flatMap(({ at, notes }) => notes.map((text) => ({ at, text })));
  return [...new Map(all.map((note) => [`${note.at} ${note.text}`, note])).values()];
}

function blockOf(piece: Piece, id: string): readonly string[] {
  const { at, source, notes } = piece;
  const [first = '', ...rest] = source;
  const origin = comments([at === '' ? first : `${at}: ${first}`, ...rest]);
  if (piece.kind === 'left-out') return [...origin, ...comments(notes.map((text) => `Left out: ${text}.`))];
  const told = comments(notes.map((text) => `Note: ${text}.`));
  const table = tableOf(piece, id);
  return [...origin, ...told, ...(piece.isSuggestion === true ? comments(table) : table)];
}

function tableOf({ kind, keys }: TriggerPiece, id: string): readonly string[] {
  const entries: Keys = [['id', id], ...keys];
  return [`[[triggers.${kind}s]]`, ...entries.map(([key, value]) => `${key} = ${tomlValue(value)}`)];
}

function tomlValue(value: Value): string {
  if (typeof value === 'string') return tomlText(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return tomlTexts(value);
  const entries = Object.entries(value).map(([name, text]) => `${tomlName(name)} = ${tomlText(text)}`);
  return `{ ${entries.join(', ')} }`;
}

function isList(value: Value): value is readonly string[] {
  return Array.isArray(value);
}

function tomlName(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : tomlText(name);
}

/** No control character may stand in a comment of TOML. */
function comments(lines: readonly string[]): readonly string[] {
  return lines
    .flatMap((line) => line.split('\n'))
    .map((line) => `# ${visible(line.replaceAll('\t', ' '))}`.trimEnd());
}
