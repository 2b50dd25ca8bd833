/** Decides how a command line of systemd's is split, and what its specifiers stand for, by systemd.service(5). */

const QUOTED = String.raw`"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'`;
const WORD = new RegExp(String.raw`(?:${QUOTED}|\\.|[^\s"'\\])+`, 'gs');
const PART = new RegExp(String.raw`${QUOTED}|\\.`, 'gs');

/** The words of a line, quotes and backslashes taken off; nothing is expanded. */
export function unitWords(line: string): readonly string[] {
  return (line.match(WORD) ?? []).map((word) => word.replaceAll(PART, unquoted));
}

function unquoted(part: string): string {
  const inner = part.startsWith('\\') ? part : part.slice(1, -1);
  return inner.replaceAll(/\\(.)/gs, (_pair, char: string) => ESCAPES[char] ?? char);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', s: ' ' };

/** A word as `sh` reads it, with variables still to be expanded. */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  // `$NAME` as a word of its own is split; anything else is not.
  if (/^\$\w+$/.test(word)) return word;
  return `"${word.replaceAll(/[\\"`]/g, String.raw`\$&`).replaceAll('$$', String.raw`\$`)}"`;
}

/** The text with the specifiers that can be known replaced, and those that cannot. */
export function withSpecifiers(
  text: string,
  unit: string,
): { readonly text: string; readonly unknown: readonly string[] } {
  const values = specifiersOf(unit);
  const unknown: string[] = [];
  const replaced = text.replaceAll(/%(.)/g, (whole, letter: string) => {
    const value = values[letter];
    if (value === undefined) unknown.push(whole);
    return value ?? whole;
  });
  return { text: replaced, unknown };
}

/** systemd.unit(5), for the manager of the system. */
function specifiersOf(unit: string): Readonly<Record<string, string>> {
  const bare = unit.replace(/\.\w+$/, '');
  const [prefix = '', instance = ''] = bare.split('@');
  return {
    '%': '%',
    n: unit,
    N: bare,
    p: prefix,
    i: instance,
    I: instance,
    t: '/run',
    S: '/var/lib',
    C: '/var/cache',
    L: '/var/log',
    E: '/etc',
    T: '/tmp',
    V: '/var/tmp',
  };
}
