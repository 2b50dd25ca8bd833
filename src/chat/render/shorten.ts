/** Decides how a text is shown where there is room for a little of it. */
import { boundaryBefore } from './boundary.ts';
import { plainText } from './plain.ts';

/** The text, or its beginning and `…`: `max` UTF-16 units at most, and at least three. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, boundaryBefore(text, 0, max - 1)).trimEnd()}…`;
}

/** The text in one line of `max` UTF-16 units at most; empty when there is nothing in it but white space. */
export function oneLine(text: string, max: number): string {
  return shorten(plainText(text).replace(/\s+/g, ' ').trim(), max);
}
