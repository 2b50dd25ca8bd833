/** Decides where the program's own files are: the nearest folder above this one with a `package.json`. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../core/errors.ts';

/** The folder of the checkout or of the installed package; the same for the source and for the bundle. */
export function packageRoot(from: string = import.meta.dirname): string {
  let folder = from;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new AppError('internal', `no package.json above ${from}`);
    folder = parent;
  }
  return folder;
}

/** The program's version. */
export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
