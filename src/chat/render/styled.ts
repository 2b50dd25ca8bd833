/** Decides what a text with marks is, and how such texts are put together and taken apart. */
import type { Mark } from '../../core/message.ts';

/** A text and how stretches of it are shown; marks are in order, inside the text, and do not overlap. */
export interface Styled {
  readonly text: string;
  readonly marks: readonly Mark[];
}

/** A text without marks. */
export function unmarked(text: string): Styled {
  return { text, marks: [] };
}

/** The texts one behind the other, with nothing between them. */
export function joined(pieces: readonly Styled[]): Styled {
  let text = '';
  const marks: Mark[] = [];
  for (const piece of pieces) {
    for (const mark of piece.marks) marks.push({ ...mark, offset: mark.offset + text.length });
    text += piece.text;
  }
  return { text, marks };
}

/** The text from `start` to before `end`; marks that reach beyond it are cut to it. */
export function stretch(whole: Styled, start: number, end: number): Styled {
  const marks = whole.marks.flatMap((mark) => {
    const from = Math.max(mark.offset, start);
    const length = Math.min(mark.offset + mark.length, end) - from;
    return length > 0 ? [{ ...mark, offset: from - start, length }] : [];
  });
  return { text: whole.text.slice(start, end), marks };
}
