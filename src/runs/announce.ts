/** Decides what is published of the end of an attempt: the change of state, and what goes to chats or would. */
import type { AppEvent } from '../core/event.ts';
import type { Settlement } from '../core/run-ledger.ts';
import { chatKey, toldChat } from '../core/message.ts';
import type { ClaimedRun, Outcome } from '../core/run.ts';

/** Which run it was; a claimed one as well as one that a dead process left. */
export type EndedRun = Pick<ClaimedRun, 'id' | 'trigger' | 'spec'>;

/** The events of a settlement that is on disk, in the order in which they are published. */
export function settledEvents(
  run: EndedRun,
  settlement: Settlement,
  message?: Outcome['message'],
): readonly AppEvent[] {
  const { state, reason, endedBy, attempt, endedAt: at, messages = [] } = settlement;
  const about = { run: run.id, trigger: run.trigger, at };
  const isHeard = messages.some(({ to }) => chatKey(to) === toldChat(run.spec));
  return [
    { kind: 'run', ...about, state, reason, attempt, endedBy },
    ...(message === undefined || isHeard ? [] : [{ kind: 'said', ...about, text: message.text } as const]),
    ...(messages.length === 0 ? [] : [{ kind: 'posted', messages } as const]),
  ];
}
