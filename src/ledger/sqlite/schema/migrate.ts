/** Decides how a file comes to the schema that this program knows: all missing steps in one transaction, or none. */
import type { Database } from '../database.ts';
import { migrations } from './migrations.ts';

/** "UTHR": marks the file as ours, so that another program's database is refused and not built upon. */
export const APPLICATION_ID = 0x55544852;

/** The schema version this program reads and writes. */
export const SCHEMA_VERSION = migrations.length;

/** The schema version of the file; 0: empty. */
export function schemaVersion(database: Database): number {
  return database.read(
    () => database.statement<{ user_version: number }>('PRAGMA user_version').get()?.user_version ?? 0,
  );
}

/** Applies the steps from the file's version on; answers with the version it had. */
export function migrate(database: Database, steps: readonly string[] = migrations): number {
  const from = schemaVersion(database);
  if (from >= steps.length) return from;
  database.transaction(() => {
    for (const step of steps.slice(from)) database.exec(step);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${steps.length}`);
  });
  return from;
}
