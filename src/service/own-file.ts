/** Decides how a small file of the service's own is kept: whole or not at all, and readable by nobody else. */
import { constants } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const OWNER_ONLY = 0o600;

/** Replaces a file: written anew under another name, on disk before it takes the place. Rejects as the disk does. */
export async function writeOwn(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, '.new');
  // What a death left there, or somebody put there: a link would be followed, and a FIFO waited for.
  await rm(draft, { force: true });
  try {
    await using file = await open(draft, 'wx', OWNER_ONLY);
    await file.writeFile(text);
    await file.sync();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  // A name is only durable once its folder is (fsync(2)).
  await using entry = await open(folder, 'r');
  await entry.sync();
}

/** The text of a regular file of this user that nobody else may read or has linked; undefined: there is none such. */
export async function readOwn(path: string): Promise<string | undefined> {
  try {
    // No link is followed, and no FIFO waited for.
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return (await isOwn(file)) ? await file.readFile('utf8') : undefined;
  } catch {
    // Not there, or a link: both are none of ours.
    return undefined;
  }
}

async function isOwn(file: FileHandle): Promise<boolean> {
  const stat = await file.stat();
  return stat.isFile() && stat.uid === process.getuid?.() && stat.nlink === 1 && (stat.mode & 0o077) === 0;
}
