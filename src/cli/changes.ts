/** Decides how the difference between two configurations is shown. */
import type { InspectColor } from 'node:util';
import type { ReloadOutcome } from '../core/event.ts';
import type { Printer } from './print.ts';

/** Triggers by what became of them, and keys that wait for a restart. */
export interface Changes {
  /** Of a reload: what became of that which no snapshot holds. */
  readonly outcomes?: readonly ReloadOutcome[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
  readonly needRestart: readonly string[];
}

/** One line for each trigger, `+ cron:nightly`. */
export function printChanges(changes: Changes, print: Printer): void {
  const { added, removed, modified, outcomes = [], needRestart } = changes;
  printMarked(['+', 'green'], added, print);
  printMarked(['-', 'red'], removed, print);
  printMarked(['~', 'yellow'], modified, print);
  for (const { key, text } of outcomes) print.line({ text: `  ${key}`, style: 'yellow' }, text);
  if (needRestart.length > 0)
    print.line({ text: 'needs a restart:', style: 'yellow' }, needRestart.join(', '));
}

function printMarked(
  [mark, style]: readonly [string, InspectColor],
  names: readonly string[],
  print: Printer,
): void {
  for (const name of names) print.line({ text: `  ${mark}`, style }, name);
}
