/** Decides how rows of the outbox become the messages that the port speaks of, and messages rows. */
import type { RunId } from '../../core/ids.ts';
import type { MessageContent, MessageKind, MessageState, StoredMessage } from '../../core/message.ts';
import type { SqlValue } from './database.ts';

/** The columns of `OutboxRow`, for SELECT. */
export const OUTBOX_COLUMNS =
  'seq, key, bot, chat, thread, kind, run, content, state, version, message_id, attempts, reason, created_at, sent_at';

/** The columns that new content or the end of an attempt changes, in the order of `changingValues`. */
export const CHANGING_COLUMNS = [
  'kind',
  'run',
  'content',
  'state',
  'version',
  'message_id',
  'attempts',
  'reason',
  'sent_at',
] as const;

/** One row of `outbox`. */
export interface OutboxRow {
  readonly seq: number;
  readonly key: string;
  readonly bot: string;
  readonly chat: number;
  readonly thread: number | null;
  readonly kind: MessageKind;
  readonly run: RunId | null;
  readonly content: string;
  readonly state: MessageState;
  readonly version: number;
  readonly message_id: number | null;
  readonly attempts: number;
  readonly reason: string | null;
  readonly created_at: number;
  readonly sent_at: number | null;
}

/** The message as the port speaks of it. */
export function toMessage(row: OutboxRow): StoredMessage {
  return {
    seq: row.seq,
    key: row.key,
    to: { bot: row.bot, chat: row.chat, ...(row.thread !== null && { thread: row.thread }) },
    kind: row.kind,
    ...(row.run !== null && { run: row.run }),
    content: JSON.parse(row.content) as MessageContent,
    state: row.state,
    version: row.version,
    messageId: row.message_id,
    attempts: row.attempts,
    reason: row.reason,
    createdAt: row.created_at,
    sentAt: row.sent_at,
  };
}

/** What `CHANGING_COLUMNS` hold for this message. */
export function changingValues(message: Omit<StoredMessage, 'seq'>): readonly SqlValue[] {
  const { kind, run, content, state, version, messageId, attempts, reason, sentAt } = message;
  return [kind, run ?? null, JSON.stringify(content), state, version, messageId, attempts, reason, sentAt];
}
