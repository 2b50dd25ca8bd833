/** Decides what is paused right now: the ledger's pauses in memory, each ending by itself when its time is up. */
import type { Cancel, Clock } from '../core/clock.ts';
import type { TriggerId } from '../core/ids.ts';
import type { Pause, TriggerLedger } from '../core/ledger.ts';

export interface PausesDeps {
  readonly ledger: TriggerLedger;
  readonly clock: Clock;
  /** Called after a pause has ended, by whatever cause. */
  readonly onResumed: (trigger: TriggerId | undefined) => void;
}

/** Pauses of single triggers and of everything; they outlive swaps and restarts. */
export class Pauses {
  readonly #ledger: TriggerLedger;
  readonly #clock: Clock;
  readonly #onResumed: PausesDeps['onResumed'];
  readonly #active = new Map<TriggerId | undefined, Pause>();
  #alarm: Cancel | undefined;

  /** Begins with these pauses; `load` reads them. */
  constructor({ ledger, clock, onResumed }: PausesDeps, pauses: readonly Pause[]) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#onResumed = onResumed;
    for (const pause of pauses) this.#active.set(pause.trigger, pause);
    this.#setAlarm();
  }

  /** Takes up the pauses that are in the ledger. Rejects with `unavailable`. */
  static async load(deps: PausesDeps): Promise<Pauses> {
    return new Pauses(deps, await deps.ledger.pauses());
  }

  /** True while the trigger itself, or everything, is paused. */
  isPaused(trigger: TriggerId): boolean {
    return this.#active.size > 0 && (this.#active.has(undefined) || this.#active.has(trigger));
  }

  get isAllPaused(): boolean {
    return this.#active.has(undefined);
  }

  list(): readonly Pause[] {
    return [...this.#active.values()];
  }

  async pause(pause: Pause): Promise<void> {
    await this.#ledger.pause(pause);
    this.#active.set(pause.trigger, pause);
    this.#setAlarm();
  }

  /** Answers whether there was such a pause. */
  async resume(trigger: TriggerId | undefined): Promise<boolean> {
    const wasPaused = await this.#ledger.resume(trigger);
    this.#active.delete(trigger);
    this.#setAlarm();
    if (wasPaused) this.#onResumed(trigger);
    return wasPaused;
  }

  /** Ends the timer; the pauses stay in the ledger. */
  close(): void {
    this.#alarm?.();
  }

  #setAlarm(): void {
    this.#alarm?.();
    const ends = this.list().flatMap((pause) => (pause.until === undefined ? [] : [pause.until]));
    if (ends.length === 0) return;
    this.#alarm = this.#clock.alarm(Math.min(...ends), () => {
      const now = this.#clock.now();
      for (const { trigger, until } of this.list()) {
        if (until !== undefined && until <= now) void this.resume(trigger);
      }
    });
  }
}
