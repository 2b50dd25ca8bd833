/** Decides how files of sections and assignments are read: systemd's units and what resembles them. */

/** One assignment. */
export interface Assignment {
  /** As the section's head has it, without the brackets; empty above the first. */
  readonly section: string;
  readonly key: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/** What is read, and the lines that are neither blank, comment, head nor assignment. */
export interface Ini {
  readonly assignments: readonly Assignment[];
  readonly wrong: ReadonlyArray<{ readonly line: number; readonly text: string }>;
}

interface Line {
  readonly text: string;
  readonly number: number;
}

/** Reads `text`; keys and values are trimmed, quotes stay. A line that ends with a backslash goes on in the next. */
export function readIni(text: string): Ini {
  const assignments: Assignment[] = [];
  const wrong: Array<{ readonly line: number; readonly text: string }> = [];
  let section = '';
  for (const { text: line, number } of joined(text)) {
    const head = /^\[(.+)\]$/.exec(line)?.[1];
    const [, key, value] = /^([^=]+?)\s*=\s*(.*)$/s.exec(line) ?? [];
    if (head !== undefined) section = head.trim();
    else if (key !== undefined && value !== undefined)
      assignments.push({ section, key, value, line: number });
    else wrong.push({ line: number, text: line });
  }
  return { assignments, wrong };
}

/** Without blank lines and comments, which may also stand inside a line that goes on (systemd.syntax(7)). */
function joined(text: string): readonly Line[] {
  const lines: Line[] = [];
  let open: Line | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (/^[#;]/.test(line) || (line === '' && open === undefined)) continue;
    const all = { text: `${open?.text ?? ''}${line}`, number: open?.number ?? index + 1 };
    open = all.text.endsWith('\\') ? { ...all, text: `${all.text.slice(0, -1).trimEnd()} ` } : undefined;
    if (open === undefined) lines.push(all);
  }
  return open === undefined ? lines : [...lines, open];
}
