/**
 * Decides where a text is divided: at the end of a paragraph, else of a line, else of a sentence, else between words, else
 * between characters; never in a block of code that fits into a message.
 */
import type { Mark } from '../../core/message.ts';
import { boundaryBefore } from './boundary.ts';

/** A part ends at `end`, and the next one begins at `next`; between them is white space. */
export interface Break {
  readonly end: number;
  readonly next: number;
}

/** The text, and what of it the part may be. */
export interface Window {
  readonly text: string;
  /** Where the part begins, and where it ends at the latest. */
  readonly start: number;
  readonly latest: number;
  /** The code in it. */
  readonly blocks: readonly Mark[];
}

/** A place to divide at, and which part of a message must be filled for it to be taken. */
type Place = readonly [pattern: RegExp, filled: number];

const PARAGRAPH_END = /\n[^\S\n]*\n/g;
const LINE_END = /\n/g;
const SENTENCE_END = /(?<=[.!?…]["'”’)\]]?)\s+|(?<=[。！？])/gu;
const BETWEEN_WORDS = /[^\S\u00A0\u202F]+/gu;

/** In which order places are looked for, in prose and in code that is too long to stay whole. */
const IN_PROSE: readonly Place[] = [
  [PARAGRAPH_END, 0.25],
  [LINE_END, 0.25],
  [SENTENCE_END, 0.25],
  [BETWEEN_WORDS, 0.25],
  [BETWEEN_WORDS, 0],
];
const IN_CODE: readonly Place[] = [
  [PARAGRAPH_END, 0.25],
  [LINE_END, 0.25],
  [LINE_END, 0],
  [BETWEEN_WORDS, 0],
];

/** Where the part that begins at `start` ends; all that is left, if it fits. */
export function breakOf({ text, start, latest, blocks }: Window): Break {
  if (text.length <= latest) return { end: text.length, next: text.length };
  const near = blocks.filter((block) => block.offset < latest && endOf(block) > start);
  const isLong = ({ length }: Mark): boolean => length > latest - start;
  const torn = near.find((block) => endOf(block) > latest);
  if (torn !== undefined && !isLong(torn)) return { end: torn.offset, next: torn.offset };
  const window = { text, start, latest, blocks: near.filter((block) => !isLong(block)) };
  for (const place of torn === undefined ? IN_PROSE : IN_CODE) {
    const found = lastBreak(window, place);
    if (found !== undefined) return found;
  }
  const end = boundaryBefore(text, start, latest);
  return { end, next: end };
}

/** The last such place in the window that is not in a block. */
function lastBreak({ text, start, latest, blocks }: Window, [pattern, filled]: Place): Break | undefined {
  const earliest = start + Math.max(1, (latest - start) * filled);
  // A line end just behind the limit is a place as well; an empty line takes two.
  const found = [...text.slice(start, latest + 2).matchAll(pattern)].map((match) => {
    const end = start + match.index;
    return { end, next: end + match[0].length };
  });
  return found.findLast(
    ({ end, next }) =>
      end >= earliest &&
      end <= latest &&
      blocks.every((block) => next <= block.offset || end >= endOf(block)),
  );
}

function endOf(mark: Mark): number {
  return mark.offset + mark.length;
}
