/** Decides that a specification is stored once, however many runs share it, and is not serialised again per run. */
import { hash } from 'node:crypto';
import type { RunSpec } from '../../core/action.ts';
import { AppError } from '../../core/errors.ts';
import type { Database, Shadow, Statement } from './database.ts';

/** Parsed specifications kept for claims. */
const PARSED_MAX = 1_000;

/** The table of specifications. Remembers the row of each frozen object, as those of a snapshot never change. */
export class SpecTable implements Shadow {
  readonly #find: Statement<{ id: number }>;
  readonly #insert: Statement;
  readonly #read: Statement<{ json: string }>;
  readonly #release: Statement;
  #rows = new WeakMap<RunSpec, number>();
  readonly #parsed = new Map<number, RunSpec>();

  constructor(database: Database) {
    this.#find = database.statement('SELECT id FROM specs WHERE hash = ?');
    this.#insert = database.statement('INSERT INTO specs (hash, json) VALUES (?, ?)');
    this.#read = database.statement('SELECT json FROM specs WHERE id = ?');
    this.#release = database.statement(
      'DELETE FROM specs WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM runs WHERE spec = ?1)',
    );
    database.follow(this);
  }

  /** The row of this specification, written if it is new. */
  rowOf(spec: RunSpec): number {
    const known = this.#rows.get(spec);
    if (known !== undefined) return known;
    const json = JSON.stringify(spec);
    const digest = hash('sha256', json, 'base64url');
    const row = this.#find.get(digest)?.id ?? this.#insert.run(digest, json).lastInsertRowid;
    if (Object.isFrozen(spec)) this.#rows.set(spec, row);
    return row;
  }

  /** The specification in this row. */
  read(row: number): RunSpec {
    const parsed = this.#parsed.get(row);
    if (parsed !== undefined) return parsed;
    const stored = this.#read.get(row);
    if (stored === undefined)
      throw new AppError('internal', `a run names specification ${row}, which is gone`);
    const spec = JSON.parse(stored.json) as RunSpec;
    this.#keep(row, spec);
    return spec;
  }

  /** Deletes those of these rows that no run names any more. */
  release(rows: ReadonlySet<number>): void {
    let deleted = 0;
    for (const row of rows) deleted += this.#release.run(row).changes;
    if (deleted > 0) this.#forget();
  }

  commit(): void {
    // What was remembered is now true for good.
  }

  rollback(): void {
    this.#forget();
  }

  /** Rows that are gone may be numbered again, for another specification. */
  #forget(): void {
    this.#rows = new WeakMap();
    this.#parsed.clear();
  }

  #keep(row: number, spec: RunSpec): void {
    for (const oldest of this.#parsed.keys()) {
      if (this.#parsed.size < PARSED_MAX) break;
      this.#parsed.delete(oldest);
    }
    this.#parsed.set(row, spec);
  }
}
