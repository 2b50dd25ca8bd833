/** Decides which plugins lie in the plugins folder: each a folder or a file, by the id that its name is. */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { isPluginId } from '../core/plugin.ts';
import { isIgnored, readTree } from './files.ts';
import { ENDINGS, readManifest } from './manifest.ts';
import { foldedName } from './shape.ts';

/** A plugin that may be started. */
export interface Candidate {
  readonly id: string;
  /** Absolute path of its folder or file, without links. */
  readonly root: string;
  /** Absolute path of the file that exports it. */
  readonly entry: string;
  readonly hash: string;
  readonly depends: readonly string[];
}

/** What lies there under a name. */
export type Found =
  | { readonly kind: 'plugin'; readonly candidate: Candidate }
  | { readonly kind: 'broken'; readonly id: string; readonly reason: string };

/** Looks into the folder, in the order of ids; one that is missing is empty. Rejects where it cannot be read. */
export async function scanPlugins(folder: string): Promise<readonly Found[]> {
  const names = (await namesIn(folder)).filter(isPlugin).sort();
  if (names.length === 0) return [];
  const base = await realpath(folder);
  const groups = Map.groupBy(names, (name) => foldedName(idOf(name)));
  const found = [...groups].map(([id, alike]) => foundUnder(id, alike, base));
  return (await Promise.all(found)).flat();
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => !entry.isFile() || hasEnding(entry.name)).map(({ name }) => name);
}

function isPlugin(name: string): boolean {
  return !isIgnored(name);
}

function hasEnding(name: string): boolean {
  return (ENDINGS as readonly string[]).includes(extname(name)) && !name.endsWith('.d.ts');
}

function idOf(name: string): string {
  return hasEnding(name) ? name.slice(0, -extname(name).length) : name;
}

/** Of names that are the same id the byte-wise first one is taken, and the collision is told of the others. */
async function foundUnder(id: string, names: readonly string[], base: string): Promise<readonly Found[]> {
  const good = names.find((name) => isPluginId(idOf(name)));
  const first = await (good === undefined
    ? broken(id, `${names.join(', ')}: an id is a letter, then up to 31 of a–z, 0–9, _ and -; rename it`)
    : candidateAt(idOf(good), join(base, good), base));
  const others = names.filter((name) => name !== good);
  if (good === undefined || others.length === 0) return [first];
  return [first, await broken(others.join(', '), `is the same id as ${good}, which is taken; rename it`)];
}

async function broken(id: string, reason: string): Promise<Found> {
  return { kind: 'broken', id, reason };
}

async function candidateAt(id: string, root: string, base: string): Promise<Found> {
  try {
    const tree = await readTree(root, base);
    if (!tree.ok) return await broken(id, tree.reason);
    if (tree.files.length === 1 && tree.files[0] === root)
      return { kind: 'plugin', candidate: { id, root, entry: root, hash: tree.hash, depends: [] } };
    const manifest = tree.files.find((file) => file === join(root, 'plugin.json'));
    const read = readManifest(manifest && (await readFile(manifest, 'utf8')));
    if (!read.ok) return await broken(id, read.reason);
    const { main, depends } = read.manifest;
    const entry = tree.files.find((file) => mains(main).some((name) => file === join(root, name)));
    if (entry === undefined)
      return await broken(id, `there is no ${main ?? 'index.ts, .mts, .mjs, .js or .cjs'}`);
    return { kind: 'plugin', candidate: { id, root: await realpath(root), entry, hash: tree.hash, depends } };
  } catch (error) {
    return broken(id, messageOf(error));
  }
}

function mains(main: string | undefined): readonly string[] {
  return main === undefined ? ENDINGS.map((ending) => `index${ending}`) : [main];
}
