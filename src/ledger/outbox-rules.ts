/**
 * Decides what becomes of a message of the outbox: when it is posted, taken to be sent, and when that attempt ends.
 *
 * The states and their arrows are those of `core/message.ts`. A receipt and `sentAt` go together: both stand for the
 * last version that is known to have arrived, and both are gone when the message is.
 */
import type { ChatLedger } from '../core/chat-ledger.ts';
import type { MessageState, OutgoingMessage, SendOutcome, StoredMessage } from '../core/message.ts';
import { TERMINAL_BOT } from '../core/message.ts';

/** How an attempt ended, for the message that was on its way. */
export type AttemptEnd = Omit<Parameters<ChatLedger['settleMessage']>[0], 'seq'>;

/** Whether the message has a row at all: whoever sits in front of the terminal hears it now or never. */
export function isKept({ to }: Pick<OutgoingMessage, 'to'>): boolean {
  return to.bot !== TERMINAL_BOT;
}

/** A message whose key is new. */
export function posted(message: OutgoingMessage, at: number): Omit<StoredMessage, 'seq'> {
  return {
    ...message,
    state: 'waiting',
    version: 1,
    messageId: null,
    attempts: 0,
    reason: null,
    createdAt: at,
    sentAt: null,
  };
}

/**
 * The row with new content, kind and run. It stays where it was first sent to. One that is being sent goes on so, and
 * waits again when that attempt ends; one that was refused for good stays refused, until the end of its run is to be told:
 * that is tried once more. It is the last word, too: what shows the run at work comes too late then, and changes nothing.
 */
export function replaced(row: StoredMessage, message: OutgoingMessage): StoredMessage {
  if (row.kind === 'final' && message.kind === 'working') return row;
  const { seq, key, to, state, version, messageId, reason, createdAt, sentAt } = row;
  const isFailed = state === 'failed' && message.kind !== 'final';
  return {
    ...message,
    seq,
    key,
    to,
    state: isFailed || state === 'sending' ? state : 'waiting',
    version: version + 1,
    messageId,
    attempts: 0,
    reason: isFailed ? reason : null,
    createdAt,
    sentAt,
  };
}

/** The row with an attempt under way. */
export function taken(row: StoredMessage): StoredMessage {
  return { ...row, state: 'sending', attempts: row.attempts + 1 };
}

/** The row after an attempt to send `version` of it; undefined: none was under way. */
export function ended(row: StoredMessage, end: AttemptEnd): StoredMessage | undefined {
  if (row.state !== 'sending') return undefined;
  const { outcome } = end;
  return {
    ...row,
    ...receiptAfter(row, end),
    state: stateAfter(outcome, row, row.version === end.version),
    reason: outcome.kind === 'sent' ? null : outcome.reason,
  };
}

const stateOf = {
  sent: 'sent',
  again: 'waiting',
  lost: 'waiting',
  unknown: 'unknown',
  failed: 'failed',
} as const satisfies Record<SendOutcome['kind'], MessageState>;

/** Content that came meanwhile is still to be sent, unless the chat refuses this message altogether: then only an end is. */
function stateAfter(
  { kind }: SendOutcome,
  row: Pick<StoredMessage, 'kind'>,
  isCurrent: boolean,
): MessageState {
  const isOver = isCurrent || (kind === 'failed' && row.kind !== 'final');
  return isOver ? stateOf[kind] : 'waiting';
}

function receiptAfter(
  { messageId, sentAt }: StoredMessage,
  { outcome, at }: AttemptEnd,
): Pick<StoredMessage, 'messageId' | 'sentAt'> {
  switch (outcome.kind) {
    case 'sent':
      return { messageId: outcome.messageId, sentAt: at };
    case 'lost':
      return { messageId: null, sentAt: null };
    case 'again':
    case 'unknown':
    case 'failed':
      return { messageId, sentAt };
  }
}
