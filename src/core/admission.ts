/** Decides how something due or received enters the ledger: one door, whatever the source. */
import type { RunId, TriggerId } from './ids.ts';
import type { RunSpec } from './action.ts';
import type { OutgoingMessage } from './message.ts';
import type { BirthState, Payload, RunSource } from './run.ts';
import type { MissCause, MissedWord } from './trigger.ts';

/** How many rows of the same trigger may live at once, and what becomes of one too many. */
export type AdmissionLimit =
  /** `running` + `queued` + `scheduled` + this one ≤ max, else it is recorded as `skipped` (overlap). */
  | { readonly kind: 'live'; readonly max: number }
  /** `queued` + this one ≤ max, else nothing is recorded and the sender is told. */
  | { readonly kind: 'waiting'; readonly max: number }
  /** `queued` + `scheduled` + this one ≤ max, else nothing is recorded and the sender is told. */
  | { readonly kind: 'pending'; readonly max: number }
  /** Those that wait end as `superseded` by this one; the one that runs is the caller's to end. */
  | { readonly kind: 'replace' }
  /** At most `keep` wait, this one included: the older ones end as `superseded` by it. */
  | { readonly kind: 'newest'; readonly keep: number }
  /** At most `keep` moments are held, this one included: the older ones end as `superseded` by it. */
  | { readonly kind: 'held'; readonly keep: number }
  | { readonly kind: 'none' };

/** Deliveries that follow each other closely, of which the newest is to run. */
export interface Burst {
  /** Rows of one trigger with the same key are one burst; an empty key is one like any other. */
  readonly key: string;
  /** How long after a delivery its row is ready, ms. */
  readonly windowMs: number;
  /** How long after the burst's first delivery the newest is ready at the latest, ms. */
  readonly maxWaitMs: number;
}

/** One occurrence on its way into the ledger. */
export interface Admission {
  readonly id: RunId;
  readonly trigger: TriggerId;
  readonly source: RunSource;
  /** Epoch ms; for a delivery the moment it was received. */
  readonly dueAt: number;
  readonly admittedAt: number;
  readonly revision: number;
  readonly state: BirthState;
  readonly reason: string | null;
  /** When a `scheduled` one may start, epoch ms; absent: when it is due. */
  readonly readyAt?: number;
  /** What holds a `scheduled` one back: no time makes it ready, `RunLedger.release` does. */
  readonly held?: MissCause;
  /** The rule by which a `missed` one is not made up. */
  readonly rule?: MissedWord;
  readonly spec: RunSpec;
  readonly limit: AdmissionLimit;
  readonly payload?: Payload;
  /** The sender's id of this delivery: the same id with the same body is answered with the first run. */
  readonly delivery?: { readonly id: string; readonly bodyHash: string };
  /** The id of a person's request, whatever it starts: the same id is answered with the first run. */
  readonly request?: string;
  /**
   * Joins a burst, unless it is born otherwise than `scheduled`: rows of its trigger with the same key that have not
   * started end as `superseded` by it, in the same transaction, and make room before its limit is judged; one that is
   * skipped or refused ends none. It is ready `windowMs` after `admittedAt`, but at most `maxWaitMs` after the first
   * delivery of the burst was admitted, and never earlier than itself; until then its reason says so. A row that has
   * started is left alone, and belongs to no burst any more: what comes next begins a new one.
   */
  readonly coalesce?: Burst;
  /**
   * The run that this one repeats, or a person's goes on with. One of the source `retry` or `replay` that is taken in, and
   * not skipped, ends that the other is a dead letter, whatever becomes of it: it may be one itself.
   */
  readonly origin?: RunId;
  /** It runs whatever its budget says: somebody was asked. */
  readonly overBudget?: boolean;
  /** Marks a `run_once` cron as spent under this arm hash, in the same transaction. */
  readonly spends?: string;
}

/** Several occurrences of one tick, or one of a request; all in one transaction. */
export interface AdmissionBatch {
  readonly admissions: readonly Admission[];
  /** Every cron's due moments up to here are in the ledger once this batch is (epoch ms). */
  readonly accountedUntil?: number;
  /** What chats are told of it; goes to the outbox in the same transaction, as `ChatLedger.post` does. */
  readonly messages?: readonly OutgoingMessage[];
}

/** A run that waited, and why it does no more. */
export interface SupersededRun {
  readonly run: RunId;
  readonly reason: string;
}

/** What became of one admission; committed to disk when the caller sees it. */
export type Admitted =
  | {
      readonly kind: 'admitted';
      readonly run: RunId;
      readonly state: BirthState;
      /** What the row says in place of the admission's own reason; absent: the same. */
      readonly reason?: string;
      /** Those of the same trigger that it ended as `superseded`; absent: none. */
      readonly superseded?: readonly SupersededRun[];
    }
  /** This moment or delivery is in the ledger already. `sameBody` is false when its body differs. */
  | { readonly kind: 'duplicate'; readonly run: RunId; readonly sameBody: boolean }
  /** Too many wait already; nothing was recorded. */
  | { readonly kind: 'refused'; readonly waiting: number };

/**
 * Takes a batch in. Resolves after the commit, with one answer per admission in the same order. Rejects with
 * `unavailable` when the store cannot take it: then nothing of the batch was accepted. Never retried inside.
 */
export type Admit = (batch: AdmissionBatch) => Promise<readonly Admitted[]>;
