/** Decides how the program speaks to SQLite: one connection, durable commits, prepared statements, its errors as ours. */
import { backup, DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { storeFailure, unavailable } from './failure.ts';

/** What a statement takes and a column holds; integers beyond 2^53 are never stored. */
export type SqlValue = null | number | string | Uint8Array;

/** A prepared statement with positional parameters whose rows have the shape `Row`. */
export interface Statement<Row = unknown> {
  run(...values: SqlValue[]): { readonly changes: number; readonly lastInsertRowid: number };
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
}

/** State in memory that mirrors the store: told of every end of a transaction. */
export interface Shadow {
  commit(): void;
  rollback(): void;
}

/** Another process (a backup, a person's shell) may hold the file this long before a write is given up. */
const BUSY_TIMEOUT_MS = 1_000;

/**
 * WAL with `synchronous = FULL`: a commit has reached the disk when it returns. The log is copied back every 1,000
 * pages, SQLite's default: with 4,000 or 250, commits of 25 admissions had up to twice the p99, and cost more CPU.
 */
const SETTINGS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 67108864;
  PRAGMA cache_size = -16000;
  PRAGMA temp_store = MEMORY;
`;

/** Pages that a backup copies in one step: more than a file can have. */
const ALL_PAGES = 2 ** 31 - 1;

/** One connection to one file. Not for use from several threads; everything it does is synchronous. */
export class Database {
  readonly file: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, Statement>();
  readonly #shadows: Shadow[] = [];

  /** Takes over a connection; `open` and `openForReading` make one. */
  constructor(file: string, db: DatabaseSync) {
    this.file = file;
    this.#db = db;
  }

  /** Opens for reading and writing, creating the file; throws `unavailable` or `corrupt_state`. */
  static open(file: string): Database {
    return Database.#guarded(file, () => {
      const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
      try {
        db.exec(SETTINGS);
      } catch (error) {
        db.close();
        throw error;
      }
      return new Database(file, db);
    });
  }

  /**
   * Opens for reading and leaves every byte as it is. `immutable` reads the file alone, without its log: right only
   * where there is none, and then nothing at all is created beside it.
   */
  static openForReading(file: string, options: { readonly immutable: boolean }): Database {
    return Database.#guarded(file, () => {
      const url = pathToFileURL(file);
      if (options.immutable) url.search = 'immutable=1';
      return new Database(file, new DatabaseSync(url, { timeout: BUSY_TIMEOUT_MS, readOnly: true }));
    });
  }

  /** Runs statements that return nothing. */
  exec(sql: string): void {
    Database.#guarded(this.file, () => this.#db.exec(sql));
  }

  /** The prepared statement of this text, made once. */
  statement<Row>(sql: string): Statement<Row> {
    let found = this.#statements.get(sql);
    if (found === undefined) {
      // Rows and counts are plain numbers, as `setReadBigInts` is never called; Node's types leave that open.
      found = this.#db.prepare(sql) as unknown as Statement;
      this.#statements.set(sql, found);
    }
    return found as Statement<Row>;
  }

  /** Calls `read` and turns what it throws into an `AppError`. */
  read<T>(read: () => T): T {
    return Database.#guarded(this.file, read);
  }

  /** From now on `shadow` hears how each transaction ended. */
  follow(shadow: Shadow): void {
    this.#shadows.push(shadow);
  }

  /**
   * Calls `work` inside one transaction. When it returns, the data is on disk; when it throws, nothing was written
   * and the error is an `AppError`. `work` must be synchronous.
   */
  transaction<T>(work: () => T): T {
    this.exec('BEGIN IMMEDIATE');
    let result: T;
    try {
      result = work();
    } catch (error) {
      this.#rollback();
      throw storeFailure(error, this.file);
    }
    this.#commit();
    return result;
  }

  /**
   * Copies the database into `file` while others write to it: in one step and so in one read transaction, off this
   * thread. In many steps it would begin anew with every commit of another process.
   */
  async copyTo(file: string): Promise<void> {
    try {
      await backup(this.#db, file, { rate: ALL_PAGES });
    } catch (error) {
      throw storeFailure(error, file);
    }
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #commit(): void {
    try {
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#rollback();
      throw unavailable(this.file, error);
    }
    for (const shadow of this.#shadows) shadow.commit();
  }

  #rollback(): void {
    try {
      // A full disk or a failed read has rolled back by itself already.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
    } finally {
      for (const shadow of this.#shadows) shadow.rollback();
    }
  }

  static #guarded<T>(file: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeFailure(error, file);
    }
  }
}
