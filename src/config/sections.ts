/** Decides how a file falls into pieces that can be read again one by one: each trigger, and all the rest. */

/** The two lists of triggers. */
export const triggerLists = ['crons', 'webhooks'] as const;
export type TriggerList = (typeof triggerLists)[number];

/** The lines from one `[[triggers.…]]` to the next table that is not part of it. */
export interface Section {
  readonly list: TriggerList;
  readonly text: string;
  /** Where it begins in the file, counted from 0. */
  readonly line: number;
}

/** A file in pieces. `skeleton` is the file with all but the first line of every section blanked, line for line. */
export interface Sections {
  readonly skeleton: string;
  readonly list: readonly Section[];
}

interface Line {
  readonly start: number;
  /** Behind its line end. */
  readonly end: number;
  readonly number: number;
  readonly header: string;
}

interface Open {
  readonly list: TriggerList;
  readonly line: Line;
}

// A line that is a header and nothing else. What only looks like one (inside a string) tears a string apart, so that
// the pieces do not parse and the file is read as a whole.
const HEADER = /^[ \t]*\[\[?[^[\]]*\]\]?[ \t\r]*(?:#[^\n]*)?\n?$/;
const TRIGGER = /^[ \t]*\[\[triggers\.(crons|webhooks)\]\]/;
const PART = /^[ \t]*\[\[?triggers\.(crons|webhooks)\./;

const TAB = 9;
const SPACE = 32;
const BRACKET = 91;

/** Cuts `text` at the headers of its tables, looking at nothing else. */
export function cutSections(text: string): Sections {
  const list: Section[] = [];
  const skeleton: string[] = [];
  let open: Open | undefined;
  let restStart = 0;
  for (const line of headersOf(text)) {
    if (line.header !== '' && open !== undefined && PART.test(line.header)) continue;
    if (open === undefined) skeleton.push(text.slice(restStart, line.start));
    else closeSection(open, line);
    restStart = line.start;
    const kind = TRIGGER.exec(line.header)?.[1];
    open = kind === undefined ? undefined : { list: kind as TriggerList, line };
  }
  return { skeleton: skeleton.join(''), list };

  function closeSection({ list: kind, line }: Open, next: Line): void {
    list.push({ list: kind, text: text.slice(line.start, next.start), line: line.number });
    skeleton.push(line.header, '\n'.repeat(Math.max(0, next.number - line.number - 1)));
  }
}

/** The lines that are headers, and one behind the last, whose header is empty. */
function* headersOf(text: string): Generator<Line> {
  let number = 0;
  for (let start = 0; start < text.length; number++) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline + 1;
    const header = beginsWithBracket(text, start) ? text.slice(start, end) : '';
    if (header !== '' && HEADER.test(header)) yield { start, end, number, header };
    start = end;
  }
  yield { start: text.length, end: text.length, number, header: '' };
}

function beginsWithBracket(text: string, start: number): boolean {
  let at = start;
  let code = text.charCodeAt(at);
  while (code === SPACE || code === TAB) code = text.charCodeAt(++at);
  return code === BRACKET;
}
