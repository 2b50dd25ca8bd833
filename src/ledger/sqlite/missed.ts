/** Decides how missed runs are found again in SQLite: those that one look at the clock found end at the same millisecond. */
import type { TriggerId } from '../../core/ids.ts';
import { LEFT_OUT, madeUpBy } from '../../core/missed.ts';
import type { MissedAt, MissedRows, RunLedger } from '../../core/run-ledger.ts';
import type { Run } from '../../core/run.ts';
import type { MissedWord } from '../../core/trigger.ts';
import type { Database, Statement } from './database.ts';
import { RUN_COLUMNS } from './run-row.ts';
import type { RunRow } from './run-row.ts';
import type { RunViews } from './views.ts';

interface MissedRow {
  readonly trigger: TriggerId;
  readonly reason: string | null;
  /** Never `MADE_UP`; null: every row is made up. */
  readonly rule_left: MissedWord | null;
  readonly missed: number;
  readonly made_up: number;
  readonly first_due: number;
  readonly last_due: number;
}

/** What the column `rule` holds in place of a `MissedWord` once a run was made of the row: the rule is over then. */
const MADE_UP = 'made up';

/** That of rows that nobody made up yet, a row without one counted as by the default; `skip` sorts last. */
const RULE_LEFT = `min(nullif(coalesce(rule, 'last'), '${MADE_UP}'))`;

/** Any chat, or this one. */
const OF_CHAT = '(?2 IS NULL OR chat = ?2)';

/** Missed runs. `leaveOut` belongs inside a transaction. */
export class MissedRuns {
  readonly #views: RunViews;
  readonly #last: Statement<{ at: number | null }>;
  readonly #lastOf: Statement<{ at: number | null }>;
  readonly #rows: Statement<MissedRow>;
  readonly #runs: Statement<RunRow>;
  readonly #note: Statement;
  readonly #leaveOut: Statement;

  constructor(database: Database, views: RunViews) {
    this.#views = views;
    this.#last = database.statement(
      `SELECT max(ended_at) AS at FROM runs INDEXED BY runs_missed WHERE state = 'missed'`,
    );
    this.#lastOf = database.statement(
      `SELECT max(ended_at) AS at FROM runs INDEXED BY runs_missed_chat WHERE state = 'missed' AND chat = ?`,
    );
    this.#rows = database.statement(
      `SELECT trigger, max(reason) AS reason, ${RULE_LEFT} AS rule_left,
         sum(rule IS '${MADE_UP}') AS made_up, count(*) AS missed,
         min(due_at) AS first_due, max(due_at) AS last_due
       FROM runs INDEXED BY runs_missed WHERE state = 'missed' AND ended_at = ?1 AND ${OF_CHAT}
       GROUP BY trigger ORDER BY trigger`,
    );
    this.#runs = database.statement(
      `SELECT ${RUN_COLUMNS} FROM runs INDEXED BY runs_missed
       WHERE state = 'missed' AND ended_at = ? AND trigger = ?
         AND rule IS NOT '${MADE_UP}' AND rule IS NOT 'skip' ORDER BY due_at DESC LIMIT ?`,
    );
    this.#note = database.statement(
      `UPDATE runs SET rule = '${MADE_UP}', reason = coalesce(reason || '; ', '') || ?
       WHERE id = ? AND state = 'missed' AND rule IS NOT '${MADE_UP}'`,
    );
    this.#leaveOut = database.statement(
      `UPDATE runs SET rule = 'skip', reason = coalesce(reason || '; ', '') || ?3 WHERE seq IN
         (SELECT seq FROM runs INDEXED BY runs_missed WHERE state = 'missed' AND ended_at = ?1 AND ${OF_CHAT}
            AND coalesce(rule, '') NOT IN ('skip', '${MADE_UP}'))`,
    );
  }

  /** See `RunLedger.missedAt`. */
  at(query: Parameters<RunLedger['missedAt']>[0]): MissedAt | undefined {
    const at = query.at ?? this.#lastAt(query.chat);
    const rows = at === undefined ? [] : this.#rows.all(at, query.chat ?? null);
    return at === undefined || rows.length === 0 ? undefined : { at, rows: rows.map(toMissed) };
  }

  #lastAt(chat: string | undefined): number | undefined {
    return (chat === undefined ? this.#last.get() : this.#lastOf.get(chat))?.at ?? undefined;
  }

  /** See `RunLedger.missedRuns`. */
  runs({ at, trigger, limit }: Parameters<RunLedger['missedRuns']>[0]): readonly Run[] {
    return this.#runs.all(at, trigger, limit).map((row) => this.#views.withAttempts(row));
  }

  /** See `RunLedger.madeUpBy`. */
  madeUpBy(pairs: Parameters<RunLedger['madeUpBy']>[0]): void {
    for (const { missed, by } of pairs) this.#note.run(madeUpBy(by), missed);
  }

  /** See `RunLedger.leaveOut`. */
  leaveOut({ at, chat }: Parameters<RunLedger['leaveOut']>[0]): number {
    return this.#leaveOut.run(at, chat ?? null, LEFT_OUT).changes;
  }
}

function toMissed({
  trigger,
  reason,
  rule_left,
  missed,
  made_up,
  first_due,
  last_due,
}: MissedRow): MissedRows {
  return {
    trigger,
    reason: reason ?? '',
    rule: rule_left ?? 'last',
    missed,
    madeUp: made_up,
    firstDueAt: first_due,
    lastDueAt: last_due,
  };
}
