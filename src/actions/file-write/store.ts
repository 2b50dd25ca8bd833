/** Decides how bytes become a file: whole or not at all, on disk before it is said, and by the rule for a name in use. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import type { FileWriteAction } from '../../core/action.ts';
import { linkNew, syncFolder } from '../../files/names.ts';

/** A file to make; `path` is absolute, its folder exists and is free of symbolic links. */
export interface StoreRequest {
  readonly path: string;
  readonly data: Uint8Array;
  readonly onConflict: FileWriteAction['onConflict'];
  readonly nowMs: number;
}

/** The path that was really written, or `exists` where the rule says that this is an error. */
export type Stored = { readonly kind: 'stored'; readonly path: string } | { readonly kind: 'exists' };

/** Writes the file; rejects with the system's error when the disk refuses, and leaves nothing half-written behind. */
export async function storeFile(request: StoreRequest): Promise<Stored> {
  if (request.onConflict === 'append') return append(request);
  const temporary = join(dirname(request.path), `.untether-${randomUUID()}`);
  try {
    await writeThrough(temporary, request.data, 'wx');
    const stored = await giveName(temporary, request);
    await syncFolder(dirname(request.path));
    return stored;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function append({ path, data }: StoreRequest): Promise<Stored> {
  // O_NOFOLLOW: a link in the place of the file could lead anywhere. O_NONBLOCK: a FIFO would be waited for.
  const flags =
    constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  await writeThrough(path, data, flags);
  return { kind: 'stored', path };
}

async function writeThrough(path: string, data: Uint8Array, flags: string | number): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function giveName(temporary: string, request: StoreRequest): Promise<Stored> {
  if (request.onConflict === 'overwrite') {
    await rename(temporary, request.path);
    return { kind: 'stored', path: request.path };
  }
  const names = request.onConflict === 'error' ? [request.path] : namesFor(request);
  for (const path of names) if (await linkNew(temporary, path)) return { kind: 'stored', path };
  return { kind: 'exists' };
}

/** The name itself, then with the time, then numbered: `report.txt`, `report_1767225600000.txt`, `report_1767225600000_1.txt`. */
function* namesFor({ path, nowMs }: StoreRequest): Generator<string> {
  const { dir, name, ext } = parse(path);
  yield path;
  yield join(dir, `${name}_${nowMs}${ext}`);
  for (let number = 1; number < MOST_IN_A_MILLISECOND; number++)
    yield join(dir, `${name}_${nowMs}_${number}${ext}`);
}

const MOST_IN_A_MILLISECOND = 10_000;
