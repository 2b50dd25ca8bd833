/** Decides how the outcomes of deliveries are counted in SQLite: a row for each trigger, day, verdict and reason. */
import type { TriggerId } from '../../core/ids.ts';
import type { DeliveryCount, DeliveryLedger } from '../../core/delivery-ledger.ts';
import { utcDay } from '../../core/day.ts';
import { keptReason } from '../delivery-tally.ts';
import type { Database, Statement } from './database.ts';
import type { GroupCommit } from './group-commit.ts';

interface CountRow {
  readonly trigger: TriggerId;
  readonly day: string;
  readonly verdict: string;
  readonly reason: string;
  readonly count: number;
  readonly last_at: number;
}

/** How a count without a reason is stored: the unique key takes every NULL for a value of its own. */
const NO_REASON = '';

const COLUMNS = 'trigger, day, verdict, reason, count, last_at';

/** Counts of deliveries in SQLite. */
export class SqliteDeliveries implements DeliveryLedger {
  readonly #database: Database;
  readonly #commits: GroupCommit;
  readonly #add: Statement;
  readonly #reasons: Statement<{ reason: string }>;
  readonly #all: Statement<CountRow>;
  readonly #ofTrigger: Statement<CountRow>;
  readonly #forget: Statement;

  constructor(database: Database, commits: GroupCommit) {
    this.#database = database;
    this.#commits = commits;
    this.#add = database.statement(
      `INSERT INTO delivery_counts (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (day, trigger, verdict, reason) DO UPDATE SET
         count = count + excluded.count, last_at = max(last_at, excluded.last_at)`,
    );
    this.#reasons = database.statement(
      `SELECT DISTINCT reason FROM delivery_counts WHERE day = ? AND trigger = ? AND reason <> '${NO_REASON}'`,
    );
    this.#all = database.statement(`SELECT ${COLUMNS} FROM delivery_counts WHERE day >= ? ORDER BY day`);
    this.#ofTrigger = database.statement(
      `SELECT ${COLUMNS} FROM delivery_counts WHERE trigger = ? AND day >= ? ORDER BY day`,
    );
    this.#forget = database.statement(
      `DELETE FROM delivery_counts
       WHERE seq IN (SELECT seq FROM delivery_counts WHERE day < ? ORDER BY day LIMIT ?)`,
    );
  }

  count(rows: readonly DeliveryCount[]): Promise<void> {
    return this.#commits.write(() => {
      for (const row of rows) this.#addOne(row);
    });
  }

  async deliveryCounts({
    trigger,
    sinceDay = '',
  }: Parameters<DeliveryLedger['deliveryCounts']>[0]): Promise<readonly DeliveryCount[]> {
    return this.#database
      .read(() => (trigger === undefined ? this.#all.all(sinceDay) : this.#ofTrigger.all(trigger, sinceDay)))
      .map(toCount);
  }

  forget({ before, limit }: Parameters<DeliveryLedger['forget']>[0]): Promise<number> {
    return this.#commits.write(() => this.#forget.run(utcDay(before), limit).changes);
  }

  #addOne({ trigger, day, verdict, reason, count, lastAt }: DeliveryCount): void {
    const known = reason === null ? [] : this.#reasons.all(day, trigger).map((row) => row.reason);
    this.#add.run(trigger, day, verdict, keptReason(reason, new Set(known)) ?? NO_REASON, count, lastAt);
  }
}

function toCount({ trigger, day, verdict, reason, count, last_at }: CountRow): DeliveryCount {
  return { trigger, day, verdict, reason: reason === NO_REASON ? null : reason, count, lastAt: last_at };
}
