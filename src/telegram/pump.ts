/**
 * Decides which chats of a bot are served: one lane for each with something that waits in the outbox.
 *
 *   opening   what a dead process was sending is being settled; nothing is sent.
 *   open      whatever waits is sent.
 *   resting   the token is refused: everything waits in the outbox until it works again (`release`).
 *   closed
 *
 * Nothing is kept for a message: the outbox is the queue, and lanes are made anew from it.
 */
import { Pace } from '../chat/pace.ts';
import { messageOf } from '../core/errors.ts';
import type { LaneDeps } from './lane.ts';
import { Lane } from './lane.ts';
import type { Connection } from './line.ts';
import type { LiveEdit } from './live-edits.ts';
import { LiveEdits } from './live-edits.ts';
import { Nap } from './nap.ts';
import { recover } from './recovery.ts';
import { untilStored } from './stored.ts';

/** What sending needs. */
export interface PumpDeps extends Pick<LaneDeps, 'bot' | 'ledger' | 'clock' | 'log' | 'line' | 'onSettled'> {
  /** The token in use was refused, and the pump rests. */
  readonly onRest: () => void;
}

/** How long what is on its way at the end may take: broken off, it might arrive twice, or nobody knows whether it did. */
const GRACE_MS = 2_000;
/** How long a lane that broke off by a fault of ours is left alone. */
const AFTER_FAULT_MS = 1_000;

/** One bot's way out. */
export class Pump {
  readonly #deps: PumpDeps;
  readonly #pace = new Pace();
  readonly #edits = new LiveEdits();
  readonly #nap: Nap;
  readonly #lanes = new Map<number, { readonly lane: Lane; readonly ended: Promise<void> }>();
  #mode: 'opening' | 'open' | 'resting' | 'closed' = 'opening';
  #looking: Promise<void> = Promise.resolve();
  #isLooking = false;
  #isToLookAgain = false;
  #onQuiet: () => void = () => {};

  constructor(deps: PumpDeps) {
    this.#deps = deps;
    this.#nap = new Nap(deps.clock);
  }

  /** Begins; once. */
  start(): void {
    this.#looking = this.#open();
  }

  /** Something may wait: in this chat, or in any. */
  wake(chat?: number): void {
    if (this.#mode !== 'open') return;
    if (chat !== undefined) return this.#serve(chat);
    this.#isToLookAgain = true;
    if (!this.#isLooking) this.#looking = this.#look();
  }

  /** Shows the content in its message if there is time for it while that still stands for a run at work. */
  edit(message: LiveEdit): void {
    if (this.#mode !== 'open') return;
    this.#edits.put(message, this.#deps.clock.monotonic());
    this.#serve(message.to.chat);
  }

  /** The token works: what waited for it goes out. */
  release(): void {
    if (this.#mode !== 'resting') return;
    this.#mode = 'open';
    this.wake();
  }

  /** Resolves when nothing waits, when nothing can go out, or after `withinMs`. */
  async idle(withinMs: number): Promise<void> {
    if (withinMs <= 0) return;
    this.#edits.clear();
    this.wake();
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#deps.clock.after(withinMs, resolve);
    this.#onQuiet = resolve;
    this.#checkQuiet();
    await promise;
    cancel();
  }

  /** Sends nothing more; resolves when the fate of what is on its way is recorded. What waits stays in the outbox. */
  async close(): Promise<void> {
    this.#mode = 'closed';
    this.#nap.end();
    const lanes = [...this.#lanes.values()];
    for (const { lane } of lanes) lane.stop();
    const cancel = this.#deps.clock.after(GRACE_MS, () => {
      for (const { lane } of lanes) lane.cut();
    });
    await Promise.all([this.#looking, ...lanes.map(({ ended }) => ended)]);
    cancel();
  }

  async #open(): Promise<void> {
    const recovered = await this.#stored('cannot see what was being sent', () => recover(this.#deps));
    if (recovered === undefined || this.#mode !== 'opening') return;
    this.#mode = 'open';
    this.wake();
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    const { ledger, bot } = this.#deps;
    while (this.#isToLookAgain) {
      this.#isToLookAgain = false;
      const chats = await this.#stored('cannot see which messages wait', () => ledger.waitingChats(bot));
      if (this.#mode === 'open') for (const chat of chats?.value ?? []) this.#serve(chat);
    }
    this.#isLooking = false;
    this.#checkQuiet();
  }

  #serve(chat: number): void {
    const known = this.#lanes.get(chat);
    if (known !== undefined) {
      known.lane.wake();
      return;
    }
    const lane = new Lane(chat, {
      ...this.#deps,
      pace: this.#pace,
      edits: this.#edits,
      isResting: () => this.#mode !== 'open',
      onTokenRefused: (connection) => {
        this.#rest(connection);
      },
    });
    const end = (): void => {
      this.#lanes.delete(chat);
      this.#checkQuiet();
    };
    const ended = lane.run(end).catch((error: unknown) => {
      this.#deps.log.error('sending to a chat broke off', { chat, error: messageOf(error) });
      this.#pace.hold(chat, AFTER_FAULT_MS, this.#deps.clock.monotonic());
      end();
      this.wake();
    });
    this.#lanes.set(chat, { lane, ended });
  }

  #rest(connection: Connection): void {
    if (this.#mode !== 'open' || !this.#deps.line.holds(connection)) return;
    this.#mode = 'resting';
    this.#edits.clear();
    this.#deps.onRest();
    this.#checkQuiet();
  }

  #stored<T>(problem: string, work: () => Promise<T>): ReturnType<typeof untilStored<T>> {
    return untilStored(work, { nap: this.#nap, log: this.#deps.log, problem });
  }

  #checkQuiet(): void {
    const isQuiet = this.#mode === 'open' && !this.#isLooking && this.#lanes.size === 0;
    if (isQuiet || this.#mode === 'resting') this.#onQuiet();
  }
}
