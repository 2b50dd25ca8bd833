/** Decides what tells two states of a file apart without reading it, and which folders show that one changed. */
import { lstat, readlink, stat } from 'node:fs/promises';
import { dirname, join, parse, resolve, sep } from 'node:path';

/** A text that changes whenever one of the files is written, replaced, removed or created, or linked elsewhere. */
export async function signatureOf(files: readonly string[]): Promise<string> {
  const parts = await Promise.all(files.map(signatureOfOne));
  return parts.join('|');
}

async function signatureOfOne(file: string): Promise<string> {
  try {
    const { mtimeNs, ctimeNs, size, ino, dev } = await stat(file, { bigint: true });
    return [mtimeNs, ctimeNs, size, ino, dev].join(':');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unreadable';
  }
}

/** Those of the paths that are folders. */
export async function foldersAmong(paths: readonly string[]): Promise<readonly string[]> {
  const are = await Promise.all(paths.map(isFolder));
  return paths.filter((_, index) => are[index]);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Not there: nothing comes and goes in it, and that it comes is seen in the folder around it.
    return false;
  }
}

// Enough for any chain that is no circle.
const MAX_LINKS = 40;

/**
 * Every name on the way to a file: itself, each symbolic link that is followed, and what they lead to. A change of any
 * of them can change what the file says (Kubernetes swaps `..data`, two steps away).
 */
export async function namesOnTheWay(file: string): Promise<readonly string[]> {
  const names = new Set<string>();
  let target = resolve(file);
  for (let links = 0; links < MAX_LINKS; links++) {
    const link = await firstLink(target);
    if (link === undefined) break;
    names.add(link.name);
    target = link.target;
  }
  return [...names, target];
}

/** The first part of a path that is a symbolic link, and where the whole path leads by it. */
async function firstLink(
  path: string,
): Promise<{ readonly name: string; readonly target: string } | undefined> {
  const { root } = parse(path);
  const parts = path.slice(root.length).split(sep);
  for (let length = 1; length <= parts.length; length++) {
    const name = join(root, ...parts.slice(0, length));
    const target = await linkTarget(name);
    if (target !== undefined)
      return { name, target: join(resolve(dirname(name), target), ...parts.slice(length)) };
  }
  return undefined;
}

async function linkTarget(name: string): Promise<string | undefined> {
  try {
    return (await lstat(name)).isSymbolicLink() ? await readlink(name) : undefined;
  } catch {
    // Not there: then it is no link either.
    return undefined;
  }
}
