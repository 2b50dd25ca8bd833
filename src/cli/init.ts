/** Decides how a first configuration file comes to be: the example, copied, never over a file that is there. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, messageOf } from '../core/errors.ts';
import { packageRoot } from './package-root.ts';

/** The example's name in the package. */
export const EXAMPLE_NAME = 'untether.toml.example';

/** It is the place where people write secrets. */
const OWNER_ONLY = 0o600;

/**
 * Copies the example of the package at `root` to `file`. `conflict` when something is there already, `unavailable` when
 * it cannot be written.
 */
export async function writeExample(file: string, root: string = packageRoot()): Promise<void> {
  await makeFolder(dirname(file));
  try {
    await writeFile(file, await readFile(join(root, EXAMPLE_NAME)), { flag: 'wx', mode: OWNER_ONLY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new AppError('conflict', `${file} is there already and was left as it is`, { cause: error });
    }
    throw new AppError('unavailable', `${file} cannot be written: ${messageOf(error)}`, { cause: error });
  }
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
