/** Decides how reports are written in SQLite with what they tell: from the run's row as it is by then. */
import type { RunSpec } from '../../core/action.ts';
import type { ReportKind } from '../../core/report-target.ts';
import type { Report } from '../../core/report.ts';
import { isOutdatedBy, laneOf, owedReports } from '../../core/report.ts';
import type { Database, Statement } from './database.ts';
import type { RunRow } from './run-row.ts';
import { RUN_COLUMNS } from './run-row.ts';
import type { SpecTable } from './specs.ts';

/** What is known of a row that has changed. */
export interface ChangedRow {
  readonly seq: number;
  /** When it changed, epoch ms. */
  readonly at: number;
  /** Of those that ask for nothing, no row is read. */
  readonly spec?: RunSpec;
}

/** The door into the table of reports. Its operation belongs inside a transaction. */
export class OwedReports {
  readonly #specs: SpecTable;
  readonly #row: Statement<RunRow>;
  readonly #exitCode: Statement<{ exit_code: number | null }>;
  readonly #tried: Statement<{ seq: number; kind: ReportKind }>;
  readonly #drop: Statement;
  readonly #insert: Statement;

  constructor(database: Database, specs: SpecTable) {
    this.#specs = specs;
    this.#row = database.statement(`SELECT ${RUN_COLUMNS} FROM runs WHERE seq = ?`);
    this.#exitCode = database.statement('SELECT exit_code FROM attempts WHERE run = ? AND number = ?');
    this.#tried = database.statement(
      'SELECT seq, kind FROM reports INDEXED BY reports_tried WHERE lane = ? AND attempts > 0',
    );
    this.#drop = database.statement('DELETE FROM reports WHERE seq = ?');
    this.#insert = database.statement(
      'INSERT INTO reports (lane, kind, content, attempts, created_at, next_at) VALUES (?, ?, ?, 0, ?, ?)',
    );
  }

  /** Writes what a run owes now that its row has changed. */
  owe({ seq, at, spec }: ChangedRow): void {
    if (spec !== undefined && spec.reports === undefined) return;
    const row = this.#row.get(seq);
    if (row === undefined) return;
    const { reports, trigger: lane } = spec ?? this.#specs.read(row.spec);
    if (reports === undefined) return;
    const {
      id: run,
      trigger,
      source,
      state,
      reason,
      attempt,
      started_at: startedAt,
      ended_at: endedAt,
    } = row;
    const exitCode = this.#exitCode.get(seq, attempt)?.exit_code ?? null;
    const facts = { run, trigger, lane, source, state, reason, exitCode, attempt, startedAt, endedAt };
    for (const report of owedReports(reports, facts)) this.#write(report, at);
  }

  #write(report: Report, at: number): void {
    const lane = laneOf(report);
    // Of callbacks, which are many where their receiver is away, none outdates another.
    const tried = report.kind === 'callback' ? [] : this.#tried.all(lane);
    for (const { seq, kind } of tried) if (isOutdatedBy(kind, report.kind)) this.#drop.run(seq);
    this.#insert.run(lane, report.kind, JSON.stringify(report), at, at);
  }
}
