/** Decides which files `include` names: those of one folder that fit, in the order of their names. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What an entry of `include` comes to; all paths are absolute. */
export interface Included {
  readonly files: readonly string[];
  /** The folder whose entries decide; undefined: one file is named. */
  readonly folder: string | undefined;
}

const WILD = /[*?]/;

/**
 * The files of one pattern, an absolute path with `*` and `?` in its last part alone. Names that begin with a dot do not
 * fit: editors and Kubernetes keep their own files under them. A file that is named without wildcards is always one.
 */
export async function filesOf(pattern: string): Promise<Included> {
  if (!WILD.test(basename(pattern))) return { files: [pattern], folder: undefined };
  const folder = dirname(pattern);
  const fits = matcher(basename(pattern));
  const names = await namesIn(folder);
  return { files: names.filter(fits).map((name) => join(folder, name)), folder };
}

/** Whether an entry of `include` can be followed: wildcards only in the name of the file. */
export function isPattern(pattern: string): boolean {
  return !WILD.test(dirname(pattern)) && !pattern.endsWith('/');
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    // No folder, no files: that nothing fits is said at the entry.
    return [];
  }
}

function matcher(pattern: string): (name: string) => boolean {
  const wild = pattern
    .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^(?!\\.)${wild}$`, 'su');
  return (name) => expression.test(name);
}
