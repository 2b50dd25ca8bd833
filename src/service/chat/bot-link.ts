/** Decides how one bot of the configuration is connected, taken over by another token, and begun anew. */
import { replyOf } from '../../chat/answer.ts';
import type { Incoming, Reply, Respond } from '../../chat/incoming.ts';
import type { ChatCommand } from '../../chat/command.ts';
import { menuOf } from '../../chat/menu.ts';
import { inWords } from '../../chat/wording.ts';
import type { Staged } from '../../config/stage.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { BotSettings } from '../../core/chat-settings.ts';
import type { Clock } from '../../core/clock.ts';
import { pause } from '../../core/clock.ts';
import { AppError, messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { SendOutcome, StoredMessage } from '../../core/message.ts';
import type { BotStatus } from '../../core/views.ts';
import type { TelegramBot } from '../../telegram/bot.ts';
import { pointersTo } from './follow-ups.ts';

/** What a bot is connected with. */
export interface LinkDeps {
  readonly ledger: ChatLedger;
  readonly respond: Respond;
  /** Commands that are not built in. */
  readonly more: () => readonly ChatCommand[];
  /** Told of the end of each attempt to send. */
  readonly onSettled: (row: StoredMessage, outcome: SendOutcome) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** How a bot that somebody asked to reload is connected again. */
export type Reconnected = 'reconnected' | 'rebuilt';

/** A bot begun anew has so long for its first poll. */
const REBUILT_WITHIN_MS = 10_000;

/** One bot under one name. */
export class BotLink {
  readonly #deps: LinkDeps;
  readonly #onChange: () => void;
  #settings: BotSettings;
  #bot: TelegramBot | undefined;
  #onPolling: () => void = () => {};
  #isReloading = false;
  #isClosed = false;

  /** `onChange`: its state is another. */
  constructor(settings: BotSettings, deps: LinkDeps, onChange: () => void) {
    this.#settings = settings;
    this.#deps = deps;
    this.#onChange = onChange;
  }

  /** What it is connected with. */
  get settings(): BotSettings {
    return this.#settings;
  }

  /** Undefined: it is not connected. */
  get bot(): TelegramBot | undefined {
    return this.#bot;
  }

  get status(): BotStatus {
    const { name } = this.#settings;
    return { name, state: this.#bot?.state ?? 'connecting', detail: this.#bot?.detail ?? '' };
  }

  /** Connects, whatever the network does. */
  async start(): Promise<void> {
    await this.#pointToLeftovers();
    // Loaded with the first bot: a service without one need not pay for it.
    const { startBot } = await import('../../telegram/bot.ts');
    if (this.#isClosed) return;
    const { ledger, clock, log, respond, onSettled } = this.#deps;
    this.#bot = startBot({
      ...{ settings: this.#settings, ledger, clock, log, respond, onSettled },
      onFault: faultAnswer,
      menu: () => menuOf(this.#deps.more()),
      onState: (state) => {
        if (state === 'polling') this.#onPolling();
        this.#onChange();
      },
    });
  }

  /** Gets another token or server ready; see `TelegramBot.prepare`. */
  async prepare(next: BotSettings): Promise<Staged> {
    const takeover = await this.#bot?.prepare(next);
    return {
      commit: () => {
        this.#settings = next;
        takeover?.commit();
        this.#onChange();
        return [{ key: `bot ${next.name}`, class: 'bot_reload', text: 'goes on with the new settings' }];
      },
      undo: async () => takeover?.undo(),
    };
  }

  /**
   * Connects again with these settings; where that is not confirmed in time, the bot is begun anew. Rejects as
   * `TelegramBot.prepare` does; the old connection goes on then, or is put back.
   */
  async reload(next: BotSettings): Promise<Reconnected> {
    if (this.#isReloading) throw new AppError('conflict', 'Reload already in progress.');
    this.#isReloading = true;
    try {
      return await this.#reload(next);
    } finally {
      this.#isReloading = false;
    }
  }

  /** Stops polling, sends what waits for up to `flushMs`, and disconnects. */
  async close(flushMs: number): Promise<void> {
    this.#isClosed = true;
    await this.#bot?.close({ flushMs });
    this.#bot = undefined;
  }

  async #reload(next: BotSettings): Promise<Reconnected> {
    try {
      (await this.prepare(next)).commit();
      return 'reconnected';
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
      await this.#rebuild(next, error);
      return 'rebuilt';
    }
  }

  /** At no time do two polls run: the old bot ends before the new one begins. */
  async #rebuild(next: BotSettings, cause: AppError): Promise<void> {
    const before = this.#settings;
    await this.#restart(next);
    if (await this.#pollsInTime()) return;
    await this.#restart(before);
    throw new AppError(
      'unavailable',
      `bot ${next.name} could not be begun anew either, and is put back as it was: ${cause.message}`,
      { cause },
    );
  }

  async #restart(settings: BotSettings): Promise<void> {
    await this.#bot?.close({ flushMs: 0 });
    this.#settings = settings;
    await this.start();
    this.#onChange();
  }

  async #pollsInTime(): Promise<boolean> {
    const given = new AbortController();
    this.#onPolling = () => {
      given.abort();
    };
    if (this.#bot?.state === 'polling') return true;
    await pause(this.#deps.clock, REBUILT_WITHIN_MS, given.signal);
    return given.signal.aborted;
  }

  /** Said before the bot records what became of them: a death between the two would leave a chat without a word. */
  async #pointToLeftovers(): Promise<void> {
    const { ledger, clock, log } = this.#deps;
    try {
      const pointers = pointersTo(await ledger.sendingMessages(this.#settings.name));
      if (pointers.length > 0) await ledger.post(pointers, clock.now());
    } catch (error) {
      log.warn('cannot tell of messages that may be missing', { error: messageOf(error) });
    }
  }
}

function faultAnswer(incoming: Incoming): Reply {
  const text = inWords(new AppError('internal', 'a message could not be answered'));
  return replyOf({ text }, incoming);
}
