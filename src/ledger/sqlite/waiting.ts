/** Decides what becomes of rows that have not started: queued when ready, dismissed, or superseded. */
import type { Admission, SupersededRun } from '../../core/admission.ts';
import type { RunId, TriggerId } from '../../core/ids.ts';
import type { Dismissal, Dismissed, RunLedger, WaitingTrigger } from '../../core/run-ledger.ts';
import type { RunSource, RunState } from '../../core/run.ts';
import { isTerminal } from '../../core/run.ts';
import { joinedBurst } from '../burst.ts';
import type { LaneCounts } from '../lane-counts.ts';
import { reasonWhenQueued } from '../lateness.ts';
import { beyondNewest, supersededReason } from '../limits.ts';
import type { LimitVerdict } from '../limits.ts';
import { moved } from '../transitions.ts';
import type { Database, Statement } from './database.ts';
import { HeldRows } from './held.ts';
import type { OwedReports } from './owed-reports.ts';
import type { SpecTable } from './specs.ts';

type Promotion = Awaited<ReturnType<RunLedger['promote']>>;

interface WaitingRow {
  readonly seq: number;
  readonly id: RunId;
  readonly trigger: TriggerId;
  readonly state: RunState;
  /** Its reason, where something holds it. */
  readonly heldFor?: string | null;
}

/** A row of a burst that has not started, and when the burst began (epoch ms). */
export interface BurstRow extends WaitingRow {
  readonly since: number;
}

interface ReadyRow extends WaitingRow {
  readonly source: RunSource;
  readonly dueAt: number;
  readonly startedAt: number | null;
  readonly reason: string | null;
  /** Of a row in its burst. */
  readonly burst: string | null;
}

/** How a row ends that never ran. */
type End = Dismissal | (Omit<Dismissal, 'state'> & { readonly state: 'superseded' });

/** The parts of the store that waiting touches. */
export interface WaitingParts {
  readonly database: Database;
  readonly specs: SpecTable;
  readonly lanes: LaneCounts;
  readonly reports: OwedReports;
}

/** Rows in `scheduled` and `queued`. All operations but `heads` belong inside a transaction. */
export class WaitingRows {
  readonly held: HeldRows;
  readonly #specs: SpecTable;
  readonly #lanes: LaneCounts;
  readonly #reports: OwedReports;
  readonly #find: Statement<WaitingRow>;
  readonly #end: Statement;
  readonly #ready: Statement<ReadyRow>;
  readonly #queue: Statement;
  readonly #nextReady: Statement<{ at: number | null }>;
  readonly #queuedOf: Statement<WaitingRow>;
  readonly #dueOf: Statement<WaitingRow>;
  readonly #burstOf: Statement<BurstRow>;
  readonly #head: Statement<{ spec: number }>;

