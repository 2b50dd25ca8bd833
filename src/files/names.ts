/** Decides how a file gets its name: never in place of another, and for good only once its folder is on disk. */
import { link, open } from 'node:fs/promises';

/**
 * Gives `from` the name `to` as well; false where that is taken. Unlike a rename, a hard link never replaces what is
 * there: of two at once, one finds out.
 */
export async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A name is only durable once its folder is (fsync(2)). */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
