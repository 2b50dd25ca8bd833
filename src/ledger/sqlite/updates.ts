/** Decides which updates of a bot's account count as done in SQLite: all up to the last one that was acted on. */
import { staleUntil } from '../update-memory.ts';
import type { Database, Statement } from './database.ts';

/** The last update of each account. */
export class Updates {
  readonly #last: Statement<{ last: number }>;
  readonly #advance: Statement;

  constructor(database: Database) {
    this.#last = database.statement('SELECT last FROM updates WHERE account = ? AND at > ?');
    this.#advance = database.statement(
      `INSERT INTO updates (account, last, at) VALUES (?, ?, ?)
       ON CONFLICT (account) DO UPDATE SET last = excluded.last, at = excluded.at
         WHERE excluded.last > last OR at <= ?`,
    );
  }

  /** See `ChatLedger.lastUpdate`. */
  last(account: string, now: number): number | undefined {
    return this.#last.get(account, staleUntil(now))?.last;
  }

  /** Inside a transaction: records the update. False: it, or a later one, was recorded lately. */
  advance(account: string, update: number, at: number): boolean {
    return this.#advance.run(account, update, at, staleUntil(at)).changes > 0;
  }
}
