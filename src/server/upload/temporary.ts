/** Decides how a file lies on the disk while nobody knows yet whether it is wanted: under a name that says so. */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const PREFIX = '.untether-upload-';
const OWNER_ONLY = 0o600;

/** A file that is on the disk. */
export interface Received {
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** A new name in `folder`, which nothing else has. */
export function temporaryPath(folder: string): string {
  return join(folder, PREFIX + randomUUID());
}

/** Writes all of `content` to a new file, which only this user can read. Resolves once it is on disk, not merely written. */
export async function receiveFile(content: Readable, path: string): Promise<Received> {
  const hash = createHash('sha256');
  let size = 0;
  content.on('data', (chunk: Buffer) => {
    size += chunk.length;
    hash.update(chunk);
  });
  await pipeline(content, createWriteStream(path, { flags: 'wx', mode: OWNER_ONLY, flush: true }));
  return { size, sha256: hash.digest('hex') };
}

/**
 * Removes what a life that ended without warning left in `folder`; call it before this one receives anything there. What
 * cannot be removed stays: it is in nobody's way.
 */
export async function sweepFolder(folder: string): Promise<void> {
  // A folder that is not there yet has nothing in it.
  const names = await readdir(folder).catch(() => []);
  const left = names.filter((name) => name.startsWith(PREFIX));
  await Promise.allSettled(left.map((name) => rm(join(folder, name), { force: true })));
}
