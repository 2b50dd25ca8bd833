/**
 * Decides what a store promises about chats: every message in once, every message out, across sudden deaths.
 *
 * The promises of `ledger.ts` about writes, reads and errors hold here too.
 */
import type { RunId } from './ids.ts';
import type { ChatAddress, OutgoingMessage, SendOutcome, StoredMessage } from './message.ts';

/** An update that was acted on, and what was answered. */
export interface Receipt {
  /** Telegram's id of the bot's account, which keeps its updates when its token changes. */
  readonly account: string;
  /** The update's id; everything up to it counts as done. */
  readonly update: number;
  readonly answers: readonly OutgoingMessage[];
  readonly at: number;
}

/** Updates that came in and messages that go out. */
export interface ChatLedger {
  /**
   * Id of the last update that was acted on; undefined: none yet, or none in the six days before `now`. Telegram keeps
   * updates for a day, and after a week without any it goes on with an id chosen at random (Bot API, Update), which may
   * be lower.
   */
  lastUpdate(account: string, now: number): Promise<number | undefined>;
  /**
   * The answers and the update's id, in one transaction. False when that update or a later one was recorded in the six
   * days before: then nothing is written.
   */
  received(receipt: Receipt): Promise<boolean>;
  /**
   * Puts messages into the outbox, each as `waiting`; the terminal keeps nothing: messages to it make no row, whichever
   * call they come with. A key that is there gets the new content, kind and run, a higher
   * version and no attempts; it keeps its place and receipt, and waits again unless it is `sending` (the end of that
   * attempt sees to it) or `failed` (it stays so). A `working` message takes no `final` one's place: nothing changes.
   */
  post(messages: readonly OutgoingMessage[], at: number): Promise<void>;
  /** Chats of the bot with a message that waits. */
  waitingChats(bot: string): Promise<readonly number[]>;
  /** True when a message to this chat waits. */
  isWaiting(to: ChatAddress): Promise<boolean>;
  /** The first message of the chat that waits, now `sending` and with one attempt more; undefined: none waits. */
  take(to: ChatAddress): Promise<StoredMessage | undefined>;
  /**
   * Ends the attempt of a `sending` message. When its content changed meanwhile (`version` is not the row's), a message
   * that was sent or is to be tried again waits again with its receipt, and so does one of unknown fate. `lost` takes the
   * receipt away and lets it wait. Answers with the row as it is now; undefined: it was not `sending`.
   */
  settleMessage(end: {
    readonly seq: number;
    readonly version: number;
    readonly outcome: SendOutcome;
    readonly at: number;
  }): Promise<StoredMessage | undefined>;
  /** Messages of the bot that are `sending`: at a start, those whose attempt a dead process left. */
  sendingMessages(bot: string): Promise<readonly StoredMessage[]>;
  /** The message of that key. */
  message(key: string): Promise<StoredMessage | undefined>;
  /** The message with this receipt. */
  messageAt(to: ChatAddress, messageId: number): Promise<StoredMessage | undefined>;
  /** Messages of a run, oldest first. */
  messagesOf(run: RunId): Promise<readonly StoredMessage[]>;
  /** How many messages to all chats are still to arrive (`waiting` and `sending`), and how many are in the other states now. */
  outboxCounts(): Promise<{ readonly waiting: number; readonly failed: number; readonly unknown: number }>;
  /** Deletes up to `limit` messages created before `before`, whatever became of them; answers with how many went. */
  pruneMessages(bounds: { readonly before: number; readonly limit: number }): Promise<number>;
  /** A small value under a name, such as what the bot's menu of commands was set to; undefined deletes it. */
  remember(name: string, value: string | undefined): Promise<void>;
  remembered(name: string): Promise<string | undefined>;
  /** Names that begin with `prefix`, with their values. */
  memories(prefix: string): Promise<ReadonlyMap<string, string>>;
}
