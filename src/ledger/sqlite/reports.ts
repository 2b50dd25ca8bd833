/** Decides how the port of reports is served from SQLite: writes join the group commit, reads are made at once. */
import type { RunId } from '../../core/ids.ts';
import type { LostReport, ReportLedger, StoredReport } from '../../core/report-ledger.ts';
import type { ReportKind } from '../../core/report-target.ts';
import type { Report } from '../../core/report.ts';
import { outdatedBy } from '../outdated.ts';
import type { Database, Statement } from './database.ts';
import type { GroupCommit } from './group-commit.ts';

interface ReportRow {
  readonly seq: number;
  readonly lane: string;
  readonly kind: ReportKind;
  readonly content: string;
  readonly attempts: number;
  readonly created_at: number;
  readonly next_at: number;
}

/** Reports that wait, in SQLite; `OwedReports` writes them. */
export class SqliteReports implements ReportLedger {
  readonly #database: Database;
  readonly #commits: GroupCommit;
  readonly #lanes: Statement<{ lane: string; newest: number }>;
  readonly #first: Statement<ReportRow>;
  readonly #get: Statement<ReportRow>;
  readonly #lane: Statement<{ seq: number; kind: ReportKind }>;
  readonly #drop: Statement;
  readonly #again: Statement;
  readonly #keepLost: Statement;
  readonly #lostOf: Statement<LostReport>;

  constructor(database: Database, commits: GroupCommit) {
    this.#database = database;
    this.#commits = commits;
    // By the numbers, of which few are newer: the index of lanes would be read as a whole.
    this.#lanes = database.statement(
      'SELECT lane, max(seq) AS newest FROM reports NOT INDEXED WHERE seq > ? GROUP BY lane',
    );
    this.#first = database.statement('SELECT * FROM reports WHERE lane = ? ORDER BY next_at, seq LIMIT 1');
    this.#get = database.statement('SELECT * FROM reports WHERE seq = ?');
    this.#lane = database.statement('SELECT seq, kind FROM reports WHERE lane = ?');
    this.#drop = database.statement('DELETE FROM reports WHERE seq = ?');
    this.#again = database.statement('UPDATE reports SET attempts = attempts + 1, next_at = ? WHERE seq = ?');
    this.#keepLost = database.statement(
      'INSERT INTO lost_reports (run, kind, attempts, reason, at) SELECT seq, ?, ?, ?, ? FROM runs WHERE id = ?',
    );
    this.#lostOf = database.statement(
      `SELECT lost.kind, lost.attempts, lost.reason, lost.at FROM lost_reports AS lost
         JOIN runs ON runs.seq = lost.run WHERE runs.id = ? ORDER BY lost.seq`,
    );
  }

  async lanes(after: number): ReturnType<ReportLedger['lanes']> {
    const rows = this.#database.read(() => this.#lanes.all(after));
    const newest = rows.reduce((most, row) => Math.max(most, row.newest), after);
    return { lanes: rows.map(({ lane }) => lane), newest };
  }

  async first(lane: string): Promise<StoredReport | undefined> {
    const row = this.#database.read(() => this.#first.get(lane));
    return row && toReport(row);
  }

  drop(seq: number): Promise<void> {
    return this.#commits.write(() => {
      this.#drop.run(seq);
    });
  }

  giveUp(seq: number, { reason, at }: Pick<LostReport, 'reason' | 'at'>): Promise<void> {
    return this.#commits.write(() => {
      const row = this.#get.get(seq);
      if (row === undefined) return;
      this.#drop.run(seq);
      const { kind, attempts, facts } = toReport(row);
      this.#keepLost.run(kind, attempts + 1, reason, at, facts.run);
    });
  }

  async lostOf(run: RunId): Promise<readonly LostReport[]> {
    return this.#database.read(() => this.#lostOf.all(run));
  }

  again(seq: number, nextAt: number): Promise<boolean> {
    return this.#commits.write(() => {
      const row = this.#get.get(seq);
      if (row === undefined) return false;
      const outdated = row.kind === 'callback' ? [] : outdatedBy(this.#lane.all(row.lane), row);
      for (const one of outdated) this.#drop.run(one.seq);
      if (outdated.length === 0) this.#again.run(nextAt, seq);
      return outdated.length === 0;
    });
  }
}

function toReport({
  seq,
  content,
  attempts,
  created_at: createdAt,
  next_at: nextAt,
}: ReportRow): StoredReport {
  return { ...(JSON.parse(content) as Report), seq, attempts, createdAt, nextAt };
}
