/** Decides where the texts of earlier configurations are: in files that only the service may read, as secrets may stand in them. */
import { readdir, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { hashOf } from '../config/gather.ts';
import type { KeptFile, PutBack } from '../config/pin.ts';
import { AppError, messageOf } from '../core/errors.ts';
import { readOwn, writeOwn } from './own-file.ts';

/** The files of a configuration under their hash. */
export interface RevisionText {
  /** Absolute path of the state folder. */
  readonly stateDir: string;
  readonly hash: string;
}

/** Absolute path of what is kept under a name beside the texts. */
export function besideTexts(stateDir: string, name: string): string {
  return join(stateDir, 'revisions', name);
}

/** Keeps the files, by names relative to the folder of the main one. Rejects with `unavailable`. */
export async function keepText({ stateDir, hash }: RevisionText, files: PutBack['files']): Promise<void> {
  const folder = dirname(files[0].file);
  const kept = files.map(({ file, text, mode }) => ({ file: relative(folder, file), text, mode }));
  await writeKept(textPath(stateDir, hash), JSON.stringify(kept));
}

/** The files, if they are there and what they were; the main one is `configFile`. */
export async function readKept(
  { stateDir, hash }: RevisionText,
  configFile: string,
): Promise<PutBack['files'] | undefined> {
  const [main, ...others] = filesIn(parseKept(await readOwn(textPath(stateDir, hash))));
  if (main === undefined) return undefined;
  const included = others.map((one) => ({ ...one, file: resolve(dirname(configFile), one.file) }));
  const files: PutBack['files'] = [{ ...main, file: configFile }, ...included];
  return hashOf(files) === hash ? files : undefined;
}

/** The hashes of the texts that are there. */
export async function keptHashes(stateDir: string): Promise<ReadonlySet<string>> {
  const texts = (await namesIn(stateDir)).flatMap((name) => /^([0-9a-f]{12})\.json$/.exec(name)?.[1] ?? []);
  return new Set(texts);
}

/** Lets all other texts go. */
export async function forgetAllBut(stateDir: string, hashes: ReadonlySet<string>): Promise<void> {
  for (const hash of await keptHashes(stateDir)) {
    if (!hashes.has(hash)) await rm(textPath(stateDir, hash), { force: true });
  }
}

/** Writes one of the files. Rejects with `unavailable`. */
export async function writeKept(path: string, text: string): Promise<void> {
  try {
    await writeOwn(path, text);
  } catch (error) {
    const message = `the configuration cannot be kept: ${messageOf(error)}`;
    throw new AppError('unavailable', message, { cause: error });
  }
}

/** The value of one of the files; undefined for one that is not there or damaged. */
export function parseKept(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // Damaged: as good as none.
    return undefined;
  }
}

function filesIn(value: unknown): readonly KeptFile[] {
  return Array.isArray(value) && value.every(isKeptFile) ? value : [];
}

function isKeptFile(value: unknown): value is KeptFile {
  const { file, text, mode } = (value ?? {}) as Record<string, unknown>;
  return typeof file === 'string' && typeof text === 'string' && typeof mode === 'number';
}

async function namesIn(stateDir: string): Promise<readonly string[]> {
  try {
    return await readdir(join(stateDir, 'revisions'));
  } catch {
    // Not there: nothing is kept yet.
    return [];
  }
}

function textPath(stateDir: string, hash: string): string {
  return besideTexts(stateDir, `${hash}.json`);
}
