/** Decides how a first configuration file comes to be: made from the example, never over a file that is there. */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, messageOf } from '../core/errors.ts';
import { packageRoot } from './package-root.ts';

/** The example's name in the package. */
export const EXAMPLE_NAME = 'untether.toml.example';

/** It is the place where people write secrets. */
export const OWNER_ONLY = 0o600;

/** The example of the package at `root`. */
export function readExample(root: string = packageRoot()): Promise<string> {
  return readFile(join(root, EXAMPLE_NAME), 'utf8');
}

/**
 * Copies the example of the package at `root` to `file`. `conflict` when something is there already, `unavailable` when
 * it cannot be written.
 */
export async function writeExample(file: string, root: string = packageRoot()): Promise<void> {
  await writeNew(file, await readExample(root));
}

/** Writes a file for its owner alone, and the folders that it lies in. Throws as `writeExample` does. */
export async function writeNew(file: string, text: string): Promise<void> {
  await makeFolder(dirname(file));
  try {
    await writeFile(file, text, { flag: 'wx', mode: OWNER_ONLY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw isThere(file, error);
    throw new AppError('unavailable', `${file} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}

/** Throws `conflict` when something is there, before anybody is asked for what would go into it. */
export async function refuseExisting(file: string): Promise<void> {
  try {
    await stat(file);
  } catch {
    // Not there, or not to be seen: writing will say which.
    return;
  }
  throw isThere(file);
}

function isThere(file: string, cause?: unknown): AppError {
  return new AppError('conflict', `${file} is there already and was left as it is`, { cause });
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new AppError('unavailable', `the folder ${folder} cannot be made: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
