/** Decides how pauses, the memory of crons and the cursor of due moments are kept in memory. */
import type { TriggerId } from '../../core/ids.ts';
import type { CronState, Pause, TriggerLedger } from '../../core/trigger-ledger.ts';
import { rearm } from '../arming.ts';

/** What outlives a snapshot, in memory. */
export class MemoryTriggers implements TriggerLedger {
  readonly #pauses = new Map<TriggerId | undefined, Pause>();
  readonly #crons = new Map<TriggerId, CronState>();
  #accountedUntil: number | undefined;

  async pause(pause: Pause): Promise<void> {
    this.#pauses.set(pause.trigger, { ...pause });
  }

  async resume(trigger: TriggerId | undefined): Promise<boolean> {
    return this.#pauses.delete(trigger);
  }

  async pauses(): Promise<readonly Pause[]> {
    return [...this.#pauses.values()].sort((a, b) => ((a.trigger ?? '') < (b.trigger ?? '') ? -1 : 1));
  }

  async cronStates(): Promise<ReadonlyMap<TriggerId, CronState>> {
    return new Map(this.#crons);
  }

  async arm(crons: ReadonlyMap<TriggerId, string>, now: number): Promise<void> {
    const { armed, forgotten } = rearm(this.#crons, crons);
    for (const id of armed) {
      this.#crons.set(id, { armHash: crons.get(id) ?? '', armedAt: now, spent: false });
    }
    for (const id of forgotten) this.#crons.delete(id);
  }

  async accountedUntil(): Promise<number | undefined> {
    return this.#accountedUntil;
  }

  /** Marks the cron as spent, if it is still armed under this hash. */
  spend(trigger: TriggerId, armHash: string): void {
    const cron = this.#crons.get(trigger);
    if (cron?.armHash === armHash) this.#crons.set(trigger, { ...cron, spent: true });
  }

  /** Every due moment up to `at` is in the ledger. */
  account(at: number): void {
    this.#accountedUntil = at;
  }
}
