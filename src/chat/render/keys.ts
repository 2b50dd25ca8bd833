/** Decides by which key a message of a run is found again, so that it is replaced and never said twice. */
import type { RunId } from '../../core/ids.ts';
import type { Destination } from '../../core/message.ts';
import { chatKey } from '../../core/message.ts';

/** `run:<id>:<bot>/<chat>:<part>`; part 0 is the message that shows the run under way, and then how it ended. */
export function runKey(run: RunId, to: Destination, part: number): string {
  return `run:${run}:${chatKey(to)}:${part}`;
}

/** The same for what a run says beside that: `notice` about it, `message` of its own. */
export function asideKey(run: RunId, to: Destination, part: `${'notice' | 'message'}:${number}`): string {
  return `run:${run}:${chatKey(to)}:${part}`;
}
