/**
 * Decides what a store promises about reports: each is written with what it tells, and is there until it is dropped.
 *
 * A report is written by `RunLedger`, in the very transaction that begins or ends a run whose spec asks for it (see
 * `owedReports`), whichever call that is; nothing else writes one. The promises of `ledger.ts` about writes, reads and
 * errors hold here too.
 */
import type { RunId } from './ids.ts';
import type { ReportKind } from './report-target.ts';
import type { Report } from './report.ts';

/** A report that waits; times are epoch ms. */
export interface StoredReport extends Report {
  /** Counts up with every report, and is never used twice. */
  readonly seq: number;
  /** How often it was tried in vain. */
  readonly attempts: number;
  readonly createdAt: number;
  /** When it is to be sent. */
  readonly nextAt: number;
}

/** A report that was given up. */
export interface LostReport {
  readonly kind: ReportKind;
  /** How often it was tried. */
  readonly attempts: number;
  /** Why it did not arrive; it holds no value. */
  readonly reason: string;
  /** When it was given up, epoch ms. */
  readonly at: number;
}

/** What is owed to the outside. */
export interface ReportLedger {
  /** The lanes (see `laneOf`) with reports that were written after the one numbered `after`, 0: all; and the newest's number. */
  lanes(after: number): Promise<{ readonly lanes: readonly string[]; readonly newest: number }>;
  /** The report of the lane that is to be sent first; undefined: none waits. */
  first(lane: string): Promise<StoredReport | undefined>;
  /** It was delivered. */
  drop(seq: number): Promise<void>;
  /** It is given up: gone as well, but what became of it stays with its run, if that is still there. */
  giveUp(seq: number, how: Pick<LostReport, 'reason' | 'at'>): Promise<void>;
  /** What was given up of a run, oldest first. */
  lostOf(run: RunId): Promise<readonly LostReport[]>;
  /**
   * It was tried in vain, and is to be sent again at `nextAt`. False: it is gone, since a later one of its lane outdates it
   * (see `isOutdatedBy`), and so is every other that a later one outdates. One that comes later takes those away that
   * were tried before it came.
   */
  again(seq: number, nextAt: number): Promise<boolean>;
}
