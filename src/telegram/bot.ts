/** Decides how the parts of a bot fit together: what comes in, what goes out, and the connection that both share. */
import type { Respond } from '../chat/incoming.ts';
import type { MenuEntry } from '../chat/menu.ts';
import type { ChatLedger } from '../core/chat-ledger.ts';
import type { BotSettings } from '../core/chat-settings.ts';
import type { Clock } from '../core/clock.ts';
import { AppError, toAppError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { TelegramClient } from './client.ts';
import type { Callbacks } from './callbacks.ts';
import { guarded } from './callbacks.ts';
import { confirmed } from './confirmation.ts';
import { Health } from './health.ts';
import type { Connection } from './line.ts';
import { Line } from './line.ts';
import type { LiveEdit } from './live-edits.ts';
import { Menu } from './menu.ts';
import { Nap } from './nap.ts';
import { Poller } from './poller.ts';
import { Pump } from './pump.ts';
import type { BotState } from './setback.ts';

/** What a bot needs. */
export interface BotDeps extends Callbacks {
  readonly settings: BotSettings;
  readonly ledger: ChatLedger;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Acts on what a person said; the next update waits for it, so it must not wait for this bot's `close`. When it rejects
   * with `unavailable` it is called again a second later.
   */
  readonly respond: Respond;
  /** The commands to be offered; read anew with every connection. */
  readonly menu: () => readonly MenuEntry[];
}

/** New settings whose token works; one of the two is called, once. */
export interface Takeover {
  /** The same updates go on being read, one poll at a time, and the outbox goes on. */
  commit(): void;
  /** The old connection stays. */
  undo(): void;
}

/** A bot that is connected, or trying to be. */
export interface TelegramBot extends AsyncDisposable {
  /** Its name in the configuration. */
  readonly name: string;
  readonly state: BotState;
  /** A sentence about the state; empty when there is nothing to say. */
  readonly detail: string;
  /** Its name on Telegram, without `@`; undefined until Telegram has said it. */
  readonly username: string | undefined;
  /** Something was put into the outbox. */
  wake(): void;
  /**
   * Shows new content of a message that was posted as long as it is a `working` one, when nothing of substance waits, and
   * every 2 s at most. It may be lost; only the newest counts.
   */
  edit(message: LiveEdit): void;
  /** The menu may be another now. */
  renewMenu(): void;
  /**
   * Gets new settings ready to take over; the old connection goes on meanwhile. Rejects with `invalid_config` when the new
   * token is refused, with `unavailable` when it is not confirmed within 10 s (`ReconnectTimeoutError` in the message),
   * with `conflict` when it belongs to another account and they do not say that this is meant (`accountChange`), or while
   * another takeover is under way.
   */
  prepare(settings: BotSettings): Promise<Takeover>;
  /** Both at once: new settings, or the same with connections of their own, take over. Rejects as `prepare` does. */
  reconnect(settings: BotSettings): Promise<void>;
  /**
   * Ends polling at once (what was received is finished), sends what waits for up to `flushMs`, then closes. What was not
   * sent waits in the outbox. Disposing closes with 0.
   */
  close(options: { readonly flushMs: number }): Promise<void>;
}

/** Whether a bot that is to be connected has a token that works: its name on Telegram. Rejects as `prepare` does. */
export function confirmBot(settings: BotSettings, clock: Clock): Promise<string> {
  return confirmed(new TelegramClient(settings, clock), clock, new AbortController().signal);
}

/** How long the updates that were received may take when the bot closes, at least. */
const FINISH_MS = 5_000;

/** Starts a bot: returns at once, and goes on connecting whatever the network does. */
export function startBot(deps: BotDeps): TelegramBot {
  const bot = new Bot(deps);
  bot.start();
  return bot;
}

class Bot implements TelegramBot {
  readonly name: string;
  readonly #clock: Clock;
  readonly #health: Health;
  readonly #line: Line;
  readonly #menu: Menu;
  readonly #poller: Poller;
  readonly #pump: Pump;
  readonly #ended = new AbortController();
  #isReconnecting = false;
  #closing: Promise<void> | undefined;

  constructor({ settings, menu, ...outer }: BotDeps) {
    const deps = { ...outer, ...guarded(outer, outer.log), bot: settings.name };
    this.name = settings.name;
    this.#clock = deps.clock;
    const line = new Line(settings, deps.clock);
    const health = new Health(deps);
    this.#line = line;
    this.#health = health;
    this.#menu = new Menu({ ...deps, line, entries: menu });
    this.#pump = new Pump({
      ...deps,
      line,
      onRest: () => {
        // Polls that already fail go on at their own pace.
        if (health.state === 'polling') this.#poller.restart();
      },
    });
    this.#poller = new Poller({
      ...deps,
      line,
      health,
      onIdentified: () => this.#menu.refresh(),
      onTokenWorks: () => this.#pump.release(),
      onAnswers: (chats) => chats.forEach((chat) => this.#pump.wake(chat)),
    });
  }

  renewMenu(): void {
    this.#menu.refresh();
  }

  start(): void {
    this.#pump.start();
    this.#poller.start();
  }

  get state(): BotState {
    return this.#health.state;
  }

  get detail(): string {
    return this.#health.detail;
  }

  get username(): string | undefined {
    return this.#line.current.username;
  }

  wake(): void {
    this.#pump.wake();
  }

  edit(message: LiveEdit): void {
    this.#pump.edit(message);
  }

  async prepare(settings: BotSettings): Promise<Takeover> {
    this.#admit(settings);
    this.#isReconnecting = true;
    const undo = (): void => {
      this.#isReconnecting = false;
    };
    try {
      const connection = this.#line.open(settings);
      const username = await this.#confirmed(connection);
      return {
        undo,
        commit: () => {
          undo();
          this.#takeOver({ ...connection, username });
        },
      };
    } catch (error) {
      undo();
      throw error;
    }
  }

  async reconnect(settings: BotSettings): Promise<void> {
    (await this.prepare(settings)).commit();
  }

  close({ flushMs }: { readonly flushMs: number }): Promise<void> {
    this.#closing ??= this.#close(flushMs);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close({ flushMs: 0 });
  }

  #admit({ account, accountChange }: BotSettings): void {
    this.#refuseWhenClosing();
    if (this.#isReconnecting) throw new AppError('conflict', 'Reload already in progress.');
    const { account: present } = this.#line.current.settings;
    if (account === present || accountChange) return;
    throw new AppError(
      'conflict',
      `the new token of bot ${this.name} belongs to another account (${account}, until now ${present}); ` +
        'set `account_change = true` if that is meant',
    );
  }

  #takeOver(connection: Connection): void {
    if (this.#closing !== undefined) return;
    this.#line.use(connection);
    this.#poller.restart();
    this.#pump.release();
    this.#menu.refresh();
  }

  async #confirmed({ client }: Connection): Promise<string> {
    try {
      return await confirmed(client, this.#clock, this.#ended.signal);
    } catch (error) {
      this.#refuseWhenClosing();
      const { code, message } = toAppError(error);
      throw new AppError(code, `${message}; the old connection goes on`, { cause: error });
    }
  }

  #refuseWhenClosing(): void {
    if (this.#closing !== undefined) throw new AppError('draining', `bot ${this.name} is closing`);
  }

  async #close(flushMs: number): Promise<void> {
    this.#ended.abort();
    const untilMs = this.#clock.monotonic() + flushMs;
    const isWell = this.state === 'polling';
    await this.#within(Math.max(flushMs, FINISH_MS), () => this.#poller.stop());
    const leftMs = untilMs - this.#clock.monotonic();
    const flushed = this.#pump.idle(leftMs);
    if (isWell && leftMs > 0) await this.#within(leftMs, (signal) => this.#poller.confirm(signal));
    await flushed;
    await Promise.all([this.#pump.close(), this.#menu.close()]);
    this.#health.set('stopped', '');
  }

  /** Resolves with `work`, or after `ms`, when its signal is aborted. */
  async #within(ms: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const nap = new Nap(this.#clock);
    const late = new AbortController();
    const done = work(late.signal).finally(() => {
      nap.end();
    });
    await Promise.race([done, nap.for(ms)]);
    late.abort();
  }
}
