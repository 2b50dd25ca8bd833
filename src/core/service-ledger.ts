/**
 * Decides what a store promises about the service itself: its lives, and the configurations that were live.
 *
 * The promises of `ledger.ts` about writes, reads and errors hold here too.
 */
import type { BootId } from './ids.ts';

/** One life of the service. */
export interface Boot {
  readonly id: BootId;
  readonly startedAt: number;
  /** Last sign of life. */
  readonly aliveAt: number;
  /** Set by an orderly stop. */
  readonly stoppedAt: number | undefined;
  readonly version: string;
}

/** A configuration that was live. */
export interface StoredRevision {
  readonly revision: number;
  readonly hash: string;
  readonly text: string;
  readonly at: number;
}

/** Lives of the service and its configurations. */
export interface ServiceLedger {
  beginBoot(boot: { readonly id: BootId; readonly at: number; readonly version: string }): Promise<void>;
  alive(id: BootId, at: number): Promise<void>;
  endBoot(id: BootId, at: number): Promise<void>;
  /** Newest first. */
  boots(limit: number): Promise<readonly Boot[]>;
  /** Keeps the text as the next revision, unless the newest has the same hash; the last ten are kept. Answers with its number. */
  addRevision(revision: {
    readonly hash: string;
    readonly text: string;
    readonly at: number;
  }): Promise<number>;
  /** Newest first. */
  revisions(): Promise<readonly StoredRevision[]>;
}
