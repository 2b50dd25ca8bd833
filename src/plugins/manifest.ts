/** Decides what the manifest of a plugin's folder, `plugin.json`, says: the file to begin with, and what it depends on. */
import { join } from 'node:path';
import { isPluginId } from '../core/plugin.ts';
import { inOneLine } from './place.ts';

/** What a folder's plugin is. */
export interface Manifest {
  /** Relative to the folder; undefined: `index` with any of the endings. */
  readonly main: string | undefined;
  readonly depends: readonly string[];
}

export type ReadManifest =
  { readonly ok: true; readonly manifest: Manifest } | { readonly ok: false; readonly reason: string };

/** Endings of files that Node runs. */
export const ENDINGS = ['.ts', '.mts', '.mjs', '.js', '.cjs'] as const;

/** Where the plugin of an id may lie: as a folder, or as a file with any of the endings. */
export function pathsOf(folder: string, id: string): readonly string[] {
  return ['', ...ENDINGS].map((ending) => join(folder, `${id}${ending}`));
}

const KEYS = ['main', 'depends'];

/** Reads the text of a manifest; undefined: there is none. */
export function readManifest(text: string | undefined): ReadManifest {
  if (text === undefined) return { ok: true, manifest: { main: undefined, depends: [] } };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return wrong(error instanceof Error ? inOneLine(error.message) : 'is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('is no JSON object');
  const { main, depends = [] } = value as Readonly<Record<string, unknown>>;
  const stray = Object.keys(value).find((key) => !KEYS.includes(key));
  if (stray !== undefined) return wrong(`has an unknown key "${stray}"; it may have ${KEYS.join(' and ')}`);
  if (main !== undefined && !isMain(main))
    return wrong(`"main" must be a file of the folder that ends in ${ENDINGS.join(', ')}`);
  if (!Array.isArray(depends) || !depends.every((id) => typeof id === 'string' && isPluginId(id)))
    return wrong('"depends" must be a list of ids of plugins');
  return { ok: true, manifest: { main, depends: depends as readonly string[] } };
}

function isMain(main: unknown): main is string {
  if (typeof main !== 'string' || main.startsWith('/') || main.split('/').includes('..')) return false;
  return ENDINGS.some((ending) => main.endsWith(ending));
}

function wrong(reason: string): ReadManifest {
  return { ok: false, reason: `plugin.json: ${reason}` };
}
