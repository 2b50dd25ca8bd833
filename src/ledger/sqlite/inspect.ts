/** Decides whether a file may be opened as a ledger at all, before SQLite writes to it. */
import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { Database } from './database.ts';
import { corruptState, newerState, storeFailure } from './failure.ts';
import { APPLICATION_ID, SCHEMA_VERSION, schemaVersion } from './schema/migrate.ts';

/** Up to this size every page is checked at each start (some 15 ms a megabyte); larger files are checked in use. */
const FULL_CHECK_BYTES = 4 * 1024 * 1024;

/**
 * Returns when the file is absent, empty or a sound ledger that this program knows. Throws `corrupt_state` for damage,
 * a newer schema or another program's database, and `unavailable` when it cannot be read. The file is not changed.
 */
export function inspect(file: string): void {
  const bytes = sizeOf(file);
  if (bytes === 0) return;
  const database = Database.openForReading(file, { immutable: !existsSync(`${file}-wal`) });
  try {
    refuseUnknown(database);
    if (bytes <= FULL_CHECK_BYTES) refuseDamaged(database);
  } finally {
    database.close();
  }
}

/** Creates the file if it is absent, for its owner alone; SQLite gives its log the same mode. Throws `unavailable`. */
export function createPrivate(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    throw storeFailure(error, file);
  }
}

function sizeOf(file: string): number {
  let stats;
  try {
    stats = statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    throw storeFailure(error, file);
  }
  if (stats !== undefined && !stats.isFile()) throw corruptState(file, 'it is not a regular file');
  return stats?.size ?? 0;
}

/** Throws `corrupt_state` for another program's database and for one that a newer program wrote. */
export function refuseUnknown(database: Database): void {
  refuseForeign(database);
  refuseNewer(database);
}

function refuseForeign(database: Database): void {
  const id = database.read(
    () => database.statement<{ application_id: number }>('PRAGMA application_id').get()?.application_id,
  );
  const tables = database.read(
    () =>
      database.statement<{ tables: number }>('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables,
  );
  if (id !== APPLICATION_ID && tables !== 0) {
    throw corruptState(database.file, 'it is a database of another program');
  }
}

function refuseNewer(database: Database): void {
  const version = schemaVersion(database);
  if (version > SCHEMA_VERSION) throw newerState(database.file, version, SCHEMA_VERSION);
}

function refuseDamaged(database: Database): void {
  const finding = database.read(
    () => database.statement<{ quick_check: string }>('PRAGMA quick_check(1)').get()?.quick_check,
  );
  if (finding !== 'ok') throw corruptState(database.file, `it is damaged (${finding ?? 'no answer'})`);
}
