/** Decides what a bot tells its surroundings, and that no fault of theirs ends one of its loops. */
import type { Incoming, Reply } from '../chat/incoming.ts';
import { messageOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { SendOutcome, StoredMessage } from '../core/message.ts';
import type { OnState } from './health.ts';

/** What a bot calls. */
export interface Callbacks {
  /** What is said when `respond` rejects with anything but `unavailable`. */
  readonly onFault: (incoming: Incoming) => Reply;
  readonly onState: OnState;
  /** An attempt to deliver a message ended; `row` is the message as it is now. */
  readonly onSettled: (row: StoredMessage, outcome: SendOutcome) => void;
}

/** The same callbacks, with whatever they throw in the log. */
export function guarded({ onFault, onState, onSettled }: Callbacks, log: Log): Callbacks {
  const guard = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (error) {
      log.error('a callback of a telegram bot failed', { error: messageOf(error) });
      return otherwise;
    }
  };
  return {
    onFault: (incoming) => guard(() => onFault(incoming), { messages: [] }),
    onState: (state, detail) => guard(() => onState(state, detail), undefined),
    onSettled: (row, outcome) => guard(() => onSettled(row, outcome), undefined),
  };
}
