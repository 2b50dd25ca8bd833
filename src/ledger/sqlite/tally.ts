/** Decides how the due moments of a cron are counted in SQLite: one walk along the index of its moments. */
import type { TriggerId } from '../../core/ids.ts';
import type { DueTally } from '../../core/tally.ts';
import { NOTHING_DUE, OVERLAP } from '../../core/tally.ts';
import type { Database, Statement } from './database.ts';

/** Counting of rows by what became of them. */
export class Tallies {
  readonly #count: Statement<DueTally>;

  constructor(database: Database) {
    this.#count = database.statement(
      `SELECT count(*) AS due, count(started_at) AS ran,
         ${counted(`state IN ('scheduled', 'queued')`)} AS waiting,
         ${counted(`state = 'skipped'`)} AS skipped,
         ${counted(`state = 'skipped' AND reason GLOB '${OVERLAP}*'`)} AS overlapped,
         ${counted(`state = 'missed'`)} AS missed,
         ${counted(`state = 'superseded'`)} AS superseded,
         ${counted(`state = 'cancelled'`)} AS cancelled
       FROM runs INDEXED BY runs_cron WHERE source = 'cron' AND trigger = ? AND due_at >= ?`,
    );
  }

  /** See `RunLedger.tally`. */
  of(trigger: TriggerId, since: number): DueTally {
    return { ...NOTHING_DUE, ...this.#count.get(trigger, since) };
  }
}

/** Of the rows that have not started. */
function counted(condition: string): string {
  return `count(*) FILTER (WHERE started_at IS NULL AND ${condition})`;
}
