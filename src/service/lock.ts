/** Decides that one process holds a state folder: a kernel lock on a file in it, gone the moment the process is. */
import { DatabaseSync } from 'node:sqlite';
import { closeSync, existsSync, openSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, messageOf } from '../core/errors.ts';

const SQLITE_BUSY = 5;

/** Who holds the folder, as views and a refused second instance name it. */
export interface Holder {
  readonly pid: number;
  /** Epoch ms. */
  readonly since: number;
}

/**
 * Takes the lock of the state folder for the life of the returned value. SQLite's write lock is a POSIX file lock: the
 * kernel drops it with the process, a reused PID cannot fake it, children do not inherit it; the holder's name stays
 * readable beside it. Throws `already_running` naming the holder, `unavailable` when the folder cannot be written.
 */
export function lockStateFolder(folder: string, holder: Holder): Disposable {
  return hold({ file: join(folder, 'untether.lock'), what: folder, holder });
}

/**
 * Takes the lock of a store that lies outside the state folder: two folders may name one file, and each would take the
 * other's runs for those of a dead process. Throws as `lockStateFolder` does.
 */
export function lockStore(file: string, holder: Holder): Disposable {
  return hold({ file: `${realpathSync(file)}.lock`, what: file, holder });
}

interface Hold {
  readonly file: string;
  /** What is held, in words. */
  readonly what: string;
  readonly holder: Holder;
}

function hold({ file, what, holder }: Hold): Disposable {
  const database = openLockFile(file);
  try {
    database.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER, since INTEGER)');
    database.exec('BEGIN IMMEDIATE; DELETE FROM holder');
    database.prepare('INSERT INTO holder VALUES (?, ?)').run(holder.pid, holder.since);
    database.exec('COMMIT; BEGIN IMMEDIATE');
  } catch (error) {
    const other = isBusy(error) ? readHolder(database) : undefined;
    database.close();
    if (!isBusy(error))
      throw new AppError('unavailable', `cannot lock ${what}: ${messageOf(error)}`, { cause: error });
    const who =
      other === undefined
        ? 'another process'
        : `process ${other.pid}, since ${new Date(other.since).toISOString()}`;
    throw new AppError('already_running', `another untether holds ${what}: ${who}`, { cause: error });
  }
  return {
    [Symbol.dispose]: () => {
      database.close();
    },
  };
}

function openLockFile(file: string): DatabaseSync {
  try {
    // Whoever can read it could lock it. One that is there is not opened: closing it would drop a lock of this process.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
    return new DatabaseSync(file, { timeout: 0 });
  } catch (error) {
    throw new AppError('unavailable', `cannot open ${file}: ${messageOf(error)}`, { cause: error });
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}

function readHolder(database: DatabaseSync): Holder | undefined {
  try {
    const row = database.prepare('SELECT pid, since FROM holder').get();
    return row === undefined ? undefined : { pid: Number(row['pid']), since: Number(row['since']) };
  } catch {
    // The other is just taking the lock; its name is a courtesy, not a condition.
    return undefined;
  }
}
