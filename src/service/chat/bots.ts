/** Decides which bots are connected: the one that the live configuration names, followed from save to save. */
import { replyOf } from '../../chat/answer.ts';
import { inWords } from '../../chat/wording.ts';
import type { Incoming, Reply, Respond } from '../../chat/incoming.ts';
import { menuOf } from '../../chat/menu.ts';
import type { BotSettings } from '../../core/chat-settings.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { Cancel, Clock } from '../../core/clock.ts';
import type { BotStatus } from '../../core/views.ts';
import { AppError, messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { OutgoingMessage, SendOutcome, StoredMessage } from '../../core/message.ts';
import type { Conditions } from '../../telemetry/conditions.ts';
import type { TelegramBot } from '../../telegram/bot.ts';
import type { BotState } from '../../telegram/setback.ts';
import { pointersTo } from './follow-ups.ts';

/** A service is ready without its bot when Telegram has not answered for so long. */
const FIRST_POLL_MS = 10_000;

/** What bots are connected with. */
export interface BotsDeps {
  readonly ledger: ChatLedger;
  readonly respond: Respond;
  /** Told of the end of each attempt to send. */
  readonly onSettled: (row: StoredMessage, outcome: SendOutcome) => void;
  readonly conditions: Conditions;
  readonly clock: Clock;
  readonly log: Log;
}

/** The bots of the service. */
export class Bots {
  readonly #deps: BotsDeps;
  #bot: TelegramBot | undefined;
  #settings: BotSettings | undefined;
  #isSaidToBeOff = false;
  /** The start of the service waits for the first poll of its bot; one that a save brings keeps nobody waiting. */
  #isStarting = true;
  #isClosed = false;
  /** Changes are carried out one after another. */
  #changing: Promise<void> = Promise.resolve();
  #firstPoll: Cancel | undefined;

  constructor(deps: BotsDeps) {
    this.#deps = deps;
  }

  /** Makes the bot the one that is configured now; resolves when it has been taken up, whatever the network does. */
  follow(settings: BotSettings | undefined): Promise<void> {
    this.#changing = this.#changing
      .then(() => this.#change(settings))
      .catch((error: unknown) => {
        this.#deps.conditions.raise('bot_unchanged', messageOf(error));
        this.#deps.log.error('the bot stays as it was', { error: messageOf(error) });
      });
    return this.#changing;
  }

  list(): readonly BotStatus[] {
    if (this.#bot === undefined) return [];
    const { name, state, detail } = this.#bot;
    return [{ name, state, detail }];
  }

  /** These messages are in the outbox; those for other places are left alone. */
  wake(messages: readonly OutgoingMessage[]): void {
    if (messages.some(({ to }) => this.#bot?.name === to.bot)) this.#bot?.wake();
  }

  /** Renews a message about a run under way; one in another place is left alone. */
  edit(message: OutgoingMessage): void {
    if (this.#bot?.name === message.to.bot) this.#bot.edit(message);
  }

  /** Stops polling, sends what waits for up to `flushMs`, and disconnects. */
  async close(flushMs: number): Promise<void> {
    this.#isClosed = true;
    this.#firstPoll?.();
    // Also ends a change that waits for an answer of Telegram's.
    await this.#bot?.close({ flushMs });
    await this.#changing;
    this.#bot = undefined;
  }

  async #change(next: BotSettings | undefined): Promise<void> {
    if (this.#isClosed) return;
    if (next === undefined && !this.#isSaidToBeOff)
      this.#deps.log.info('chat is off: no bot_token is configured');
    this.#isSaidToBeOff = next === undefined;
    if (!isSame(next, this.#settings)) await this.#replace(next);
    this.#isStarting = false;
    this.#settings = next;
    // Also when the file went back to the bot that had stayed.
    this.#deps.conditions.clear('bot_unchanged');
  }

  async #replace(next: BotSettings | undefined): Promise<void> {
    if (next !== undefined && this.#bot !== undefined) {
      await this.#bot.reconnect(next);
      return;
    }
    await this.#bot?.close({ flushMs: 0 });
    this.#bot = undefined;
    this.#forget();
    if (next !== undefined) await this.#start(next);
  }

  async #start(settings: BotSettings): Promise<void> {
    const { ledger, respond, onSettled, clock, log } = this.#deps;
    if (this.#isStarting) this.#awaitFirstPoll(settings);
    await this.#pointToLeftovers(settings.name);
    // Loaded with the first bot: a service without one need not pay for it.
    const { startBot } = await import('../../telegram/bot.ts');
    if (this.#isClosed) return;
    this.#bot = startBot({
      settings,
      ledger,
      clock,
      log,
      respond,
      onFault: faultAnswer,
      menu: menuOf,
      onState: (state, detail) => {
        this.#judge(state, detail);
      },
      onSettled,
    });
  }

  #awaitFirstPoll({ name }: BotSettings): void {
    const { conditions, clock } = this.#deps;
    conditions.raise('bot_connecting', name);
    this.#firstPoll = clock.after(FIRST_POLL_MS, () => {
      conditions.clear('bot_connecting');
    });
  }

  /** Said before the bot records what became of them: a death between the two would leave a chat without a word. */
  async #pointToLeftovers(bot: string): Promise<void> {
    const { ledger, clock, log } = this.#deps;
    try {
      const pointers = pointersTo(await ledger.sendingMessages(bot));
      if (pointers.length > 0) await ledger.post(pointers, clock.now());
    } catch (error) {
      log.warn('cannot tell of messages that may be missing', { error: messageOf(error) });
    }
  }

  #judge(state: BotState, detail: string): void {
    const { conditions } = this.#deps;
    if (state === 'connecting' || state === 'stopped') return;
    if (state !== 'unreachable') {
      this.#firstPoll?.();
      conditions.clear('bot_connecting');
    }
    for (const [one, code] of Object.entries(conditionOf)) {
      if (one === state) conditions.raise(code, detail);
      else conditions.clear(code);
    }
  }

  #forget(): void {
    this.#firstPoll?.();
    for (const code of ['bot_connecting', ...Object.values(conditionOf)] as const)
      this.#deps.conditions.clear(code);
  }
}

const conditionOf = {
  auth_failed: 'bot_auth_failed',
  conflict: 'bot_conflict',
  unreachable: 'bot_unreachable',
} as const;

function isSame(one: BotSettings | undefined, other: BotSettings | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return (
    one.token.reveal() === other.token.reveal() && one.apiRoot === other.apiRoot && one.name === other.name
  );
}

function faultAnswer(incoming: Incoming): Reply {
  const text = inWords(new AppError('internal', 'a message could not be answered'));
  return replyOf({ text }, incoming);
}
