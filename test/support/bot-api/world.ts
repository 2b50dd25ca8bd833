/** Decides what there is behind the Bot API: accounts, chats, and what a test can ask about afterwards. */
import type { Bots } from './bots.ts';
import type { Chats } from './chats.ts';
import type { StoredDocument } from './chat.ts';
import type { Meter } from './limits.ts';

/** One answer to a button that was pressed. */
export interface CallbackAnswer {
  readonly callbackId: string;
  readonly text: string;
  readonly isAlert: boolean;
}

export interface World {
  readonly bots: Bots;
  readonly chats: Chats;
  readonly meter: Meter;
  readonly answers: CallbackAnswer[];
  /** Requests that Telegram takes without doing what they say. */
  readonly complaints: string[];
  /** By file id. */
  readonly documents: Map<string, StoredDocument>;
  /** Tells who waits that something happened. */
  readonly changed: () => void;
}
