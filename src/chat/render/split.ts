/** Decides how a text that is too long for one message is sent: in a few, or as its beginning and a file. */
import type { MessageContent } from '../../core/message.ts';
import { breakOf } from './break.ts';
import { BEGINNING_LIMIT, MESSAGE_LIMIT, MOST_PARTS } from './limits.ts';
import { isBlank } from './plain.ts';
import type { Styled } from './styled.ts';
import { joined, stretch, unmarked } from './styled.ts';

/** What one message of a long text says. */
export type Part = Pick<MessageContent, 'text' | 'marks' | 'document'>;

/** How a text becomes a file. */
export interface FileRule {
  readonly fileName: string;
  /** What is in the file; absent: the text. */
  readonly fileText?: string;
  /** More messages than this are a file. */
  readonly maxParts?: number;
}

/**
 * The text in at most `maxParts` messages, or else two: its beginning, and a file without a caption. The text is one that
 * `plainText` has been through; there are no parts when nothing in it can be seen.
 */
export function longText(
  whole: Styled,
  { fileName, fileText, maxParts = MOST_PARTS }: FileRule,
): readonly Part[] {
  const parts = splitText(whole, MESSAGE_LIMIT, maxParts + 1);
  if (parts.length <= maxParts) return parts;
  const document = { name: fileName, text: fileText ?? whole.text };
  return [beginningOf(whole), { text: '', document }];
}

function beginningOf(whole: Styled): Styled {
  const beginning = splitText(whole, BEGINNING_LIMIT, 1);
  return joined([...beginning, unmarked('\n\n…\n\nThe whole answer is in the file below.')]);
}

/**
 * The text in parts of at most `limit` UTF-16 units (four at least), none of them blank; white space where it was
 * divided is gone, nothing else. No more than the first `most` of them are made. Marks are cut to their parts; a longer block of code is one mark in each part.
 */
export function splitText(
  whole: Styled,
  limit: number = MESSAGE_LIMIT,
  most: number = Infinity,
): readonly Styled[] {
  const text = whole.text.trimEnd();
  const blocks = whole.marks.filter(({ kind }) => kind === 'pre');
  const parts: Styled[] = [];
  for (let from = 0; from < text.length && parts.length < most;) {
    const start = afterBlankLines(text, from, limit);
    const { end, next } = breakOf({ text, start, latest: start + limit, blocks });
    const part = stretch(whole, start, start + text.slice(start, end).trimEnd().length);
    if (!isBlank(part.text)) parts.push(part);
    from = next;
  }
  return parts;
}

/** Where the first line begins that has something in it; indentation that would fill a message is none. */
function afterBlankLines(text: string, from: number, limit: number): number {
  const nextWord = /\S/g;
  nextWord.lastIndex = from;
  const blank = text.slice(from, nextWord.exec(text)?.index);
  return from + (blank.length < limit ? blank.lastIndexOf('\n') + 1 : blank.length);
}
