/** Decides how moments that are held back are kept in SQLite, and how they end: made up, missed, or replaced by a newer one. */
import type { RunId, TriggerId } from '../../core/ids.ts';
import type { HeldMoment, Release, ReleaseVerdict, RunLedger } from '../../core/run-ledger.ts';
import type { Admission } from '../../core/admission.ts';
import { isTerminal } from '../../core/run.ts';
import type { RunState } from '../../core/run.ts';
import type { Birth } from '../birth.ts';
import type { LaneCounts } from '../lane-counts.ts';
import { moved } from '../transitions.ts';
import type { Database, Statement } from './database.ts';

/** A row that something holds. */
export interface HeldRow {
  readonly seq: number;
  readonly id: RunId;
  readonly trigger: TriggerId;
  readonly state: RunState;
}

/** What it becomes. */
type Become = Pick<Birth, 'reason' | 'rule'> & { readonly state: RunState };

/** The rows in `scheduled` that something holds. `release` belongs inside a transaction. */
export class HeldRows {
  readonly #lanes: LaneCounts;
  readonly #find: Statement<HeldRow>;
  readonly #at: Statement<HeldRow>;
  readonly #become: Statement;
  readonly #all: Statement<HeldMoment>;
  readonly #of: Statement<HeldMoment>;
  readonly #delayed: Statement;
  readonly #before: Statement<HeldRow & { readonly heldFor: string | null }>;

  constructor(database: Database, lanes: LaneCounts) {
    this.#lanes = lanes;
    this.#find = database.statement(
      `SELECT seq, id, trigger, state FROM runs WHERE id = ? AND state = 'scheduled' AND held IS NOT NULL`,
    );
    this.#at = database.statement(
      `SELECT seq, id, trigger, state FROM runs INDEXED BY runs_cron
       WHERE trigger = ? AND due_at = ? AND source = 'cron' AND state = 'scheduled' AND held IS NOT NULL`,
    );
    this.#become = database.statement(
      'UPDATE runs SET state = ?, reason = ?, held = NULL, ended_at = ?, rule = ? WHERE seq = ?',
    );
    const moments = `SELECT id AS run, trigger, due_at AS dueAt, held AS cause
      FROM runs INDEXED BY runs_scheduled_of WHERE state = 'scheduled' AND held IS NOT NULL`;
    this.#all = database.statement(`${moments} ORDER BY due_at, seq`);
    this.#of = database.statement(`${moments} AND trigger = ? ORDER BY due_at, seq`);
    this.#delayed = database.statement(
      `UPDATE runs INDEXED BY runs_scheduled SET held = 'down', ready_at = NULL
       WHERE state = 'scheduled' AND ready_at > ? AND ready_at <= ?
         AND source = 'cron' AND held IS NULL AND started_at IS NULL`,
    );
    this.#before = database.statement(
      `SELECT seq, id, trigger, state, reason AS heldFor FROM runs INDEXED BY runs_scheduled_of
       WHERE state = 'scheduled' AND trigger = ? AND held IS NOT NULL AND seq <> ? ORDER BY due_at, seq`,
    );
  }

  /** See `RunLedger.heldMoments`. */
  moments(trigger: TriggerId | undefined): readonly HeldMoment[] {
    return trigger === undefined ? this.#all.all() : this.#of.all(trigger);
  }

  /** See `RunLedger.holdDelayed`. */
  holdDelayed({ after, until }: Parameters<RunLedger['holdDelayed']>[0]): number {
    return this.#delayed.run(after, until).changes;
  }

  /** Those of the trigger beside the one in `row`, the oldest due first. */
  beside(trigger: TriggerId, row: number): ReadonlyArray<HeldRow & { readonly heldFor: string | null }> {
    return this.#lanes.of(trigger).scheduled > 1 ? this.#before.all(trigger, row) : [];
  }

  /** Carries verdicts out; answers with those that met a held row, and the triggers that gained work. */
  release({ at, verdicts }: Pick<Release, 'at' | 'verdicts'>): {
    readonly done: readonly ReleaseVerdict[];
    readonly gained: ReadonlySet<TriggerId>;
  } {
    const gained = new Set<TriggerId>();
    const done = verdicts.filter((verdict) => {
      const row = this.#find.get(verdict.run);
      if (row === undefined) return false;
      this.become(row, becomeOf(verdict), at);
      if (verdict.kind === 'queued') gained.add(row.trigger);
      return true;
    });
    return { done, gained };
  }

  /** The held row of the moment that the admission is of, unless it is to be held itself. */
  at({ source, trigger, dueAt, held }: Admission): HeldRow | undefined {
    const isOne = source === 'cron' && held === undefined && this.#lanes.of(trigger).scheduled > 0;
    return isOne ? this.#at.get(trigger, dueAt) : undefined;
  }

  /** Nothing holds it any more. */
  become(row: HeldRow, { state: to, reason, rule }: Become, at: number): void {
    const state = moved(row.state, to);
    this.#become.run(state, reason, isTerminal(state) ? at : null, rule, row.seq);
    this.#lanes.move({ trigger: row.trigger, from: row.state, to: state });
  }
}

function becomeOf(verdict: ReleaseVerdict): Become {
  const { kind: state, reason } = verdict;
  return { state, reason, rule: verdict.kind === 'missed' ? verdict.rule : null };
}
