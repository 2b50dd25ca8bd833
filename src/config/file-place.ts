/** Decides which folder a file may be in whose path a template can influence. */
import { dirname, isAbsolute, resolve } from 'node:path';
import { hasTemplate, literalStart } from '../triggers/template.ts';
import { fromConfig } from './compile-context.ts';
import type { Folders } from './compile-context.ts';
import { withHome } from './locate.ts';

/** A path as configured. */
export interface WrittenPlace {
  readonly path: string;
  /** `file_root`. */
  readonly root: string | undefined;
  /** Absolute folder of relative paths: the project's or the state's. */
  readonly base: string;
}

/** The path (a template) and the absolute folder that confines it; undefined root: a payload could choose any folder. */
export interface FilePlace {
  readonly path: string;
  readonly root: string | undefined;
}

/**
 * `file_root` where it is given; else the folder that an absolute path begins with, up to its first placeholder; else
 * `base`.
 */
export function placeFile({ path: written, root, base }: WrittenPlace, folders: Folders): FilePlace {
  const path = withHome(written, folders.home);
  if (root !== undefined) return { path, root: fromConfig(folders, root) };
  if (!isAbsolute(path)) return { path, root: base };
  if (!hasTemplate(path)) return { path, root: dirname(resolve(path)) };
  const start = literalStart(path);
  const folder = resolve(start.slice(0, start.lastIndexOf('/') + 1));
  return { path, root: folder === '/' ? undefined : folder };
}
