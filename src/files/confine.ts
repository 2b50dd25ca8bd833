/** Decides which file a path means that a template wrote: one inside its root, by real paths, that nothing denies. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { shown } from '../core/shown.ts';
import { denyingGlob, isOwnPath } from './deny.ts';

/** A path and where it may lie. */
export interface PathRequest {
  /** What the operator wrote before the first placeholder: the part that nobody else decides. */
  readonly start: string;
  /** There is no placeholder in what the operator wrote. */
  readonly isLiteral: boolean;
  /** What became of it. */
  readonly text: string;
  readonly dependsOnPayload: boolean;
  /** Absolute; it must exist by the time of `realPlace`. */
  readonly root: string;
  /** Absolute paths of the service's own files and folders. */
  readonly ownPaths: readonly string[];
}

/** An absolute path, or why there is none; the reason goes after a text such as "file_write rejected: ". */
export type Place =
  { readonly ok: true; readonly path: string } | { readonly ok: false; readonly reason: string };

const MAX_LEVELS = 15;

/**
 * Judges a path by its text alone. An absolute path that the operator wrote without a template may lie anywhere; every
 * other one must lie inside the root, and a payload never writes an absolute one.
 */
export function confine(request: PathRequest): Place {
  const { text, root } = request;
  const fault = textFault(request);
  if (fault !== undefined) return { ok: false, reason: fault };
  const path = resolve(root, text);
  const base = baseOf(request, path);
  if (!isInside(path, base)) return { ok: false, reason: `path '${shown(text)}' is outside of ${root}` };
  return judge({ path, base, text, ownPaths: request.ownPaths });
}

/**
 * Judges the place that a path from `confine` really leads to, symbolic links in its folders resolved; folders that do
 * not exist yet are taken as they are written. The last component is not resolved: open it without following links.
 */
export async function realPlace(request: PathRequest, path: string): Promise<Place> {
  const base = await realpath(baseOf(request, path));
  const real = join(await realFolder(dirname(path)), basename(path));
  if (!isInside(real, base)) {
    return {
      ok: false,
      reason: `path '${shown(request.text)}' leads out of ${request.root} by a symbolic link`,
    };
  }
  const ownPaths = await Promise.all(request.ownPaths.map(realOrSame));
  return judge({ path: real, base, text: request.text, ownPaths });
}

function textFault({ start, text, dependsOnPayload }: PathRequest): string | undefined {
  const names = text.split(/[/\\]/);
  if (text.trim() === '') return 'the path is empty';
  if (text.includes('\0')) return `NUL in '${shown(text)}'`;
  if (names.includes('..')) return `path traversal in '${shown(text)}'`;
  if (names.at(-1) === '' || names.at(-1) === '.') return `'${shown(text)}' names a folder`;
  const isAbsoluteByPayload = dependsOnPayload && isAbsolute(text) && !isAbsolute(start);
  return isAbsoluteByPayload ? `absolute path '${shown(text)}' comes from the payload` : undefined;
}

/** The root, or the root of everything for a literal absolute path elsewhere. */
function baseOf({ isLiteral, start, root }: PathRequest, path: string): string {
  const isFree = isLiteral && isAbsolute(start) && !isInside(path, resolve(root));
  return isFree ? resolve(sep) : resolve(root);
}

interface Judged {
  readonly path: string;
  readonly base: string;
  readonly text: string;
  readonly ownPaths: readonly string[];
}

function judge({ path, base, text, ownPaths }: Judged): Place {
  const names = relative(base, path).split(sep);
  if (names.length > MAX_LEVELS) return { ok: false, reason: `path too deep (${names.length} levels)` };
  const glob = denyingGlob(names);
  if (glob !== undefined) return { ok: false, reason: `path matches deny glob '${glob}'` };
  if (isOwnPath(path, ownPaths))
    return { ok: false, reason: `'${shown(text)}' belongs to the service itself` };
  return { ok: true, path };
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || folder === dirname(folder)) throw error;
    return join(await realFolder(dirname(folder)), basename(folder));
  }
}

async function realOrSame(path: string): Promise<string> {
  // One of the service's own files that is not there yet is known by its name alone.
  return realpath(path).catch(() => path);
}
