/**
 * Decides what a store promises about requests to webhooks: how many ended how.
 *
 * The promises of `ledger.ts` about writes, reads and errors hold here too.
 */
import type { TriggerId } from './ids.ts';

/** How often requests to a webhook ended one way, for one reason, on one day. */
export interface DeliveryCount {
  readonly trigger: TriggerId;
  /** UTC, `yyyy-mm-dd`. */
  readonly day: string;
  /** One of the server's reply kinds: `accepted`, `filtered`, `unauthorized`, … */
  readonly verdict: string;
  readonly reason: string | null;
  readonly count: number;
  /** The last of them, epoch ms. */
  readonly lastAt: number;
}

/**
 * What became of requests to webhooks, in numbers: those that made no run leave no other trace. Reasons are cut at 200
 * characters, an empty one is none, and beyond 50 different ones of a trigger and day they count as `other`.
 */
export interface DeliveryLedger {
  /** Adds the counts to those there are: all of them or, when it rejects, none. */
  count(rows: readonly DeliveryCount[]): Promise<void>;
  /** Oldest day first. */
  deliveryCounts(filter: {
    readonly trigger?: TriggerId;
    /** This day and later ones. */
    readonly sinceDay?: string;
  }): Promise<readonly DeliveryCount[]>;
  /** Deletes up to `limit` counts of days that were over at `before` (epoch ms); answers with how many went. */
  forget(bounds: { readonly before: number; readonly limit: number }): Promise<number>;
}
