/** Decides which characters of a text from outside go to a chat. */

/** What ends a line, in any system. */
const LINE_END = /\r\n?|[\u0085\u2028\u2029]/g;

/** What a terminal takes as a colour or a movement (ECMA-48, control sequences). */
const TERMINAL_SEQUENCE = /(?![\n\t])\p{Cc}\[[0-9;?]*[A-Za-z]/gu;

const CONTROL = /(?![\n\t])\p{Cc}/gu;

/** What shows nothing: white space, characters that are ignored, the blank of Braille, the place of an object. */
const SHOWS_NOTHING = /^[\s\p{Z}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\uFFFC]*$/u;

/**
 * The text without what a chat refuses or cannot show: every line end is `\n`, control characters but that and `\t` are
 * gone, half a surrogate pair is U+FFFD. All else stays as it is; nothing in it is markup.
 */
export function plainText(text: string): string {
  return text.replace(LINE_END, '\n').replace(TERMINAL_SEQUENCE, '').replace(CONTROL, '').toWellFormed();
}

/** True when nothing of the text would be seen: a chat refuses such a message. */
export function isBlank(text: string): boolean {
  return SHOWS_NOTHING.test(text);
}
