/** Decides how the answer of an agent is sent: what stands above it, itself at any length, and below it its footer. */
import { readMarkdown } from './fences.ts';
import { MESSAGE_LIMIT } from './limits.ts';
import { isBlank, plainText } from './plain.ts';
import type { Part } from './split.ts';
import { longText } from './split.ts';
import type { Styled } from './styled.ts';
import { joined, unmarked } from './styled.ts';

/** What is to be said. */
export interface Answer {
  /** A line above it; undefined: the answer speaks for itself. */
  readonly head: string | undefined;
  /** What the agent wrote; possibly nothing. */
  readonly markdown: string;
  /** The line below it. */
  readonly footer: string;
}

const NO_ANSWER = '✅ done, without an answer';

/** The answer in messages, the last text with the footer; what needs too many is a file below its beginning. */
export function partsOf({ head, markdown, footer }: Answer): readonly Part[] {
  const answer = readMarkdown(markdown);
  const whole = isBlank(answer.text) ? unmarked(head ?? NO_ANSWER) : headed(head, answer);
  const parts = longText(whole, { fileName: 'answer.md', fileText: plainText(markdown) });
  return parts.flatMap((part, index) => (isLastText(parts, index) ? signed(part, footer) : [part]));
}

/** True for the last part that is no file. */
export function isLastText(parts: readonly Part[], index: number): boolean {
  return index === parts.findLastIndex(({ document }) => document === undefined);
}

function headed(head: string | undefined, answer: Styled): Styled {
  return head === undefined ? answer : joined([unmarked(`${head}\n\n`), answer]);
}

/** The footer is a message of its own when there is no room for it. */
function signed({ text, marks = [] }: Part, footer: string): readonly Part[] {
  const whole = joined([{ text, marks }, unmarked(`\n\n${footer}`)]);
  return whole.text.length <= MESSAGE_LIMIT ? [whole] : [{ text, marks }, unmarked(footer)];
}
