/** Decides what a message to a chat is: where it goes, what it says, and what became of it. */
import type { RunId } from './ids.ts';

/** A chat of a bot. */
export interface ChatAddress {
  /** The name of the bot: `default`, or that of a `[[telegram.bots]]`; `terminal` for `untether chat`. */
  readonly bot: string;
  /** Telegram's id of the chat; groups have negative ones. */
  readonly chat: number;
}

/** Where messages go: a chat, and a topic in it. */
export interface Destination extends ChatAddress {
  readonly thread?: number;
}

/** The bot name of the terminal, which no bot may have. */
export const TERMINAL_BOT = 'terminal';

/** The chat as one text, by which its runs are found; its topics share it. */
export function chatKey({ bot, chat }: ChatAddress): string {
  return `${bot}/${chat}`;
}

/** The chat that is told of the runs of a specification, by which they are found; null: none is. */
export function toldChat({ chat }: { readonly chat?: ChatAddress }): string | null {
  return chat === undefined ? null : chatKey(chat);
}

/** Where what is said about a trigger beside its runs' own messages goes; undefined: nowhere. */
export function noticePlaceOf({
  chat,
  noticeChat,
}: {
  readonly chat?: Destination;
  readonly noticeChat?: Destination;
}): Destination | undefined {
  return noticeChat ?? chat;
}

/** How a stretch of a text is shown; offset and length count UTF-16 units, as JavaScript and Telegram do. */
export interface Mark {
  readonly kind: 'pre' | 'code' | 'bold' | 'italic';
  readonly offset: number;
  readonly length: number;
  /** Of `pre`: the language named in the fence. */
  readonly language?: string;
}

/** Something to press: it says a command for whoever presses it. */
export interface Button {
  readonly label: string;
  /** `/cancel 01a2…`, 64 bytes at most (Bot API, `callback_data`). */
  readonly command: string;
}

/** What a message says. The text is never read as markup: how it is shown stands in the marks. */
export interface MessageContent {
  /** 1 to 4096 UTF-16 units (Bot API, sendMessage); of a document its caption, 1024 at most and possibly empty. */
  readonly text: string;
  readonly marks?: readonly Mark[];
  /** Rows of buttons. */
  readonly buttons?: ReadonlyArray<readonly Button[]>;
  /** The stretch of the text that says how long it has taken so far; what differs in that alone is no news. */
  readonly elapsed?: string;
  /** Sent without a sound. */
  readonly silent: boolean;
  /** Id of the message that it answers. */
  readonly replyTo?: number;
  /** Sent as a file; a message that has one cannot be edited into one that has none, nor the other way round. */
  readonly document?: { readonly name: string; readonly text: string };
}

/**
 * `working`: shows a run under way, will be replaced. `final`: the answer of a run. `answer`: to a command. `notice`:
 * said unasked.
 */
export type MessageKind = 'working' | 'final' | 'answer' | 'notice';

/** A message on its way out. */
export interface OutgoingMessage {
  /**
   * One row each; the same key again replaces the content, by an edit where it was sent already. `chat/keys.ts` makes
   * them:
   *
   *   run:<id>:<bot>/<chat>:<part>           how a run goes and ended; part 0 shows it at work before
   *   run:<id>:<bot>/<chat>:notice:<part>    what is said about it beside that; `message:<part>`: what it says itself
   *   update:<account>:<id>:<part>           the answer to an update; `terminal:<request>:<part>` to a line in the terminal
   *   notice:<subject>…                      said unasked about anything else
   */
  readonly key: string;
  readonly to: Destination;
  readonly kind: MessageKind;
  readonly run?: RunId;
  readonly content: MessageContent;
}

/**
 * waiting ─→ sending ─→ sent | failed | unknown
 *
 * `sending` goes back to `waiting` when an attempt failed that can be repeated, or when new content came meanwhile; so
 * does `sent` when new content comes. `unknown`: it is not known whether it arrived, and it is not sent again.
 * `failed`: refused for good.
 */
export const messageStates = ['waiting', 'sending', 'sent', 'unknown', 'failed'] as const;
export type MessageState = (typeof messageStates)[number];

/** A row of the outbox. Times are epoch ms. */
export interface StoredMessage extends OutgoingMessage {
  /** Counts up; the order in which a chat gets its messages. */
  readonly seq: number;
  readonly state: MessageState;
  /** Counts up with the content. */
  readonly version: number;
  /** The receipt: its id in the chat; null before it was sent. */
  readonly messageId: number | null;
  /** Attempts to send this version. */
  readonly attempts: number;
  readonly reason: string | null;
  readonly createdAt: number;
  readonly sentAt: number | null;
}

/** What became of an attempt to send. */
export type SendOutcome =
  | { readonly kind: 'sent'; readonly messageId: number }
  /** It did not arrive, and can be tried again. */
  | { readonly kind: 'again'; readonly reason: string }
  /** The message that was to be edited is gone: it is to be sent anew. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** It may have arrived; it must not be repeated. */
  | { readonly kind: 'unknown'; readonly reason: string }
  /** Refused for good. */
  | { readonly kind: 'failed'; readonly reason: string };
