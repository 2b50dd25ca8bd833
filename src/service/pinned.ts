/** Decides how it is remembered over a restart that an earlier revision stands in for the files. */
import { rm } from 'node:fs/promises';
import type { Loaded } from '../config/loaded.ts';
import type { Pin, PutBack } from '../config/pin.ts';
import { readOwn } from './own-file.ts';
import { besideTexts, parseKept, readKept, writeKept } from './revision-files.ts';

const NAME = 'put-back.json';

/** Remembers what stands in for the files, or that nothing does. Rejects with `unavailable`. */
export async function rememberPin(
  stateDir: string,
  { putBack, hash }: Pick<Loaded, 'putBack' | 'hash'>,
): Promise<void> {
  const path = besideTexts(stateDir, NAME);
  if (putBack === undefined) await rm(path, { force: true });
  else await writeKept(path, JSON.stringify({ ...putBack, hash }));
}

/** The pin that is remembered; undefined: none, or none that can be read. */
export async function readPin(stateDir: string): Promise<(Pin & { readonly hash: string }) | undefined> {
  const value = parseKept(await readOwn(besideTexts(stateDir, NAME)));
  const { revision, over, hash } = (value ?? {}) as Record<string, unknown>;
  const isPin = typeof revision === 'number' && typeof over === 'string' && typeof hash === 'string';
  return isPin ? { revision, over, hash } : undefined;
}

/** What a start loads in the place of the files, if they are what they were. */
export async function pinnedRevision(stateDir: string, configFile: string): Promise<PutBack | undefined> {
  const pin = await readPin(stateDir);
  const files = pin && (await readKept({ stateDir, hash: pin.hash }, configFile));
  return files && { revision: pin.revision, over: pin.over, files };
}
