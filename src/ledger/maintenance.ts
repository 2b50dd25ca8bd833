/** Decides how an embedded ledger is backed up while it is in use, and how a damaged one is brought back. */
import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { Database } from './sqlite/database.ts';
import { createPrivate, inspect, refuseUnknown } from './sqlite/inspect.ts';
import type { SalvagedTable } from './sqlite/salvage.ts';
import { salvage } from './sqlite/salvage.ts';
import { migrate, schemaVersion } from './sqlite/schema/migrate.ts';
import { migrations } from './sqlite/schema/migrations.ts';

/** What a repair did. */
export interface Repair {
  /** Where the damaged file is now. */
  readonly damaged: string;
  readonly tables: readonly SalvagedTable[];
}

/**
 * Copies the ledger in `file` to `to` as it is at one moment, also while a service writes to it. `to` must be absent
 * (`conflict`) and appears whole or not at all. Rejects with `not_found`, `corrupt_state` or `unavailable` otherwise.
 */
export async function backupLedger(file: string, to: string): Promise<void> {
  if (!existsSync(file)) throw new AppError('not_found', `there is no ledger at ${file}`);
  if (existsSync(to)) throw new AppError('conflict', `${to} exists already; a backup replaces nothing`);
  inspect(file);
  const partial = `${to}.partial`;
  rmSync(partial, { force: true });
  createPrivate(partial);
  const database = Database.openForReading(file, { immutable: false });
  try {
    await database.copyTo(partial);
    renameSync(partial, to);
  } finally {
    database.close();
    rmSync(partial, { force: true });
  }
}

/**
 * Salvages what can be read of `file` into a sound ledger in its place; the old file and its log are kept under
 * another name. For a stopped service only. Throws `not_found`, or `corrupt_state` when the head of the file is gone,
 * or it is a newer program's or another one's, and then changes nothing.
 */
export function repairLedger(file: string, clock: Clock): Repair {
  if (!existsSync(file)) throw new AppError('not_found', `there is no ledger at ${file}`);
  const now = clock.now();
  const repaired = `${file}.repaired`;
  for (const suffix of ['', '-wal', '-shm']) rmSync(repaired + suffix, { force: true });
  const tables = salvageInto(file, repaired, now);
  const damaged = `${file}.damaged-${now}`;
  replaceBy(repaired, { file, kept: damaged });
  return { damaged, tables };
}

/** At no moment is there no file: a start in between must not take its absence for a clean start. */
function replaceBy(repaired: string, { file, kept }: { readonly file: string; readonly kept: string }): void {
  const log = `${file}-wal`;
  linkSync(file, kept);
  if (existsSync(log)) linkSync(log, `${kept}-wal`);
  // The log belongs to the old file; beside the new one it would be read into it.
  for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
  renameSync(repaired, file);
}

function salvageInto(file: string, repaired: string, now: number): readonly SalvagedTable[] {
  const from = Database.openForReading(file, { immutable: !existsSync(`${file}-wal`) });
  try {
    refuseUnknown(from);
    const version = schemaVersion(from);
    createPrivate(repaired);
    const to = Database.open(repaired);
    try {
      migrate(to, version === 0 ? migrations : migrations.slice(0, version));
      const tables = salvage(from, to, now);
      migrate(to);
      return tables;
    } finally {
      to.close();
    }
  } finally {
    from.close();
  }
}
