/**
 * Decides how a restart is remembered across it: one small file in the state folder, believed only where nobody but this
 * user can have written it.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../core/errors.ts';
import type { Destination } from '../../core/message.ts';
import type { RestartOrder } from '../../core/restart.ts';

/** A chat that asked for a restart and waits for word. */
export interface RestartMarker extends RestartOrder {
  /** When it began, epoch ms. */
  readonly at: number;
}

/** What lies there: nothing, a marker, or something that is not believed. */
export type MarkerFound =
  | { readonly kind: 'none' }
  | { readonly kind: 'marker'; readonly marker: RestartMarker }
  | { readonly kind: 'refused'; readonly reason: string };

/** By what a marker is judged. */
export interface MarkerFacts {
  readonly now: number;
  /** True for a chat that the configuration speaks of. */
  readonly knows: (to: Destination) => boolean;
}

const MAX_BYTES = 4_096;
const MAX_AGE_MS = 900_000;
// Without following a link, and without waiting for somebody at the other end of a FIFO.
const CAREFULLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Where it lies in the state folder. */
export function markerFile(stateDir: string): string {
  return join(stateDir, 'restart.json');
}

/** Puts it in place of whatever lies there. Rejects with the system's error. */
export async function writeMarker(file: string, marker: RestartMarker): Promise<void> {
  const beside = `${file}.${randomUUID()}`;
  try {
    await using handle = await open(beside, 'wx', 0o600);
    await handle.writeFile(JSON.stringify(marker));
    await handle.sync();
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** Reads what lies there, and changes nothing; never rejects. */
export async function readMarker(file: string, facts: MarkerFacts): Promise<MarkerFound> {
  try {
    await using handle = await open(file, CAREFULLY);
    const doubt = await doubtOf(handle);
    return doubt === undefined ? judge(await textOf(handle), facts) : refused(doubt);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { kind: 'none' };
    return refused(messageOf(error));
  }
}

/** Takes it away, whatever it is; what will not go is left. */
export async function removeMarker(file: string): Promise<void> {
  // A folder of that name is somebody's mistake, and no marker either.
  await rm(file, { force: true }).catch(() => {});
}

async function doubtOf(handle: FileHandle): Promise<string | undefined> {
  const found = await handle.stat();
  if (!found.isFile()) return 'it is no regular file';
  if (found.uid !== process.getuid?.()) return 'it belongs to another user';
  if (found.nlink !== 1) return 'it has other names too';
  if ((found.mode & 0o077) !== 0) return 'others may read or write it';
  return found.size > MAX_BYTES ? `it is larger than ${MAX_BYTES} bytes` : undefined;
}

async function textOf(handle: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
  return buffer.toString('utf8', 0, bytesRead);
}

function judge(text: string, { now, knows }: MarkerFacts): MarkerFound {
  const marker = parse(text);
  if (marker === undefined) return refused('it holds something else');
  const age = now - marker.at;
  if (age > MAX_AGE_MS || age < -MAX_AGE_MS) return refused('it is of another time');
  return knows(marker.to) ? { kind: 'marker', marker } : refused('it names a chat that is not configured');
}

function parse(text: string): RestartMarker | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMarker(value) ? value : undefined;
  } catch {
    // Cut off or overwritten: as good as none.
    return undefined;
  }
}

function isMarker(value: unknown): value is RestartMarker {
  const { request, to, replyTo, at } = fieldsOf(value);
  const { bot, chat, thread } = fieldsOf(to);
  const isPlace = typeof bot === 'string' && Number.isSafeInteger(chat) && isIdOrAbsent(thread);
  return isPlace && typeof request === 'string' && Number.isSafeInteger(at) && isIdOrAbsent(replyTo);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function isIdOrAbsent(value: unknown): boolean {
  return value === undefined || Number.isSafeInteger(value);
}

function refused(reason: string): MarkerFound {
  return { kind: 'refused', reason };
}
