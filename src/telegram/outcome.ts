/**
 * Decides what an attempt to deliver a message came to when it failed: a pure table.
 *
 * An edit can be repeated, whatever became of it. A new message whose fate is unknown would be there twice: answers,
 * notices and what shows a run at work are sent again, since they must not go missing; the answer of a run is not, but where
 * Telegram itself says that it failed.
 */
import type { MessageKind, SendOutcome, StoredMessage } from '../core/message.ts';
import type { Failure } from './failure.ts';
import { backoffMs } from './setback.ts';

/** Telegram is believed this often when it says that it failed; a message that fails it every time would hold up its chat. */
const MOST_FAULTS = 8;

/** What of a message decides. */
export type Attempted = Pick<StoredMessage, 'kind' | 'attempts' | 'messageId' | 'content'>;

/** What becomes of the message, and of those after it. */
export interface Verdict {
  readonly outcome: SendOutcome;
  /** How long its chat gets nothing, ms. */
  readonly holdMs: number;
  /** The token is refused: nothing goes out anywhere until it works again. */
  readonly isTokenRefused: boolean;
}

/** Whether it is delivered by an edit. A document never is: what was sent as one cannot become text, nor the reverse. */
export function isEdit(row: Pick<StoredMessage, 'messageId' | 'content'>): row is Attempted & {
  readonly messageId: number;
} {
  return row.messageId !== null && row.content.document === undefined;
}

/** The verdict on an attempt that failed. */
export function verdictOn(failure: Failure, row: Attempted): Verdict {
  const { reason } = failure;
  const again: SendOutcome = { kind: 'again', reason };
  switch (failure.kind) {
    case 'not_modified':
      return isEdit(row)
        ? done({ kind: 'sent', messageId: row.messageId })
        : done({ kind: 'failed', reason });
    case 'gone':
      return done({ kind: isEdit(row) ? 'lost' : 'failed', reason });
    case 'refused':
      return done({ kind: 'failed', reason });
    case 'too_many':
      return { ...done(again), holdMs: failure.retryAfterMs };
    case 'unauthorized':
      return { ...done(again), holdMs: backoffMs(row.attempts), isTokenRefused: true };
    case 'network':
      return failure.isCertain ? { ...done(again), holdMs: backoffMs(row.attempts) } : uncertain(reason, row);
    case 'server':
      return failure.isCertain && row.attempts < MOST_FAULTS
        ? { ...done(again), holdMs: backoffMs(row.attempts) }
        : uncertain(reason, row);
    case 'conflict':
    case 'timeout':
    case 'aborted':
      return uncertain(reason, row);
  }
}

/** What becomes of a message whose attempt a dead process left behind. */
export function leftover(row: Attempted): SendOutcome {
  const reason = 'the program ended while it was being sent';
  // Its content is new since: no attempt was made with it.
  if (row.attempts === 0) return { kind: 'again', reason };
  return { kind: mayRepeat(row) ? 'again' : 'unknown', reason };
}

function uncertain(reason: string, row: Attempted): Verdict {
  if (!mayRepeat(row)) return done({ kind: 'unknown', reason });
  return { ...done({ kind: 'again', reason }), holdMs: backoffMs(row.attempts) };
}

function mayRepeat(row: Attempted): boolean {
  return isEdit(row) || MAY_BE_TWICE[row.kind];
}

const MAY_BE_TWICE: Readonly<Record<MessageKind, boolean>> = {
  answer: true,
  notice: true,
  working: true,
  final: false,
};

function done(outcome: SendOutcome): Verdict {
  return { outcome, holdMs: 0, isTokenRefused: false };
}
