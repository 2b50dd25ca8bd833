/** Decides what one chat holds: its messages in order, one row of ids for all of them, and its topics. */
import type { Upload } from './body.ts';
import type { Entity, Keyboard, WireChat, WireUser } from './wire.ts';

/** A message as it is now. */
export interface StoredMessage {
  readonly id: number;
  readonly from: WireUser;
  /** Epoch seconds. */
  readonly date: number;
  readonly text: string;
  readonly entities: readonly Entity[];
  readonly keyboard: Keyboard;
  readonly replyTo: number | undefined;
  readonly thread: number | undefined;
  readonly silent: boolean;
  readonly edited: number;
  readonly document: StoredDocument | undefined;
}

export interface StoredDocument extends Upload {
  readonly fileId: string;
}

/** A message about to be posted; what is not given is nothing. */
export type Draft = Pick<StoredMessage, 'from' | 'date' | 'text'> & Partial<Omit<StoredMessage, 'id'>>;

export class Chat {
  readonly messages = new Map<number, StoredMessage>();
  /** Undefined: nobody said which topics there are, so that all are. */
  topics: Set<number> | undefined;
  wire: WireChat;
  #lastId = 0;

  constructor(wire: WireChat) {
    this.wire = wire;
  }

  get id(): number {
    return this.wire.id;
  }

  /** Makes the chat a forum with (at least) these topics, whose ids are those of the messages that opened them. */
  openTopics(ids: readonly number[]): void {
    this.topics = new Set([...(this.topics ?? []), ...ids]);
    this.wire = { ...this.wire, is_forum: true };
    this.reserve(...ids);
  }

  /** A topic that someone writes in: it is there, and the chat is a forum, without ruling out any other. */
  useTopic(id: number): void {
    this.topics?.add(id);
    this.wire = { ...this.wire, is_forum: true };
    this.reserve(id);
  }

  post(draft: Draft): StoredMessage {
    const blank = { entities: [], keyboard: [], replyTo: undefined, thread: undefined, document: undefined };
    const message = { ...blank, silent: false, edited: 0, ...draft, id: this.nextId() };
    this.messages.set(message.id, message);
    return message;
  }

  edit(message: StoredMessage, change: Partial<StoredMessage>): StoredMessage {
    const edited = { ...message, ...change, edited: message.edited + 1 };
    this.messages.set(message.id, edited);
    return edited;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** These ids are taken: the row goes on beyond them. */
  reserve(...ids: readonly number[]): void {
    this.#lastId = Math.max(this.#lastId, ...ids);
  }
}
