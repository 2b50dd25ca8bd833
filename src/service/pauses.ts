/** Decides what is paused right now: the ledger's pauses in memory, each ending by itself when its time is up. */
import { TryAgain } from '../core/again.ts';
import type { Cancel, Clock } from '../core/clock.ts';
import type { Publish } from '../core/event.ts';
import type { TriggerId } from '../core/ids.ts';
import { splitTriggerId } from '../core/ids.ts';
import type { Pause, TriggerLedger } from '../core/trigger-ledger.ts';
import type { Log } from '../core/log.ts';

/** What pauses are kept with. */
export interface PausesDeps {
  readonly ledger: TriggerLedger;
  readonly clock: Clock;
  readonly log: Log;
  readonly publish: Publish;
  /** Called after a pause has ended, by whatever cause. */
  readonly onResumed: (trigger: TriggerId | undefined) => void;
}

/** Pauses of single triggers and of everything; they outlive swaps and restarts. */
export class Pauses {
  readonly #ledger: TriggerLedger;
  readonly #clock: Clock;
  readonly #tryAgain: TryAgain;
  readonly #onResumed: PausesDeps['onResumed'];
  readonly #publish: Publish;
  readonly #active = new Map<TriggerId | undefined, Pause>();
  #alarm: Cancel | undefined;
  /** Changes follow one another: one that waits for the store is not overtaken. */
  #changing: Promise<unknown> = Promise.resolve();

  /** Begins with these pauses, which are in the ledger. */
  constructor({ ledger, clock, log, publish, onResumed }: PausesDeps, pauses: readonly Pause[]) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#tryAgain = new TryAgain({ clock, log });
    this.#onResumed = onResumed;
    this.#publish = publish;
    for (const pause of pauses) this.#active.set(pause.trigger, pause);
    this.#setAlarm();
  }

  /** True while the trigger itself, or everything, is paused; what a person fires by hand is never held. */
  isPaused(trigger: TriggerId): boolean {
    if (this.#active.size === 0 || splitTriggerId(trigger).kind === 'manual') return false;
    return this.#active.has(undefined) || this.#active.has(trigger);
  }

  get isAllPaused(): boolean {
    return this.#active.has(undefined);
  }

  list(): readonly Pause[] {
    return [...this.#active.values()];
  }

  async pause(pause: Pause): Promise<void> {
    await this.#inTurn(async () => {
      await this.#ledger.pause(pause);
      this.#active.set(pause.trigger, pause);
      this.#setAlarm();
      this.#publish({ kind: 'pause', trigger: pause.trigger, paused: true, at: pause.since });
    });
  }

  /** Answers whether there was such a pause. */
  resume(trigger: TriggerId | undefined): Promise<boolean> {
    return this.#inTurn(() => this.#end(trigger));
  }

  /** Ends the timers; the pauses stay in the ledger. */
  close(): void {
    this.#alarm?.();
    this.#tryAgain.close();
  }

  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => {});
    return changed;
  }

  async #end(trigger: TriggerId | undefined): Promise<boolean> {
    const wasPaused = await this.#ledger.resume(trigger);
    this.#active.delete(trigger);
    this.#setAlarm();
    if (!wasPaused) return false;
    this.#publish({ kind: 'pause', trigger, paused: false, at: this.#clock.now() });
    this.#onResumed(trigger);
    return true;
  }

  /** Somebody may have paused for longer meanwhile. */
  async #endIfLive(pause: Pause): Promise<void> {
    if (this.#active.get(pause.trigger) === pause) await this.#end(pause.trigger);
  }

  #setAlarm(): void {
    this.#alarm?.();
    const ends = this.list().flatMap((pause) => (pause.until === undefined ? [] : [pause.until]));
    if (ends.length === 0) return;
    this.#alarm = this.#clock.alarm(Math.min(...ends), () => {
      void this.#endDue();
    });
  }

  async #endDue(): Promise<void> {
    const now = this.#clock.now();
    const due = this.list().filter(({ until }) => until !== undefined && until <= now);
    try {
      for (const pause of due) await this.#inTurn(() => this.#endIfLive(pause));
    } catch (error) {
      this.#tryAgain.later('cannot end a pause', error, () => {
        void this.#endDue();
      });
    }
  }
}
