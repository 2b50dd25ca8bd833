/** Decides what of a damaged file can still be read, and brings it into a sound one. */
import type { RunSpec } from '../../core/action.ts';
import { triggerId } from '../../core/ids.ts';
import { defaultPolicy } from '../../core/policy.ts';
import type { Database, SqlValue } from './database.ts';
import { isDamage } from './failure.ts';

type Row = Readonly<Record<string, SqlValue>>;

/** What became of the rows of a table. */
export interface SalvagedTable {
  readonly table: string;
  readonly rows: number;
  /** Ranges of keys (at least one row each, as far as can be told) that could not be read. */
  readonly unreadable: number;
}

/** Tables that grow, with the column by which they are read in stretches, parents first. */
const grown = [
  ['specs', 'id'],
  ['runs', 'seq'],
  ['payloads', 'run'],
  ['attempts', 'run'],
  ['deliveries', 'seq'],
  ['boots', 'seq'],
  ['revisions', 'revision'],
  ['delivery_counts', 'seq'],
  ['outbox', 'seq'],
  ['agent_attempts', 'seq'],
  ['reports', 'seq'],
  ['lost_reports', 'seq'],
] as const;

/** Tables of a few rows. */
const small = ['pauses', 'cron_states', 'meta', 'updates', 'memories'] as const;

/** Keys read at once. */
const STRETCH = 1_000;

/** Reads that may fail in one table before the rest of it is given up: a damaged root fails for every key. */
const MOST_FAILURES = 10_000;

/** Where nothing tells the highest key. */
const HIGHEST_GUESS = 10_000_000;

/** What takes the place of a specification that was lost; a retry of such a run says so and does nothing else. */
const lostSpec: RunSpec = {
  trigger: triggerId('manual', 'lost'),
  action: {
    kind: 'notify_only',
    message: 'What this run was to do was lost when the store was damaged.',
    silent: true,
  },
  policy: defaultPolicy('notify_only'),
  notifyOnSuccess: false,
  notifyOnFailure: false,
};

/** Copies every readable row into `to`, an empty ledger of the same schema version, and mends what refers to lost rows. */
export function salvage(from: Database, to: Database, now: number): readonly SalvagedTable[] {
  to.exec('PRAGMA foreign_keys = OFF');
  const tables = to.transaction(() => {
    const copied = [
      ...grown
        .filter(([table]) => hasTable(to, table))
        .map(([table, key]) => copyGrown(from, to, { table, key })),
      ...small.filter((table) => hasTable(to, table)).map((table) => copySmall(from, to, table)),
    ];
    mend(to, now);
    return copied;
  });
  to.exec('PRAGMA foreign_keys = ON');
  return tables;
}

/** A file of an older version lacks the tables that came later. */
function hasTable(to: Database, table: string): boolean {
  return to.statement('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined;
}

function copyGrown(
  from: Database,
  to: Database,
  { table, key }: { readonly table: string; readonly key: string },
): SalvagedTable {
  const range = `SELECT * FROM ${table} NOT INDEXED WHERE ${key} BETWEEN ? AND ?`;
  const highest = highestKey(from, table, key);
  let rows = 0;
  let unreadable = 0;
  let failures = 0;
  const stretches: Array<readonly [number, number]> = [];
  for (let low = 0; low <= highest && failures < MOST_FAILURES; low += STRETCH) {
    stretches.push([low, low + STRETCH - 1]);
    for (let next = stretches.pop(); next !== undefined; next = stretches.pop()) {
      const [first, last] = next;
      const read = tryRead(() => from.statement<Row>(range).all(first, last));
      if (read !== undefined) rows += insertAll(to, table, read);
      else if (first === last || failures >= MOST_FAILURES) unreadable += 1;
      else
        stretches.push([Math.floor((first + last) / 2) + 1, last], [first, Math.floor((first + last) / 2)]);
      if (read === undefined) failures += 1;
    }
  }
  return { table, rows, unreadable };
}

function copySmall(from: Database, to: Database, table: string): SalvagedTable {
  for (let rows = 0; ; rows += 1) {
    const read = tryRead(() => from.statement<Row>(`SELECT * FROM ${table} LIMIT 1 OFFSET ?`).all(rows));
    if (read === undefined) return { table, rows, unreadable: 1 };
    if (read.length === 0) return { table, rows, unreadable: 0 };
    insertAll(to, table, read);
  }
}

function highestKey(from: Database, table: string, key: string): number {
  const read = tryRead(() =>
    from.statement<{ top: number | null }>(`SELECT max(${key}) AS top FROM ${table}`).all(),
  );
  return read === undefined ? HIGHEST_GUESS : (read[0]?.top ?? 0);
}

/** Rows that contradict one already there (a damaged key) are left out. */
function insertAll(to: Database, table: string, rows: readonly Row[]): number {
  let inserted = 0;
  for (const row of rows) {
    const columns = Object.keys(row);
    const places = columns.map(() => '?').join(', ');
    const insert = to.statement(`INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${places})`);
    inserted += insert.run(...Object.values(row)).changes;
  }
  return inserted;
}

function mend(to: Database, now: number): void {
  const orphaned = 'spec NOT IN (SELECT id FROM specs)';
  to.statement(
    `UPDATE runs SET state = 'cancelled', reason = 'what it was to do was lost when the store was damaged',
       ended_at = ?, ready_at = NULL, owner = NULL WHERE ended_at IS NULL AND ${orphaned}`,
  ).run(now);
  to.statement(
    `INSERT INTO specs (id, hash, json) SELECT DISTINCT spec, 'lost ' || spec, ? FROM runs WHERE ${orphaned}`,
  ).run(JSON.stringify(lostSpec));
  for (const table of ['payloads', 'attempts', 'lost_reports'].filter((name) => hasTable(to, name))) {
    to.statement(`DELETE FROM ${table} WHERE run NOT IN (SELECT seq FROM runs)`).run();
  }
}

/** What `read` answers; undefined where the file is damaged. */
function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}
