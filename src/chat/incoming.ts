/** Decides what of a message from a person the program looks at, whatever chat it came through. */
import type { Destination, OutgoingMessage } from '../core/message.ts';

/** Something a person said or pressed. */
export interface Incoming {
  readonly kind: 'message' | 'press';
  /** Names this very message: what it starts, it starts once (`update:<account>:<id>`). */
  readonly id: string;
  /** When it was sent, epoch ms; of a press, when it was received. */
  readonly at: number;
  /** The person's numeric id; undefined: whoever sits in front of the terminal. */
  readonly from: number | undefined;
  /** Where answers go: its chat and topic. */
  readonly to: Destination;
  /** Other people read the chat too. */
  readonly isGroup: boolean;
  /** The message itself; of a press, the one with the button. Undefined: messages have no ids there. */
  readonly messageId: number | undefined;
  /** What was said, without the command and its bot's name; of a press, what follows the command of the button. */
  readonly text: string;
  /** Name of the command in lower case, without `/` and `@bot`; undefined: it is none. */
  readonly command?: string;
  /** The message that it replies to. */
  readonly replyTo?: number;
  /** The run whose message it replies to, by its id or the end of it, where messages have no ids. */
  readonly replyRun?: string;
}

/** What is said in return; nothing at all to strangers. */
export interface Reply {
  readonly messages: readonly OutgoingMessage[];
  /** Shown briefly to whoever pressed a button; undefined: the press is only confirmed. */
  readonly toast?: string;
  /** Called once the messages are in the outbox, where something is to take their place. */
  readonly onRecorded?: () => void;
}

/** Decides what is said in return, and does what was asked. Never rejects but with `unavailable` from the store. */
export type Respond = (incoming: Incoming) => Promise<Reply>;

/** A reply that may only announce the answer. */
export interface Announced extends Reply {
  /** What takes the place of its messages, once it is known; never rejects. */
  readonly later?: Promise<readonly OutgoingMessage[]>;
}
