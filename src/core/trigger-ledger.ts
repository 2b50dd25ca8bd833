/**
 * Decides what a store promises about triggers: what outlives a snapshot is kept by their ids.
 *
 * The promises of `ledger.ts` about writes, reads and errors hold here too.
 */
import type { TriggerId } from './ids.ts';

/** A pause of one trigger or, with trigger undefined, of all; `until` undefined: until it is resumed. */
export interface Pause {
  readonly trigger: TriggerId | undefined;
  readonly since: number;
  readonly until: number | undefined;
  readonly by: string;
}

/** What a cron remembers across restarts. */
export interface CronState {
  /** The arm hash it was first seen under, and when (epoch ms): its moments count from there. */
  readonly armHash: string;
  readonly armedAt: number;
  /** A `run_once` cron that has been admitted under `armHash`. */
  readonly spent: boolean;
}

/** What outlives a snapshot, keyed by trigger. */
export interface TriggerLedger {
  pause(pause: Pause): Promise<void>;
  /** Answers whether anything was paused. */
  resume(trigger: TriggerId | undefined): Promise<boolean>;
  pauses(): Promise<readonly Pause[]>;
  /** State of each cron known; every entry counts, also of triggers that are disabled now. */
  cronStates(): Promise<ReadonlyMap<TriggerId, CronState>>;
  /**
   * Makes the known crons those given: new ids and new hashes are armed at `now` and no longer spent, ids that are
   * absent are forgotten. Writes only what changed. Called with the ids of the file, enabled or not, so that switching
   * triggers off and on forgets nothing.
   */
  arm(crons: ReadonlyMap<TriggerId, string>, now: number): Promise<void>;
  /** Up to here (epoch ms) every due moment is in the ledger; undefined in a new store. */
  accountedUntil(): Promise<number | undefined>;
}
