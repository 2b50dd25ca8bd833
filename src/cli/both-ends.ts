/** Decides whether a person is there to talk with. */
import type { CommandContext } from './command-spec.ts';

/** Somebody sits at both ends: a question in a file helps nobody, and neither does one that a pipe answers. */
export function isAtBothEnds({ stdin, print }: Pick<CommandContext, 'stdin' | 'print'>): boolean {
  return 'isTTY' in stdin && stdin.isTTY === true && print.isTerminal && !print.json;
}
