/**
 * Decides how Markdown looks in a chat: fenced code becomes code, everything else stays the text that it is.
 *
 * Fences are those of CommonMark 0.31 (chapter 4.5), at any depth of indentation, so that those in lists count too.
 */
import type { Mark } from '../../core/message.ts';
import { isBlank, plainText } from './plain.ts';
import type { Styled } from './styled.ts';
import { joined, unmarked } from './styled.ts';

interface Fence {
  /** What stands before it in its line: indentation, and perhaps the mark of a list. */
  readonly before: string;
  /** The row of backticks or tildes. */
  readonly row: string;
  readonly language: string;
}

/** Indentation and marks of lists, the row, and what is said about the code; a row of backticks has none behind it. */
const OPENING = /^([ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}(?=[^`]*$)|~{3,})(.*)$/;

const CLOSING = /^([ \t]*)(`{3,}|~{3,})[ \t]*$/;

/** A language as people write it: `c++`, `objective-c`, `.net`; what follows it is for other readers. */
const LANGUAGE = /^[ \t]*\{?[ \t]*([\p{L}\p{N}_+#.-]{1,40})/u;

/** A closing fence may stand this much deeper than the opening one. */
const DEEPER = 3;

/** The Markdown as text with marks: a fenced block is a `pre` mark, and the lines of its fences are gone. */
export function readMarkdown(markdown: string): Styled {
  const pieces: Styled[] = [];
  const lines = plainText(markdown).split('\n');
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const fence = index < at ? undefined : openingOf(line);
    if (fence === undefined) continue;
    if (index > at) pieces.push(unmarked(lines.slice(at, index).join('\n')));
    const end = endOf(fence, lines, index + 1);
    if (!isBlank(fence.before)) pieces.push(unmarked(fence.before.trimEnd()));
    pieces.push(...blockOf(fence, lines.slice(index + 1, end)));
    at = end + 1;
  }
  if (at < lines.length) pieces.push(unmarked(lines.slice(at).join('\n')));
  return joined(pieces.flatMap((piece, index) => (index === 0 ? [piece] : [unmarked('\n'), piece])));
}

function openingOf(line: string): Fence | undefined {
  const [, before, row, info] = OPENING.exec(line) ?? [];
  if (before === undefined || row === undefined || info === undefined) return undefined;
  return { before, row, language: LANGUAGE.exec(info)?.[1] ?? '' };
}

/** The line that closes the fence; a fence that nobody closes goes on to the end. */
function endOf(fence: Fence, lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && !closes(fence, lines[at] ?? '')) at += 1;
  return at;
}

function closes(fence: Fence, line: string): boolean {
  const [, before, row] = CLOSING.exec(line) ?? [];
  if (before === undefined || row === undefined) return false;
  return row.startsWith(fence.row) && before.length <= fence.before.length + DEEPER;
}

/** The code as deep as it stands in its fence; none when there is nothing to see. */
function blockOf({ before, language }: Fence, lines: readonly string[]): readonly Styled[] {
  const indentation = new RegExp(`^[ \\t]{0,${before.length}}`);
  const text = lines.map((line) => line.replace(indentation, '')).join('\n');
  if (isBlank(text)) return [];
  const mark: Mark = { kind: 'pre', offset: 0, length: text.length };
  return [{ text, marks: [language === '' ? mark : { ...mark, language }] }];
}
