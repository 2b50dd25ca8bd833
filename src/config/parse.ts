/** Decides what the text of a file says as values: TOML, with the triggers that have not changed taken from last time. */
import { parse, TomlError } from 'smol-toml';
import { AppError, messageOf } from '../core/errors.ts';
import { cutSections, triggerLists } from './sections.ts';
import type { Section, Sections, TriggerList } from './sections.ts';
import { inSlices } from './slices.ts';

/** A TOML table as read; nothing about it is checked yet. */
export type RawTable = Readonly<Record<string, unknown>>;

/** The values of a file. */
export interface Parsed {
  readonly root: RawTable;
  /** The pieces it was read in; undefined: it was read as a whole. */
  readonly sections: Sections | undefined;
  /** The value of each section by its text, to be handed to the next reading: equal text, same object. */
  readonly bySection: ReadonlyMap<string, RawTable>;
}

/** A file that is no TOML; line and column count from 1. */
export interface SyntaxFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The values of a file, or the first place that is no TOML. */
export type ParseResult =
  { readonly ok: true; readonly parsed: Parsed } | { readonly ok: false; readonly fault: SyntaxFault };

/** Reads `text`. The event loop is held for a few milliseconds at a time, whatever the size. */
export async function parseToml(
  text: string,
  known: ReadonlyMap<string, RawTable> = new Map(),
): Promise<ParseResult> {
  const pieces = await parsePieces(text, known);
  if (pieces !== undefined) return { ok: true, parsed: pieces };
  const whole = parseText(text);
  if (!whole.ok) return whole;
  return { ok: true, parsed: { root: whole.value, sections: undefined, bySection: new Map() } };
}

/** The same by pieces; undefined where the pieces might mean something else than the whole, or do not parse. */
async function parsePieces(text: string, known: ReadonlyMap<string, RawTable>): Promise<Parsed | undefined> {
  const sections = cutSections(text);
  const skeleton = parseText(sections.skeleton);
  if (!skeleton.ok) return undefined;
  const bySection = new Map<string, RawTable>();
  const lists: Record<TriggerList, unknown[]> = { crons: [], webhooks: [] };
  const torn: Section[] = [];
  await inSlices(sections.list, (section) => {
    const value = known.get(section.text) ?? parseSection(section);
    if (value === undefined) torn.push(section);
    else {
      // Two sections of one text are two triggers: they must not share an object.
      lists[section.list].push(bySection.has(section.text) ? structuredClone(value) : value);
      bySection.set(section.text, value);
    }
  });
  const root = torn.length > 0 ? undefined : withTriggers(skeleton.value, lists);
  return root === undefined ? undefined : { root, sections, bySection };
}

/** The table of one trigger, or undefined when its text says anything else. */
function parseSection({ list, text }: Section): RawTable | undefined {
  const result = parseText(text);
  if (!result.ok || !hasOnly(result.value, 'triggers')) return undefined;
  const triggers = asTable(result.value['triggers']);
  if (triggers === undefined || !hasOnly(triggers, list)) return undefined;
  const elements: unknown = triggers[list];
  return Array.isArray(elements) && elements.length === 1 ? asTable(elements[0]) : undefined;
}

/** Puts the triggers in the places that the skeleton has for them; undefined when it has others, or more. */
function withTriggers(
  skeleton: RawTable,
  lists: Readonly<Record<TriggerList, readonly unknown[]>>,
): RawTable | undefined {
  const triggers = asTable(skeleton['triggers']);
  if (triggers === undefined) return lists.crons.length + lists.webhooks.length === 0 ? skeleton : undefined;
  const filled: Record<string, unknown> = { ...triggers };
  for (const name of triggerLists) {
    const places: unknown = triggers[name];
    if (lists[name].length === 0) continue;
    if (!Array.isArray(places) || places.length !== lists[name].length || !places.every(isEmptyTable))
      return undefined;
    filled[name] = lists[name];
  }
  return { ...skeleton, triggers: filled };
}

function parseText(
  text: string,
): { readonly ok: true; readonly value: RawTable } | { readonly ok: false; readonly fault: SyntaxFault } {
  try {
    return { ok: true, value: parse(text) };
  } catch (error) {
    if (error instanceof TomlError)
      return { ok: false, fault: { line: error.line, column: error.column, message: wordsOf(error) } };
    if (error instanceof RangeError)
      return { ok: false, fault: { line: 1, column: 1, message: 'not valid TOML: nested too deeply' } };
    throw new AppError('internal', `the TOML parser failed: ${messageOf(error)}`, { cause: error });
  }
}

/** The first line of the parser's message; what follows is the text of the file, which may hold a secret. */
function wordsOf(error: TomlError): string {
  const [first = ''] = error.message.split('\n');
  return `not valid TOML: ${first.replace(/^Invalid TOML document: /, '')}`;
}

/** `value` as a table, or undefined when it is something else. */
export function asTable(value: unknown): RawTable | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
    ? (value as RawTable)
    : undefined;
}

function hasOnly(table: RawTable, name: string): boolean {
  const names = Object.keys(table);
  return names.length === 1 && names[0] === name;
}

function isEmptyTable(value: unknown): boolean {
  const table = asTable(value);
  return table !== undefined && Object.keys(table).length === 0;
}
