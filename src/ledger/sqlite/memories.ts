/** Decides how small values are kept under names in SQLite, and found by how their names begin. */
import type { Database, Statement } from './database.ts';

interface MemoryRow {
  readonly name: string;
  readonly value: string;
}

/** Values by name. */
export class Memories {
  readonly #put: Statement;
  readonly #delete: Statement;
  readonly #get: Statement<{ value: string }>;
  readonly #within: Statement<MemoryRow>;

  constructor(database: Database) {
    this.#put = database.statement('INSERT OR REPLACE INTO memories (name, value) VALUES (?, ?)');
    this.#delete = database.statement('DELETE FROM memories WHERE name = ?');
    this.#get = database.statement('SELECT value FROM memories WHERE name = ?');
    // Text is compared by its bytes, and no text has a byte FF: what begins with the prefix lies below it.
    this.#within = database.statement(
      `SELECT name, value FROM memories WHERE name >= ?1 AND name < ?1 || CAST(x'FF' AS TEXT) ORDER BY name`,
    );
  }

  /** Inside a transaction; see `ChatLedger.remember`. */
  set(name: string, value: string | undefined): void {
    if (value === undefined) this.#delete.run(name);
    else this.#put.run(name, value);
  }

  get(name: string): string | undefined {
    return this.#get.get(name)?.value;
  }

  /** See `ChatLedger.memories`. */
  within(prefix: string): ReadonlyMap<string, string> {
    return new Map(this.#within.all(prefix).map(({ name, value }) => [name, value]));
  }
}
