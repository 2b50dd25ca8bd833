/**
 * Decides when a bot asks Telegram for messages: one loop, one call at a time, so that no two polls of a bot ever run.
 *
 * First who it is (commands may carry its name), then polls, each from the update after the last that was recorded. A
 * token that is swapped is used from the next call on; the one that is under way is aborted.
 */
import { messageOf } from '../core/errors.ts';
import type { Answered, Failure } from './failure.ts';
import type { Health } from './health.ts';
import type { IntakeDeps, Known } from './intake.ts';
import { Intake } from './intake.ts';
import type { Connection, Line } from './line.ts';
import { Nap } from './nap.ts';
import { setback } from './setback.ts';

/** What polling needs. */
export interface PollerDeps extends IntakeDeps {
  readonly line: Line;
  readonly health: Health;
  /** The bot's name is known. */
  readonly onIdentified: () => void;
  /** Telegram has taken the token, if only to say that somebody else polls. */
  readonly onTokenWorks: () => void;
}

/** How long Telegram holds a poll open when nothing happens, in seconds. */
const LONG_S = 50;
/** How long the loop is left alone after a fault of ours. */
const AFTER_FAULT_MS = 1_000;

/** One bot's poll loop. */
export class Poller {
  readonly #deps: PollerDeps;
  readonly #nap: Nap;
  readonly #intake: Intake;
  #call: AbortController | undefined;
  #failures = 0;
  /** 0 until the token is known to work: the answer comes at once and says so. */
  #waitSeconds = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: PollerDeps) {
    this.#deps = deps;
    this.#nap = new Nap(deps.clock);
    this.#intake = new Intake(deps, this.#nap);
  }

  /** Begins; once. */
  start(): void {
    this.#running = this.#run();
  }

  /** The line has another connection, or the token is in doubt: whatever is under way is begun anew. */
  restart(): void {
    this.#failures = 0;
    this.#waitSeconds = 0;
    this.#call?.abort();
    this.#nap.cut();
  }

  /** Ends the poll at once; resolves when the updates that came before are recorded, or given up for want of a store. */
  async stop(): Promise<void> {
    this.#nap.end();
    this.#call?.abort();
    await this.#running;
  }

  /** After `stop`: tells Telegram which updates are done with, so that nobody else gets them. */
  async confirm(signal: AbortSignal): Promise<void> {
    const { settings, client } = this.#deps.line.current;
    const next = await this.#intake.next(settings.account);
    if (next?.offset === undefined || signal.aborted) return;
    await client.getUpdates({ offset: next.offset, waitSeconds: 0, limit: 1 }, signal);
  }

  async #run(): Promise<void> {
    while (!this.#nap.isOver) {
      try {
        await this.#once(this.#deps.line.current);
      } catch (error) {
        this.#deps.log.error('polling broke off, beginning anew', { error: messageOf(error) });
        await this.#nap.for(AFTER_FAULT_MS);
      }
    }
  }

  async #once(connection: Connection): Promise<void> {
    if (isKnown(connection)) await this.#poll(connection);
    else await this.#identify(connection);
  }

  async #identify(connection: Connection): Promise<void> {
    const me = await this.#ask((signal) => connection.client.getMe(signal));
    if (!me.ok) return this.#setBack(me.failure, connection);
    this.#deps.line.identify(connection, me.value.username);
    this.#deps.onTokenWorks();
    this.#deps.onIdentified();
  }

  async #poll(known: Known): Promise<void> {
    const next = await this.#intake.next(known.settings.account);
    // The line may have another connection by now, and this poll would be one too many.
    if (next === undefined || this.#nap.isOver || !this.#deps.line.holds(known)) return;
    const updates = await this.#ask((signal) =>
      known.client.getUpdates({ ...next, waitSeconds: this.#waitSeconds }, signal),
    );
    if (!updates.ok) return this.#setBack(updates.failure, known);
    this.#failures = 0;
    this.#waitSeconds = LONG_S;
    this.#deps.health.set('polling', '');
    this.#deps.onTokenWorks();
    await this.#intake.take(updates.value, known);
  }

  async #ask<T>(call: (signal: AbortSignal) => Promise<Answered<T>>): Promise<Answered<T>> {
    this.#call = new AbortController();
    const answered = await call(this.#call.signal);
    this.#call = undefined;
    return answered;
  }

  async #setBack(failure: Failure, connection: Connection): Promise<void> {
    const { line, health, onTokenWorks } = this.#deps;
    if (failure.kind === 'aborted' || !line.holds(connection)) return;
    this.#failures += 1;
    // A short poll would chase the other poller away for a moment, and look like success.
    this.#waitSeconds = failure.kind === 'conflict' && failure.with === 'poller' ? LONG_S : 0;
    if (failure.kind === 'timeout') line.renew(connection);
    if (failure.kind === 'conflict') onTokenWorks();
    const { state, detail, waitMs } = setback(failure, this.#failures, connection.settings.apiRoot);
    health.set(state, detail);
    await this.#nap.for(waitMs);
  }
}

function isKnown(connection: Connection): connection is Known {
  return connection.username !== undefined;
}
