/**
 * Decides how updates are acted on: in order, each once. What is said in return and the update's id become durable
 * together; until they are, the next update waits. Whoever pressed a button is answered at once, beside all that.
 */
import type { Update } from 'grammy/types';
import type { Incoming, Reply, Respond } from '../chat/incoming.ts';
import type { ChatLedger } from '../core/chat-ledger.ts';
import type { Clock } from '../core/clock.ts';
import { AppError, messageOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { OutgoingMessage } from '../core/message.ts';
import { incomingOf } from './incoming.ts';
import type { Connection } from './line.ts';
import type { Nap } from './nap.ts';
import { untilStored } from './stored.ts';

/** What acting on updates needs. */
export interface IntakeDeps {
  readonly ledger: Pick<ChatLedger, 'lastUpdate' | 'received'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly respond: Respond;
  /** What is said when `respond` failed by a fault of ours. */
  readonly onFault: (incoming: Incoming) => Reply;
  /** Answers for these chats are in the outbox. */
  readonly onAnswers: (chats: readonly number[]) => void;
}

/** A connection whose bot is known by its name. */
export type Known = Connection & { readonly username: string };

/** Acts on updates. Given up where `nap` is over while the store is away: what was not recorded comes again. */
export class Intake {
  readonly #deps: IntakeDeps;
  readonly #nap: Nap;

  constructor(deps: IntakeDeps, nap: Nap) {
    this.#deps = deps;
    this.#nap = nap;
  }

  /** Id of the first update that was not acted on; `offset` undefined: none was acted on. Undefined: given up. */
  async next(account: string): Promise<{ readonly offset: number | undefined } | undefined> {
    const last = await untilStored(
      () => this.#deps.ledger.lastUpdate(account, this.#deps.clock.now()),
      this.#storing('cannot read which update was the last'),
    );
    if (last === undefined) return undefined;
    return { offset: last.value === undefined ? undefined : last.value + 1 };
  }

  /** Acts on `updates`, oldest first; resolves when all are recorded, or given up. */
  async take(updates: readonly Update[], known: Known): Promise<void> {
    let unrecorded: Update | undefined;
    for (const update of updates) {
      const incoming = this.#incoming(update, known);
      const press = update.callback_query?.id;
      if (incoming === undefined) {
        // Nothing to act on: it shares the receipt of the next one.
        unrecorded = update;
        if (press !== undefined) confirmPress(known, press, undefined);
        continue;
      }
      const reply = await this.#reply(incoming);
      if (reply === undefined) return;
      if (press !== undefined) confirmPress(known, press, reply.toast);
      if (!(await this.#record(update, reply.messages, known))) return;
      reply.onRecorded?.();
      unrecorded = undefined;
    }
    if (unrecorded !== undefined) await this.#record(unrecorded, [], known);
  }

  /** An update that cannot be read is nothing: it must not come again for ever. */
  #incoming(update: Update, { settings, username }: Known): Incoming | undefined {
    const { clock, log } = this.#deps;
    const { name: bot, account } = settings;
    try {
      return incomingOf(update, { bot, account, username, now: clock.now() });
    } catch (error) {
      log.error('an update could not be read', { update: update.update_id, error: messageOf(error) });
      return undefined;
    }
  }

  async #reply(incoming: Incoming): Promise<Reply | undefined> {
    const reply = await untilStored(
      () => this.#respond(incoming),
      this.#storing('cannot act on a message from a chat'),
    );
    return reply?.value;
  }

  /** Rejects only while the store is away; any other fault is answered. */
  async #respond(incoming: Incoming): Promise<Reply> {
    const { respond, onFault, log } = this.#deps;
    try {
      return await respond(incoming);
    } catch (error) {
      if (error instanceof AppError && error.code === 'unavailable') throw error;
      log.error('a message from a chat could not be acted on', {
        incoming: incoming.id,
        error: messageOf(error),
        cause: error instanceof Error ? messageOf(error.cause ?? error) : undefined,
      });
      return onFault(incoming);
    }
  }

  async #record(update: Update, answers: readonly OutgoingMessage[], { settings }: Known): Promise<boolean> {
    const { ledger, clock, onAnswers } = this.#deps;
    const receipt = {
      account: settings.account,
      update: update.update_id,
      answers,
      at: clock.now(),
    };
    const recorded = await untilStored(
      () => ledger.received(receipt),
      this.#storing('cannot record a message from a chat'),
    );
    if (recorded === undefined) return false;
    const chats = answers.filter(({ to }) => to.bot === settings.name).map(({ to }) => to.chat);
    if (recorded.value && chats.length > 0) onAnswers([...new Set(chats)]);
    return true;
  }

  #storing(problem: string): Parameters<typeof untilStored>[1] {
    return { nap: this.#nap, log: this.#deps.log, problem };
  }
}

/** Not waited for: a press that is too old to be answered, or an answer that is lost, changes nothing. */
function confirmPress({ client }: Known, press: string, toast: string | undefined): void {
  void client.answerPress(press, toast);
}
