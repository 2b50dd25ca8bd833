/** Decides where a run's output lives and how much of it is kept: its head and its tail, one file per attempt. */
import { fstatSync, ftruncateSync, readSync } from 'node:fs';
import { appendFile, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileHandle } from 'node:fs/promises';
import type { RunId } from '../core/ids.ts';

const DAY_MS = 86_400_000;
/** While it is read, a fast writer writes on: less than this is read before it can, or nearly. */
const NEAR_BYTES = 64 * 1024;
const MOST_ROUNDS = 8;
/** Of one attempt, where the whole output is asked for at once. */
const MOST_READ_BYTES = 16 * 1024 * 1024;

/** The folder of a run's files: one per UTC day of its admission, so that old days vanish whole. */
export function outputFolder(root: string, run: RunId): string {
  const mintedMs = Number.parseInt(run.slice(0, 8) + run.slice(9, 13), 16);
  return join(root, new Date(mintedMs - (mintedMs % DAY_MS)).toISOString().slice(0, 10));
}

/** The file that stdout and stderr of one attempt are appended to. */
export function outputFile(root: string, run: RunId, attempt: number): string {
  return join(outputFolder(root, run), `${run}.${attempt}.log`);
}

/** Makes the folder of a run's files; costs nothing when it is there. */
export async function prepareOutput(root: string, run: RunId): Promise<void> {
  await mkdir(outputFolder(root, run), { recursive: true, mode: 0o750 });
}

/** Appends a line of the service's own to an attempt's output. */
export async function appendLine(file: string, text: string): Promise<void> {
  await appendFile(file, text.endsWith('\n') ? text : `${text}\n`, { mode: 0o600 });
}

/**
 * Holds a file that is being appended to below about `maxBytes`: what lies between its first half and its newest half
 * is dropped. The writer is never stopped and needs no cooperation beyond O_APPEND. The newest part waits in `<file>.tail` until `finishTrim`. Answers whether anything was cut.
 */
export async function trimOutput(file: string, maxBytes: number): Promise<boolean> {
  if ((await sizeOf(file)) <= maxBytes) return false;
  const handle = await open(file, 'r+');
  try {
    const { size } = await handle.stat();
    const half = Math.floor(maxBytes / 2);
    const newest = await readRange(handle, size - half, half);
    const newer = takeRest(handle.fd, { from: size, keep: half });
    await writeTail(`${file}.tail`, Buffer.concat([newest, newer]).subarray(-half));
    return true;
  } finally {
    await handle.close();
  }
}

/**
 * Cuts everything behind the first `keep` bytes and answers with the newest of what was written from `from` on. At one go,
 * so that a last word which is written meanwhile is seldom lost: it would be the most telling line of all.
 */
function takeRest(fd: number, { from, keep }: { readonly from: number; readonly keep: number }): Buffer {
  const parts: Buffer[] = [];
  for (let [end, isNear] = [from, false]; !isNear;) {
    const { size } = fstatSync(fd);
    const start = Math.max(end, size - keep);
    const part = Buffer.alloc(Math.max(0, size - start));
    readSync(fd, part, 0, part.length, start);
    parts.push(part);
    isNear = size - end < NEAR_BYTES || parts.length === MOST_ROUNDS;
    end = size;
  }
  ftruncateSync(fd, keep);
  return Buffer.concat(parts).subarray(-keep);
}

/** Joins head, a line that tells of the cut, and tail, once the writer is gone; only for a file that was cut. */
export async function finishTrim(file: string, maxBytes: number): Promise<void> {
  const half = Math.floor(maxBytes / 2);
  const tail = await open(`${file}.tail`, 'r');
  const handle = await open(file, 'r+');
  try {
    const kept = await tail.readFile();
    const { size } = await handle.stat();
    const newer = await readRange(handle, half, Math.max(0, size - half));
    const end = Buffer.concat([kept, newer]).subarray(-half);
    const mark = Buffer.from(`\n[… output cut: only its first and last ${half} bytes are kept …]\n`);
    await handle.truncate(half);
    await handle.write(Buffer.concat([mark, end]), 0, mark.length + end.length, half);
  } finally {
    await handle.close();
    await tail.close();
    await rm(`${file}.tail`, { force: true });
  }
}

/** All attempts' output as text, with a line between attempts; empty when there was none. */
export async function readOutput(root: string, run: RunId): Promise<string> {
  const files = await outputFiles(root, run);
  const parts: string[] = [];
  for (const [index, file] of files.entries()) {
    const text = await readHead(file);
    parts.push(index === 0 ? text : `${attemptLine(index + 1)}${text}`);
  }
  return parts.join('');
}

/** The beginning of a file as text: processes that a run left behind may have written without bound. */
async function readHead(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const text = (await readRange(handle, 0, Math.min(size, MOST_READ_BYTES))).toString('utf8');
    return size > MOST_READ_BYTES
      ? `${text}\n[… ${size - MOST_READ_BYTES} more bytes: read them with untether logs …]\n`
      : text;
  } finally {
    await handle.close();
  }
}

/** The line that separates attempts in a run's output. */
export function attemptLine(attempt: number): string {
  return `--- attempt ${attempt} ---\n`;
}

/** The files of a run's attempts, oldest first. */
export async function outputFiles(root: string, run: RunId): Promise<readonly string[]> {
  const folder = outputFolder(root, run);
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return names
    .filter((name) => name.startsWith(run) && name.endsWith('.log'))
    .map((name) => ({ name, attempt: Number(name.slice(run.length + 1, -4)) }))
    .sort((a, b) => a.attempt - b.attempt)
    .map(({ name }) => join(folder, name));
}

/** Deletes the files of runs that retention removed, and days that became empty. */
export async function removeOutput(root: string, runs: readonly RunId[]): Promise<void> {
  for (const run of runs) {
    for (const file of await outputFiles(root, run)) await rm(file, { force: true });
  }
}

/** Bytes of a file; 0 where there is none. */
export async function sizeOf(file: string): Promise<number> {
  const stats = await stat(file).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  return stats?.size ?? 0;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function readRange(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, from);
  return buffer.subarray(0, bytesRead);
}

async function writeTail(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
}
