/** Decides which files are a plugin's own, and what their content comes to. */
import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** What one plugin may hold; more is no plugin but a mistake, such as a link to a home folder. */
const MOST_FILES = 2_000;

/** Temporary files of vim, Emacs and others. */
const TEMPORARY = /^(4913|.*~|#.*#|.*\.(sw[a-z]|tmp|bak|orig))$/;

/** Whether a file or folder of this name is left alone, by reloads and by watchers alike. */
export function isIgnored(name: string): boolean {
  return (
    name.startsWith('.') ||
    name === 'node_modules' ||
    name === 'data' ||
    name.toLowerCase().endsWith('.md') ||
    TEMPORARY.test(name)
  );
}

/** Files of a plugin, or why they may not be read. */
export type Tree = { readonly ok: true; readonly files: readonly string[]; readonly hash: string } | Refused;

/** Why files may not be read. */
export interface Refused {
  readonly ok: false;
  readonly reason: string;
}

/** Reads the tree at `root`, a file or folder; every real path in it must lie inside `base`, itself a real path. */
export async function readTree(root: string, base: string): Promise<Tree> {
  const files = await filesIn(root, base);
  if (!Array.isArray(files)) return files;
  if (files.length > MOST_FILES) return refused(`holds more than ${MOST_FILES} files`);
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    const text = await readFile(file);
    hash.update(`${relative(root, file)}\0${text.byteLength}\0`).update(text);
  }
  return { ok: true, files, hash: hash.digest('hex').slice(0, 12) };
}

/** Whether a real path lies inside a folder. */
export function isInside(path: string, folder: string): boolean {
  return path.startsWith(`${folder}${sep}`);
}

function refused(reason: string): Refused {
  return { ok: false, reason };
}

/** The files at a path, or why they may not be read; rejects where nothing is. */
export async function filesIn(path: string, base: string): Promise<string[] | Refused> {
  const real = await realpath(path);
  if (!isInside(real, base)) return refused(`${relative(base, path)} leads out of the plugins folder`);
  const about = await stat(real);
  if (about.isFile()) return [path];
  if (!about.isDirectory()) return [];
  // A link to a folder above it would go on for ever.
  if (real !== path && isInside(`${path}${sep}`, real))
    return refused(`${relative(base, path)} holds itself`);
  const found: string[] = [];
  for (const name of await readdir(path)) {
    if (isIgnored(name)) continue;
    const inside = await filesIn(join(path, name), base);
    if (!Array.isArray(inside)) return inside;
    found.push(...inside);
    if (found.length > MOST_FILES) return found;
  }
  return found;
}