  constructor({ database, specs, lanes, reports }: WaitingParts) {
    this.held = new HeldRows(database, lanes);
    this.#specs = specs;
    this.#lanes = lanes;
    this.#reports = reports;
    this.#find = database.statement('SELECT seq, id, trigger, state FROM runs WHERE id = ?');
    this.#end = database.statement(
      'UPDATE runs SET state = ?, reason = ?, ended_at = ?, ready_at = NULL, held = NULL WHERE seq = ?',
    );
    this.#ready = database.statement(
      `SELECT seq, id, trigger, state, source, due_at AS dueAt, started_at AS startedAt, reason, burst
       FROM runs WHERE state = 'scheduled' AND ready_at <= ? ORDER BY ready_at, seq`,
    );
    this.#queue = database.statement('UPDATE runs SET state = ?, reason = ?, ready_at = NULL WHERE seq = ?');
    this.#nextReady = database.statement(
      `SELECT min(ready_at) AS at FROM runs WHERE state = 'scheduled' AND ready_at > ?`,
    );
    this.#queuedOf = database.statement(
      `SELECT seq, id, trigger, state FROM runs INDEXED BY runs_queued WHERE state = 'queued' AND trigger = ? AND seq <> ?`,
    );
    this.#dueOf = database.statement(
      `SELECT seq, id, trigger, state FROM runs INDEXED BY runs_scheduled_of
       WHERE state = 'scheduled' AND trigger = ? AND due_at <= ? AND held IS NULL AND seq <> ?`,
    );
    this.#burstOf = database.statement(
      `SELECT seq, id, trigger, state, burst_since AS since FROM runs INDEXED BY runs_burst
       WHERE trigger = ? AND burst = ? AND started_at IS NULL AND ended_at IS NULL ORDER BY seq`,
    );
    this.#head = database.statement(
      `SELECT spec FROM runs INDEXED BY runs_queued WHERE state = 'queued' AND trigger = ?
       ORDER BY due_at, seq LIMIT 1`,
    );
  }

  /** See `RunLedger.dismiss`. */
  dismiss(run: RunId, dismissal: Dismissal): Dismissed {
    const row = this.#find.get(run);
    if (row === undefined) return { kind: 'unknown' };
    if (isTerminal(row.state)) return { kind: 'finished', state: row.state };
    if (row.state === 'running') return { kind: 'running' };
    this.#finish(row, dismissal);
    return { kind: 'done' };
  }

  /**
   * Ends the oldest rows of the trigger, so that as many are left as the verdict keeps, with the admission that is in
   * `row` now. What waits are queued rows, and scheduled ones that are due no later than it (a retry in its backoff), but
   * neither one asked for at a later time nor one that is held. Answers with those that it ended.
   */
  supersede(admission: Admission, verdict: LimitVerdict, row: number): readonly SupersededRun[] {
    if (verdict.kind !== 'take') return [];
    const { keep, keepHeld } = verdict;
    const held = keepHeld === undefined ? [] : this.held.beside(admission.trigger, row);
    const rest = [
      ...(keep === undefined ? [] : beyondNewest(this.#waitingBefore(admission, row), keep)),
      ...(keepHeld === undefined ? [] : beyondNewest(held, keepHeld)),
    ];
    return this.endAll(rest, admission);
  }

  /** Rows of the burst that the admission joins, oldest first; none of most admissions. */
  burstOf(admission: Admission): readonly BurstRow[] {
    const burst = joinedBurst(admission);
    return burst === undefined ? [] : this.#burstOf.all(admission.trigger, burst.key);
  }

  /** Ends these rows as superseded by the admission; answers with them. */
  endAll(rows: readonly WaitingRow[], { id, admittedAt }: Admission): readonly SupersededRun[] {
    return rows.map((row) => {
      const reason = supersededReason(id, row.heldFor);
      this.#finish(row, { state: 'superseded', at: admittedAt, reason });
      return { run: row.id, reason };
    });
  }

  /** See `RunLedger.promote`. The next moment is one after `now`: rows that are held wait for a resume, not for time. */
  promote(now: number, isHeld: (trigger: TriggerId) => boolean): Promotion {
    const promoted = new Set<TriggerId>();
    for (const row of this.#ready.all(now)) {
      if (isHeld(row.trigger)) continue;
      this.#queue.run(moved(row.state, 'queued'), reasonWhenQueued(row, now), row.seq);
      this.#lanes.move({ trigger: row.trigger, from: row.state, to: 'queued' });
      promoted.add(row.trigger);
    }
    return { promoted: this.heads(promoted), nextReadyAt: this.#nextReady.get(now)?.at ?? undefined };
  }

  /** The spec of the oldest queued row of each of these triggers that has one. */
  heads(triggers: Iterable<TriggerId>): readonly WaitingTrigger[] {
    return [...triggers].flatMap((trigger) => {
      const head = this.#head.get(trigger);
      return head === undefined ? [] : [{ trigger, spec: this.#specs.read(head.spec) }];
    });
  }

  #waitingBefore({ trigger, dueAt }: Admission, row: number): readonly WaitingRow[] {
    const lane = this.#lanes.of(trigger);
    const queued = lane.queued > 0 ? this.#queuedOf.all(trigger, row) : [];
    const due = lane.scheduled > 0 ? this.#dueOf.all(trigger, dueAt, row) : [];
    return [...queued, ...due].toSorted(bySeq);
  }

  #finish(row: WaitingRow, { state, at, reason }: End): void {
    this.#end.run(moved(row.state, state), reason, at, row.seq);
    this.#lanes.move({ trigger: row.trigger, from: row.state, to: state });
    this.#reports.owe({ seq: row.seq, at });
  }
}

function bySeq(a: WaitingRow, b: WaitingRow): number {
  return a.seq - b.seq;
}
