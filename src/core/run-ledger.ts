/**
 * Decides what a store promises about occurrences and runs: every one once, claimed by one, ended for good.
 *
 * The promises of `ledger.ts` about writes, reads and errors hold here too.
 */
import type { BootId, RunId, TriggerId } from './ids.ts';
import type { Admit } from './admission.ts';
import type { ClaimedRun, EndedBy, Payload, Run, RunState } from './run.ts';
import type { RunSpec } from './action.ts';
import type { AgentReport } from './agent.ts';
import type { OutgoingMessage } from './message.ts';
import type { MissedTrigger } from './missed.ts';
import type { DueTally } from './tally.ts';
import type { MissCause, MissedWord } from './trigger.ts';

/** Which waiting runs a dispatcher would take now: at most `max` of each trigger, in the order listed. */
export interface ClaimRequest {
  readonly owner: BootId;
  readonly now: number;
  readonly lanes: ReadonlyArray<{ readonly trigger: TriggerId; readonly max: number }>;
}

/** How an attempt ended and what becomes of its run. */
export interface Settlement {
  readonly run: RunId;
  readonly owner: BootId;
  /** The claimed attempt; another number or owner means the lease was lost and nothing is written. */
  readonly attempt: number;
  readonly endedAt: number;
  readonly exitCode: number | null;
  readonly endedBy: EndedBy | null;
  readonly reason: string | null;
  readonly state: Extract<
    RunState,
    'succeeded' | 'failed' | 'cancelled' | 'scheduled' | 'queued' | 'skipped'
  >;
  /** When the next attempt is due, for `scheduled`. */
  readonly readyAt?: number;
  /** What an agent reported; goes to what `UsageLedger` reads. */
  readonly agent?: AgentReport;
  /** What chats are told; goes to the outbox in the same transaction, as `ChatLedger.post` does. */
  readonly messages?: readonly OutgoingMessage[];
}

/** How a run that has not started is ended without running. */
export interface Dismissal {
  readonly state: Extract<RunState, 'cancelled' | 'missed' | 'skipped'>;
  readonly at: number;
  readonly reason: string;
  /** What chats are told; goes to the outbox in the same transaction, if the run is ended by it. */
  readonly messages?: readonly OutgoingMessage[];
}

/** What a dismissal met. */
export type Dismissed =
  | { readonly kind: 'done' }
  /** An attempt is under way; who runs it must end it, which settles it. */
  | { readonly kind: 'running' }
  | { readonly kind: 'finished'; readonly state: RunState }
  | { readonly kind: 'unknown' };

export interface RunFilter {
  readonly trigger?: TriggerId;
  readonly state?: RunState;
  /** Only dead letters: failed runs that none repeats, see `Admission.origin`. Not beside `state`. */
  readonly dead?: boolean;
  /** Only runs that this chat is told of, see `chatKey`. */
  readonly chat?: string;
  readonly limit: number;
  /** Only runs admitted before this one. */
  readonly before?: RunId;
}

export interface QueueCounts {
  readonly scheduled: number;
  readonly queued: number;
  readonly running: number;
}

/** A run that a dead process had claimed, handed back for a decision. */
export interface OrphanRun {
  readonly id: RunId;
  readonly trigger: TriggerId;
  readonly attempt: number;
  readonly owner: BootId;
  readonly spec: RunSpec;
}

/** A trigger with queued runs, and the spec of the one among them that is claimed first. */
export interface WaitingTrigger {
  readonly trigger: TriggerId;
  readonly spec: RunSpec;
}

/** A moment that is held back, see `Admission.held`. */
export interface HeldMoment {
  readonly run: RunId;
  readonly trigger: TriggerId;
  readonly dueAt: number;
  readonly cause: MissCause;
}

/** What becomes of held moments that nothing holds any more; one that is not held (any more) is left alone. */
export interface Release {
  readonly at: number;
  readonly verdicts: readonly ReleaseVerdict[];
  /** What chats are told of it; goes to the outbox in the same transaction. */
  readonly messages: readonly OutgoingMessage[];
}

/** It is made up, `queued` now; or it ends as `missed`, by this rule. */
export type ReleaseVerdict = { readonly run: RunId; readonly reason: string } & (
  { readonly kind: 'queued' } | { readonly kind: 'missed'; readonly rule: MissedWord }
);

/** What came of it. */
export interface Released {
  /** Those that were carried out. */
  readonly done: readonly ReleaseVerdict[];
  /** The triggers that gained work. */
  readonly queued: readonly WaitingTrigger[];
}

/** Rows of one trigger that were found to be missed at the same moment. */
export interface MissedRows extends Omit<MissedTrigger, 'fate'> {
  /** Of one of them. */
  readonly reason: string;
  /** By which those that nobody made up since are not made up; `skip` only where it is the rule of each. */
  readonly rule: MissedWord;
  /** How many of them somebody had made up since, see `RunLedger.madeUpBy`. */
  readonly madeUp: number;
}

/** What was found to be missed at one moment, trigger by trigger. */
export interface MissedAt {
  /** Epoch ms. */
  readonly at: number;
  readonly rows: readonly MissedRows[];
}

