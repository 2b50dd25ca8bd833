/** Decides with which token, to which server and as whom a bot is connected now. */
import type { BotSettings } from '../core/chat-settings.ts';
import type { Clock } from '../core/clock.ts';
import { TelegramClient } from './client.ts';

/** One connection; another token, another object. */
export interface Connection {
  readonly settings: BotSettings;
  readonly client: TelegramClient;
  /** The bot's name on Telegram, without `@`; undefined: not known yet. */
  readonly username: string | undefined;
}

/** The connection that is in use. Whoever waited for an answer looks here whether it still is. */
export class Line {
  readonly #clock: Clock;
  #current: Connection;

  constructor(settings: BotSettings, clock: Clock) {
    this.#clock = clock;
    this.#current = this.open(settings);
  }

  get current(): Connection {
    return this.#current;
  }

  /** A connection that is not in use yet. */
  open(settings: BotSettings): Connection {
    return { settings, client: new TelegramClient(settings, this.#clock), username: undefined };
  }

  /** From now on `next` is in use. */
  use(next: Connection): void {
    this.#current = next;
  }

  /** Whether the token that `connection` has is still in use. */
  holds({ settings }: Connection): boolean {
    return this.#current.settings === settings;
  }

  /** The bot behind the connection is known by its name now; nothing when it is no longer in use. */
  identify(connection: Connection, username: string): void {
    if (this.holds(connection)) this.#current = { ...this.#current, username };
  }

  /** The same token with a client of its own: nothing of the former one's connections is left. */
  renew(connection: Connection): void {
    if (!this.holds(connection)) return;
    const { client } = this.open(connection.settings);
    this.#current = { ...this.#current, client };
  }
}
