/** Decides who executes a run: claiming gives an owner the lease of one attempt, settling ends it. */
import type { BootId, TriggerId } from '../../core/ids.ts';
import type { ClaimRequest, OrphanRun, Settlement } from '../../core/run-ledger.ts';
import type { ClaimedRun } from '../../core/run.ts';
import { isTerminal } from '../../core/run.ts';
import { agentAttempt } from '../agent-attempt.ts';
import type { LaneCounts } from '../lane-counts.ts';
import { moved } from '../transitions.ts';
import type { Database, Statement } from './database.ts';
import type { Outbox } from './outbox.ts';
import type { OwedReports } from './owed-reports.ts';
import type { PayloadRow, RunRow } from './run-row.ts';
import { RUN_COLUMNS, toPayload } from './run-row.ts';
import type { SpecTable } from './specs.ts';
import type { SqliteUsage } from './usage.ts';

/** The parts of the store that a lease touches. */
export interface LeaseParts {
  readonly database: Database;
  readonly specs: SpecTable;
  readonly lanes: LaneCounts;
  readonly outbox: Outbox;
  readonly usage: SqliteUsage;
  readonly reports: OwedReports;
}

type HeldRow = Pick<RunRow, 'seq' | 'trigger' | 'state' | 'spec'>;

/** Rows in `running` and their attempts. `claim` and `settle` belong inside a transaction. */
export class Leases {
  readonly #specs: SpecTable;
  readonly #lanes: LaneCounts;
  readonly #outbox: Outbox;
  readonly #usage: SqliteUsage;
  readonly #reports: OwedReports;
  readonly #oldest: Statement<RunRow>;
  readonly #take: Statement;
  readonly #begin: Statement;
  readonly #payload: Statement<PayloadRow>;
  readonly #held: Statement<HeldRow>;
  readonly #startedAt: Statement<{ started_at: number }>;
  readonly #endAttempt: Statement;
  readonly #release: Statement;
  readonly #orphans: Statement<RunRow & { readonly owner: BootId }>;

  constructor({ database, specs, lanes, outbox, usage, reports }: LeaseParts) {
    this.#specs = specs;
    this.#lanes = lanes;
    this.#outbox = outbox;
    this.#usage = usage;
    this.#reports = reports;
    this.#oldest = database.statement(
      `SELECT ${RUN_COLUMNS} FROM runs INDEXED BY runs_queued WHERE state = 'queued' AND trigger = ?
       ORDER BY due_at, seq LIMIT ?`,
    );
    this.#take = database.statement(
      'UPDATE runs SET state = ?, owner = ?, attempt = ?, started_at = ? WHERE seq = ?',
    );
    this.#begin = database.statement(
      'INSERT INTO attempts (run, number, owner, started_at) VALUES (?, ?, ?, ?)',
    );
    this.#payload = database.statement('SELECT content_type, headers, body FROM payloads WHERE run = ?');
    this.#held = database.statement(
      `SELECT seq, trigger, state, spec FROM runs WHERE id = ? AND state = 'running' AND owner = ? AND attempt = ?`,
    );
    this.#startedAt = database.statement('SELECT started_at FROM attempts WHERE run = ? AND number = ?');
    this.#endAttempt = database.statement(
      'UPDATE attempts SET ended_at = ?, exit_code = ?, ended_by = ?, reason = ? WHERE run = ? AND number = ?',
    );
    this.#release = database.statement(
      'UPDATE runs SET state = ?, reason = ?, ready_at = ?, ended_at = ?, owner = NULL WHERE seq = ?',
    );
    this.#orphans = database.statement(
      `SELECT ${RUN_COLUMNS} FROM runs INDEXED BY runs_running WHERE state = 'running' AND owner <> ?
       ORDER BY seq`,
    );
  }

  /** See `RunLedger.claim`. */
  claim({ owner, now, lanes }: ClaimRequest): readonly ClaimedRun[] {
    return lanes.flatMap(({ trigger, max }) =>
      this.#oldestOf(trigger, max).map((row) => this.#claimOne(row, owner, now)),
    );
  }

  /** See `RunLedger.settle`. */
  settle(settlement: Settlement): boolean {
    const { run, owner, attempt, endedAt, exitCode, endedBy, reason } = settlement;
    const row = this.#held.get(run, owner, attempt);
    if (row === undefined) return false;
    const state = moved(row.state, settlement.state);
    this.#endAttempt.run(endedAt, exitCode, endedBy, reason, row.seq, attempt);
    const readyAt = state === 'scheduled' ? (settlement.readyAt ?? endedAt) : null;
    this.#release.run(state, reason, readyAt, isTerminal(state) ? endedAt : null, row.seq);
    this.#lanes.move({ trigger: row.trigger, from: row.state, to: state });
    this.#report(settlement, row);
    this.#outbox.post(settlement.messages ?? [], endedAt);
    this.#reports.owe({ seq: row.seq, at: endedAt, spec: this.#specs.read(row.spec) });
    return true;
  }

  /** See `RunLedger.orphans`. */
  orphans(alive: BootId): readonly OrphanRun[] {
    return this.#orphans.all(alive).map(({ id, trigger, attempt, owner, spec }) => ({
      id,
      trigger,
      attempt,
      owner,
      spec: this.#specs.read(spec),
    }));
  }

  /** Keeps what an agent told; its row stays when the run is deleted. */
  #report(settlement: Settlement, { seq, trigger, spec }: HeldRow): void {
    if (settlement.agent === undefined) return;
    const startedAt = this.#startedAt.get(seq, settlement.attempt)?.started_at ?? settlement.endedAt;
    const attempt = { trigger, spec: this.#specs.read(spec), startedAt };
    this.#usage.record(agentAttempt(settlement, settlement.agent, attempt));
  }

  #oldestOf(trigger: TriggerId, max: number): readonly RunRow[] {
    const rows = Math.min(Math.floor(max), this.#lanes.of(trigger).queued);
    return rows > 0 ? this.#oldest.all(trigger, rows) : [];
  }

  #claimOne(row: RunRow, owner: BootId, now: number): ClaimedRun {
    const attempt = row.attempt + 1;
    const firstStartedAt = row.started_at ?? now;
    this.#take.run(moved(row.state, 'running'), owner, attempt, firstStartedAt, row.seq);
    this.#begin.run(row.seq, attempt, owner, now);
    this.#lanes.move({ trigger: row.trigger, from: row.state, to: 'running' });
    const spec = this.#specs.read(row.spec);
    this.#reports.owe({ seq: row.seq, at: now, spec });
    const payload = this.#payload.get(row.seq);
    return {
      id: row.id,
      trigger: row.trigger,
      source: row.source,
      dueAt: row.due_at,
      admittedAt: row.admitted_at,
      revision: row.revision,
      reason: row.reason,
      spec,
      payload: payload && toPayload(payload),
      attempt,
      firstStartedAt,
      owner,
    };
  }
}
