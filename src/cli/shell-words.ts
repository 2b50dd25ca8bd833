/** Decides how one quoted text becomes an argv: split as a shell would, with nothing expanded and nothing guessed. */
import { usage } from './input.ts';

// What a shell would act on. Passed on as it is it would surprise, so it is refused instead.
const NEEDS_SHELL = /[|&;<>()$`*?[\n]/;
const ADVICE = `no shell runs the command; quote it, or write: --command -- sh -c '…'`;

interface Reader {
  readonly text: string;
  at: number;
}

/**
 * The words of `text` by the quoting rules of POSIX §2.2: single quotes keep everything, double quotes and backslashes
 * as usual. Throws a usage error for an open quote, for no word at all, and for what only a shell could do.
 */
export function splitWords(text: string): readonly string[] {
  const reader: Reader = { text, at: 0 };
  const words: string[] = [];
  skipSpaces(reader);
  while (reader.at < text.length) {
    words.push(readWord(reader));
    skipSpaces(reader);
  }
  if (words.length === 0) throw usage('--command is empty');
  // A quoted name or sign makes no variable, so the text is asked and not the word.
  if (/^[ \t]*[A-Za-z_]\w*=/.test(text))
    throw usage(`--command begins with ${words[0]}, which only a shell would take as a variable; ${ADVICE}`);
  return words;
}

function skipSpaces(reader: Reader): void {
  while (reader.text[reader.at] === ' ' || reader.text[reader.at] === '\t') reader.at += 1;
}

function readWord(reader: Reader): string {
  let word = '';
  for (
    let char = reader.text[reader.at];
    char !== undefined && char !== ' ' && char !== '\t';
    char = reader.text[reader.at]
  ) {
    if (char === "'") word += readSingle(reader);
    else if (char === '"') word += readDouble(reader);
    else if (char === '\\') word += readEscape(reader);
    else word += readPlain(reader, word);
  }
  return word;
}

function readPlain(reader: Reader, before: string): string {
  const char = reader.text[reader.at] ?? '';
  if (NEEDS_SHELL.test(char) || (before === '' && /[~#]/.test(char))) {
    throw usage(`--command holds ${JSON.stringify(char)}, which needs a shell: ${ADVICE}`);
  }
  reader.at += 1;
  return char;
}

function readSingle(reader: Reader): string {
  const end = reader.text.indexOf("'", reader.at + 1);
  if (end < 0) throw usage("--command holds a ' that is not closed");
  const inside = reader.text.slice(reader.at + 1, end);
  reader.at = end + 1;
  return inside;
}

function readDouble(reader: Reader): string {
  let inside = '';
  reader.at += 1;
  for (;;) {
    const char = reader.text[reader.at];
    if (char === undefined) throw usage('--command holds a " that is not closed');
    if (char === '$' || char === '`') throw usage(`--command holds ${char}, which needs a shell: ${ADVICE}`);
    if (char === '"') break;
    const following = reader.text[reader.at + 1] ?? '';
    const isEscape = char === '\\' && /[$`"\\]/.test(following);
    inside += isEscape ? following : char;
    reader.at += isEscape ? 2 : 1;
  }
  reader.at += 1;
  return inside;
}

function readEscape(reader: Reader): string {
  const escaped = reader.text[reader.at + 1];
  if (escaped === undefined) throw usage('--command ends with a backslash');
  reader.at += 2;
  return escaped;
}