/** Occurrences and runs. */
export interface RunLedger {
  /**
   * See `Admit`. Admitting the same cron moment twice, or the same delivery or request of a person within 72 h, is
   * answered `duplicate`. A moment that is held (see `Admission.held`) is taken over by an admission that nothing holds:
   * its row, with its own id, becomes what the admission makes of it.
   */
  readonly admit: Admit;
  /** `queued → running` for up to `max` of each lane, oldest due first; the lease is the owner's. */
  claim(request: ClaimRequest): Promise<readonly ClaimedRun[]>;
  /** Ends the claimed attempt. False: the lease was lost, nothing was written. */
  settle(settlement: Settlement): Promise<boolean>;
  /** Ends a run that has not started; a running one is only reported. */
  dismiss(run: RunId, dismissal: Dismissal): Promise<Dismissed>;
  /**
   * `scheduled → queued` for everything ready by `now`, except rows of triggers that `isHeld` names; the reason of one whose burst is
   * over goes (see `Admission.coalesce`). Answers with the triggers that gained work, and when the next row becomes ready
   * (epoch ms, undefined: none is scheduled).
   * A row of `at` that is more than a minute late and has no reason gets `40m late` as its reason.
   */
  promote(
    now: number,
    isHeld: (trigger: TriggerId) => boolean,
  ): Promise<{ readonly promoted: readonly WaitingTrigger[]; readonly nextReadyAt: number | undefined }>;
  /** Runs left `running` by owners other than `alive`, each to be settled by the caller under its own owner. */
  orphans(alive: BootId): Promise<readonly OrphanRun[]>;
  /** Triggers with queued runs, each once. */
  waiting(): Promise<readonly WaitingTrigger[]>;
  counts(): Promise<QueueCounts>;
  countsOf(trigger: TriggerId): Promise<QueueCounts>;
  /** The run that a person's request started within the 72 h before `now`, see `Admission.request`. */
  requested(request: string, now: number): Promise<RunId | undefined>;
  get(run: RunId): Promise<Run | undefined>;
  /** Newest first. */
  list(filter: RunFilter): Promise<readonly Run[]>;
  /** The row of this trigger at exactly `dueAt`, or the last one due at or before it. */
  occurrence(trigger: TriggerId, dueAt: number): Promise<Run | undefined>;
  /** The first row of this cron that was due after `dueAt`. */
  momentAfter(trigger: TriggerId, dueAt: number): Promise<Run | undefined>;
  /** Those of one trigger, or all; the oldest due first. */
  heldMoments(trigger?: TriggerId): Promise<readonly HeldMoment[]>;
  /**
   * Moments of crons that were delayed until t, `after` < t ≤ `until` in epoch ms, when nobody was there, are held from now
   * on, by the cause `down`. Answers with how many.
   */
  holdDelayed(stretch: { readonly after: number; readonly until: number }): Promise<number>;
  /** All in one transaction. */
  release(release: Release): Promise<Released>;
  /**
   * What ended as `missed` at that moment, else the last time that anything did; undefined: nothing. With `chat` (see
   * `chatKey`), only rows that this chat is told of.
   */
  missedAt(query: { readonly at?: number; readonly chat?: string }): Promise<MissedAt | undefined>;
  /**
   * The missed runs of one trigger that ended at that moment and that can still be made up, the last due first: none that
   * is made up already (see `madeUpBy`), and none that the rule `skip` or somebody leaves out (see `leaveOut`).
   */
  missedRuns(query: {
    readonly at: number;
    readonly trigger: TriggerId;
    readonly limit: number;
  }): Promise<readonly Run[]>;
  /** Somebody has decided: what was missed then is left out, as by the rule `skip`. Answers with how many rows it was. */
  leaveOut(query: { readonly at: number; readonly chat?: string }): Promise<number>;
  /** Notes by which run each of these missed ones is made up: nobody has to decide about them any more. */
  madeUpBy(pairs: ReadonlyArray<{ readonly missed: RunId; readonly by: RunId }>): Promise<void>;
  /** What became of the moments of a cron that were due at or after `since`; manual runs and other repetitions are none. */
  tally(trigger: TriggerId, since: number): Promise<DueTally>;
  payload(run: RunId): Promise<Payload | undefined>;
  spec(run: RunId): Promise<RunSpec | undefined>;
  /**
   * Deletes up to `limit` finished rows, the oldest endings first, that ended before `endedBefore` or are beyond the
   * newest `keep` of their kind, and expired delivery ids; answers with the ids deleted, so that their files can go too.
   * Rows that never began are a kind of their own: what a pause or an earlier run kept from running, each second,
   * leaves the history of other triggers alone. Where `keep` is large it may look first, in pieces, and take effect after
   * writes that were called meanwhile; what ended since the first of several such calls may stay until all before has gone.
   */
  prune(bounds: {
    readonly endedBefore: number;
    readonly keep: number;
    readonly limit: number;
    readonly now: number;
  }): Promise<readonly RunId[]>;
}
