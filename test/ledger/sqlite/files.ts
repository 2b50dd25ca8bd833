/** Files that hold ledgers, for tests of what only SQLite does. */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { silentLog } from '../../../src/core/log.ts';
import { Database } from '../../../src/ledger/sqlite/database.ts';
import { SqliteLedger } from '../../../src/ledger/sqlite/ledger.ts';
import { migrate } from '../../../src/ledger/sqlite/schema/migrate.ts';

/** The path of a file that is not there yet, in a folder that goes when the test ends. */
export async function freshFile(name = 'untether.db'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'untether-sqlite-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, name);
}

/** A ledger whose connection the test holds too. */
export interface OpenedLedger {
  readonly ledger: SqliteLedger;
  readonly database: Database;
  /** Transactions so far, by how they ended. */
  readonly ends: { committed: number; rolledBack: number };
}

/** Opens a ledger in the file; closed when the test ends. */
export function openOn(file: string): OpenedLedger {
  const database = Database.open(file);
  migrate(database);
  const ledger = new SqliteLedger(database, silentLog);
  const ends = { committed: 0, rolledBack: 0 };
  database.follow({
    commit: () => (ends.committed += 1),
    rollback: () => (ends.rolledBack += 1),
  });
  onTestFinished(() => ledger[Symbol.asyncDispose]());
  return { ledger, database, ends };
}

/** Overwrites the b-tree head of these pages (from 1, as SQLite counts). */
export async function damagePages(file: string, pages: readonly number[]): Promise<void> {
  const handle = await open(file, 'r+');
  for (const page of pages) await handle.write(Buffer.alloc(64, 0xa5), 0, 64, (page - 1) * 4_096);
  await handle.close();
}

/** Pages of a table or index that hold rows and not only pointers. */
export function leavesOf(file: string, name: string): readonly number[] {
  const database = Database.open(file);
  const pages = database
    .statement<{ pageno: number }>(
      `SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno`,
    )
    .all(name)
    .map(({ pageno }) => pageno);
  database.close();
  return pages;
}
