/** Decides how pauses are shown. */
import type { Pause } from '../core/trigger-ledger.ts';
import type { CommandContext } from './command-spec.ts';
import { pauseJson } from './json.ts';
import { localTime, relativeTime } from './print.ts';

/** The pauses that are in force, as the service answered; says so when there is none. */
export function printPauses(pauses: readonly Pause[], { print, clock }: CommandContext): void {
  if (print.json) {
    print.value(pauses.map(pauseJson));
    return;
  }
  if (pauses.length === 0) print.line('nothing is paused');
  for (const { trigger, until, by } of pauses) {
    const end =
      until === undefined
        ? 'until it is resumed'
        : `until ${localTime(until)} (${relativeTime(until, clock.now())})`;
    print.line({ text: trigger ?? 'everything', style: 'bold' }, 'is paused', `by ${by}`, end);
  }
}
