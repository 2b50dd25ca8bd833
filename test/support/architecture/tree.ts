/** Decides which files the architecture rules look at, and where an import leads. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Import, SourceFile } from './imports.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const NOT_OURS = new Set(['node_modules', '.git', 'dist', 'coverage', '.untether']);

/** Every text file under a folder of the repository (`''` is all of it), without what others wrote or we built. */
export function readTree(folder: string): readonly SourceFile[] {
  return readdirSync(ROOT + folder, { withFileTypes: true }).flatMap((entry): readonly SourceFile[] => {
    const path = posix.join(folder, entry.name);
    if (NOT_OURS.has(entry.name)) return [];
    if (entry.isDirectory()) return readTree(path);
    return entry.isFile() ? readText(path) : [];
  });
}

/** Where a relative import leads, as a path from the root; undefined for a package or a part of Node. */
export function targetOf({ from, specifier }: Import): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined;
}

/** The folder of `src` that a path lies in; undefined for anything that is in none. */
export function folderOf(path: string): string | undefined {
  const [top, folder, file] = path.split('/');
  return top === 'src' && file !== undefined ? folder : undefined;
}

function readText(path: string): readonly SourceFile[] {
  const text = readFileSync(ROOT + path, 'utf8');
  return text.includes('\0') ? [] : [{ path, text }];
}
