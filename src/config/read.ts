/** Decides which files are read at all: regular ones of a bounded size that hold UTF-8, without ever waiting for one. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { messageOf } from '../core/errors.ts';

/** The text of a file; `mode` holds its permission bits. */
export interface FileText {
  readonly text: string;
  readonly mode: number;
}

/** Why a file was not read: the rest of a sentence that begins with its path, and the place when it is known. */
export interface ReadFault {
  readonly ok: false;
  readonly message: string;
  /** Nothing is there. */
  readonly isMissing?: boolean;
  /** Both count from 1. */
  readonly place?: { readonly line: number; readonly column: number };
}

/** A text that was read, or why it could not be. */
export type ReadResult = ({ readonly ok: true } & FileText) | ReadFault;

/** Largest configuration file, in bytes. */
export const MAX_CONFIG_BYTES = 32 * 1024 * 1024;

/** Largest file that may hold a secret, in bytes. */
export const MAX_SECRET_BYTES = 64 * 1024;

/** Reads a whole file, or says why not. A byte order mark is left out. Never rejects, and never waits for a FIFO. */
export async function readText(path: string, maxBytes: number): Promise<ReadResult> {
  let file: FileHandle | undefined;
  try {
    // Opening a FIFO would wait for a writer without O_NONBLOCK.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return await readOpen(file, maxBytes);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { ok: false, message: whyNot(error), ...(isMissing && { isMissing }) };
  } finally {
    await file?.close();
  }
}

async function readOpen(file: FileHandle, maxBytes: number): Promise<ReadResult> {
  const stat = await file.stat();
  if (stat.isDirectory()) return { ok: false, message: 'is a folder, not a file' };
  if (!stat.isFile()) return { ok: false, message: 'is not a regular file' };
  if (stat.size > maxBytes) return { ok: false, message: tooLarge(maxBytes) };
  const bytes = await readBytes(file, { expected: stat.size, maxBytes });
  if (bytes.length > maxBytes) return { ok: false, message: tooLarge(maxBytes) };
  return decode(bytes, stat.mode & 0o777);
}

/** All bytes, or one more than `maxBytes`; the file may grow meanwhile, or have told no size. */
async function readBytes(
  file: FileHandle,
  { expected, maxBytes }: { readonly expected: number; readonly maxBytes: number },
): Promise<Uint8Array> {
  let buffer = Buffer.allocUnsafe(expected + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length);
    length += bytesRead;
    if (bytesRead === 0 || length > maxBytes) return buffer.subarray(0, length);
    if (length === buffer.length) buffer = Buffer.concat([buffer], Math.min(2 * length, maxBytes + 1));
  }
}

function decode(bytes: Uint8Array, mode: number): ReadResult {
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), mode };
  } catch {
    // The decoder says no more than this.
    return { ok: false, message: 'is not valid UTF-8', place: firstBadPlace(bytes) };
  }
}

function firstBadPlace(bytes: Uint8Array): { readonly line: number; readonly column: number } {
  const lenient = new TextDecoder().decode(bytes);
  const before = lenient.slice(0, lenient.indexOf('\uFFFD')).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function tooLarge(maxBytes: number): string {
  return `is larger than ${maxBytes >= 1024 * 1024 ? `${maxBytes / 1024 / 1024} MB` : `${maxBytes / 1024} KB`}`;
}

function whyNot(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'does not exist';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by this user';
    case 'ENXIO':
      return 'is not a regular file';
    case 'ELOOP':
      return 'is a symbolic link that leads to itself';
    case 'ENOTDIR':
      return 'does not exist: a part of its path is no folder';
    default:
      return `cannot be read: ${messageOf(error)}`;
  }
}
