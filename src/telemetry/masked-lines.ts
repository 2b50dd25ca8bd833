/** Decides how a text that comes in pieces is told without secrets: line by line, so that no piece ends within one. */
import type { Redactor } from './redact.ts';

/** A line that does not end is told in parts of this many characters. */
const LONGEST_LINE = 256 * 1024;
/** What is kept of such a line until more comes: no secret is longer. */
const KEPT = 64 * 1024;

/** The text in whole lines, each piece masked by itself. */
export async function* maskedLines(
  pieces: AsyncIterable<{ readonly text: string }>,
  redactor: Pick<Redactor, 'text' | 'settledLength'>,
): AsyncGenerator<string> {
  let pending = '';
  for await (const { text } of pieces) {
    pending += text;
    const length = settled(pending, redactor);
    if (length === 0) continue;
    yield redactor.text(pending.slice(0, length));
    pending = pending.slice(length);
  }
  if (pending !== '') yield redactor.text(pending);
}

function settled(text: string, redactor: Pick<Redactor, 'settledLength'>): number {
  const length = redactor.settledLength(text);
  return length === 0 && text.length > LONGEST_LINE ? text.length - KEPT : length;
}
