/** Decides what an error of SQLite or of its file means to the program, by its numeric result code (sqlite.org/rescode.html). */
import { AppError, messageOf } from '../../core/errors.ts';

/** PERM, BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL, NOLFS: the machine's fault, may pass. */
const passing: readonly number[] = [3, 5, 6, 7, 8, 10, 13, 14, 15, 22];

/** CORRUPT, NOTADB. */
const damage: readonly number[] = [11, 26];

/**
 * The error as an `AppError` that names the file: `unavailable` for what may pass, `corrupt_state` for damage, and
 * `internal` for the rest, which is a bug. An `AppError` is returned as it is.
 */
export function storeFailure(error: unknown, file: string): AppError {
  if (error instanceof AppError) return error;
  const code = resultCode(error);
  if (isSystemError(error) || (code !== undefined && passing.includes(code))) return unavailable(file, error);
  if (code !== undefined && damage.includes(code)) return corruptState(file, messageOf(error), error);
  return new AppError('internal', 'the store met an unforeseen fault', { cause: error });
}

/** The store cannot take it now. */
export function unavailable(file: string, cause: unknown): AppError {
  return new AppError('unavailable', `the store ${file} cannot be used now: ${messageOf(cause)}`, { cause });
}

/** What to do about a file that cannot be used. */
const SALVAGE =
  'run `untether state repair` to salvage it into a new file (the old one is kept), or put a backup in its place';

/** The file is damaged or not ours; the message says which file, why, and the way out. */
export function corruptState(file: string, reason: string, cause?: unknown): AppError {
  return new AppError('corrupt_state', `${file} cannot be used as it is: ${reason}; ${SALVAGE}`, { cause });
}

/** A newer program wrote the file, and this one would spoil it. */
export function newerState(file: string, version: number, known: number): AppError {
  return new AppError(
    'corrupt_state',
    `${file} cannot be used as it is: its schema has version ${version} and this program knows up to ${known}; ` +
      'start the newer untether that wrote it, or put a backup of this version in its place',
  );
}

/** True for SQLite's report of damage: what was read may be unreadable while the rest is not. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && damage.includes(code);
}

/** A system call failed (no permission, no such folder). */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** The primary result code; the upper bits of the extended one say more than anybody here asks. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
