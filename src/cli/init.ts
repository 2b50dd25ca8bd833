/** Decides how a first configuration file comes to be: the example, copied, never over a file that is there. */
import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, messageOf } from '../core/errors.ts';
import { packageRoot } from './package-root.ts';

/** The example's name in the package. */
export const EXAMPLE_NAME = 'untether.toml.example';

/** Copies the example to `file`. `conflict` when something is there already, `unavailable` when it cannot be written. */
export async function writeExample(file: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await copyFile(join(packageRoot(), EXAMPLE_NAME), file, constants.COPYFILE_EXCL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new AppError('conflict', `${file} is there already and was left as it is`, { cause: error });
    }
    throw new AppError('unavailable', `${file} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}
