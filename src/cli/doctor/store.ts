/** Decides whether the ledger can be used, without writing to it. */
import { constants, existsSync } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { Database } from '../../ledger/sqlite/database.ts';
import { inspect } from '../../ledger/sqlite/inspect.ts';
import { SCHEMA_VERSION, schemaVersion } from '../../ledger/sqlite/schema/migrate.ts';
import type { Facts } from './facts.ts';
import { broken, fine } from './finding.ts';
import type { Finding } from './finding.ts';
import { existingPart } from './existing-part.ts';
import { succeeds } from './probe.ts';

const name = 'store';

export async function checkStore(facts: Facts): Promise<readonly Finding[]> {
  const { loaded, stateDir } = facts;
  const store = loaded?.boot.store ?? { kind: 'sqlite', file: join(stateDir, 'untether.db') };
  if (store.kind === 'memory') return [fine(name, 'in memory: gone with the service')];
  const folders = await Promise.all([...new Set([stateDir, dirname(store.file)])].map(checkFolder));
  return [...folders.flat(), await checkFile(store.file, facts)];
}

/** The service makes what is missing of it. */
async function checkFolder(folder: string): Promise<readonly Finding[]> {
  const there = await existingPart(folder);
  if (await succeeds(access(there, constants.W_OK | constants.X_OK))) return [];
  const finding = `${there} may not be written by this user`;
  return [
    broken({ name, finding }, `chown it to the user of the service, or name another folder by --state`),
  ];
}

async function checkFile(file: string, { service }: Facts): Promise<Finding> {
  const bytes = await sizeOf(file);
  if (bytes === undefined) return fine(name, `${file} is not there yet: the first start makes it`);
  try {
    inspect(file);
    const version = bytes === 0 ? 0 : versionOf(file);
    const held = service.kind === 'running' ? `, held by process ${service.status.pid}` : '';
    const facts = `schema ${version} of ${SCHEMA_VERSION}, ${megabytes(bytes)}`;
    return fine(name, `${file} opens: ${facts}${held}`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return broken({ name, finding: error.message }, '');
  }
}

function versionOf(file: string): number {
  // Without a log beside it nothing else is to be made there either.
  const database = Database.openForReading(file, { immutable: !existsSync(`${file}-wal`) });
  try {
    return schemaVersion(database);
  } finally {
    database.close();
  }
}

/** With its log; undefined: there is no file. */
async function sizeOf(file: string): Promise<number | undefined> {
  const [main, log] = await Promise.all(
    [file, `${file}-wal`].map((path) => stat(path).catch(() => undefined)),
  );
  return main === undefined ? undefined : main.size + (log?.size ?? 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
