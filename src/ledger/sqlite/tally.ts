/** Decides how the due moments of a cron are counted in SQLite: by its indexes, looking only at rows that did not run. */
import type { TriggerId } from '../../core/ids.ts';
import type { DueTally } from '../../core/tally.ts';
import { NOTHING_DUE, OVERLAP } from '../../core/tally.ts';
import type { Database, Statement } from './database.ts';

interface Moments {
  readonly due: number;
  /** Null: there are none. */
  readonly first_seq: number | null;
}

type LeftOut = Pick<DueTally, 'skipped' | 'overlapped' | 'missed' | 'superseded' | 'cancelled'>;

/** What both counts of rows that have not started ask; one that a hook denied was claimed, and did nothing. */
const UNBEGUN = `trigger = ?1 AND source = 'cron' AND due_at >= ?2 AND (started_at IS NULL OR state = 'skipped')`;

/** Counting of rows by what became of them. */
export class Tallies {
  readonly #moments: Statement<Moments>;
  readonly #waiting: Statement<{ readonly waiting: number }>;
  readonly #leftOut: Statement<LeftOut>;

  constructor(database: Database) {
    // Answered by the index alone: a cron of every second has 86,400 moments a day.
    this.#moments = database.statement(
      `SELECT count(*) AS due, min(seq) AS first_seq FROM runs INDEXED BY runs_cron
       WHERE trigger = ? AND source = 'cron' AND due_at >= ?`,
    );
    this.#waiting = database.statement(
      `SELECT (SELECT count(*) FROM runs INDEXED BY runs_queued WHERE state = 'queued' AND ${UNBEGUN})
         + (SELECT count(*) FROM runs INDEXED BY runs_scheduled_of WHERE state = 'scheduled' AND ${UNBEGUN}) AS waiting`,
    );
    // Rows of one state are in the order of `seq` there, so that those of older moments are passed over.
    this.#leftOut = database.statement(
      `SELECT ${counted('skipped')} AS skipped,
         count(*) FILTER (WHERE state = 'skipped' AND reason GLOB '${OVERLAP}*') AS overlapped,
         ${counted('missed')} AS missed, ${counted('superseded')} AS superseded, ${counted('cancelled')} AS cancelled
       FROM runs INDEXED BY runs_trouble
       WHERE ended_at IS NOT NULL AND state <> 'succeeded' AND seq >= ?3
         AND state IN ('skipped', 'missed', 'superseded', 'cancelled') AND ${UNBEGUN}`,
    );
  }

  /** See `RunLedger.tally`. */
  of(trigger: TriggerId, since: number): DueTally {
    const { due, first_seq } = this.#moments.get(trigger, since) ?? { due: 0, first_seq: null };
    if (first_seq === null) return NOTHING_DUE;
    const { waiting } = this.#waiting.get(trigger, since) ?? NOTHING_DUE;
    const left = this.#leftOut.get(trigger, since, first_seq) ?? NOTHING_DUE;
    const { skipped, missed, superseded, cancelled } = left;
    // What neither waits nor was left out has started.
    return {
      ...NOTHING_DUE,
      ...left,
      due,
      waiting,
      ran: due - waiting - skipped - missed - superseded - cancelled,
    };
  }
}

function counted(state: string): string {
  return `count(*) FILTER (WHERE state = '${state}')`;
}
