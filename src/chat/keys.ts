/** Decides by which key a message is found again, so that it is replaced and not said anew. The shapes stand in core/message.ts. */
import type { RunId } from '../core/ids.ts';
import type { ChatAddress } from '../core/message.ts';
import { chatKey } from '../core/message.ts';

/** A message about a run: its end in numbered parts, of which 0 shows it at work before, and what is said beside that. */
export type RunPart = number | `${'notice' | 'message'}:${number}`;

/** Of a message that a chat gets about a run; topics of a chat share it. */
export function runKey(run: RunId, to: ChatAddress, part: RunPart): string {
  return `run:${run}:${chatKey(to)}:${part}`;
}

/** Of a part of the answer to what somebody said; `incoming` is its name, see `Incoming.id`. */
export function answerKey(incoming: string, part: number): string {
  return `${incoming}:${part}`;
}

/** Of what is said unasked: the subject, and what tells this time's message from those of other times. */
export function noticeKey(subject: string, ...which: ReadonlyArray<string | number>): string {
  return ['notice', subject, ...which].join(':');
}
