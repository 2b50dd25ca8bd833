/** Decides which folder there is where another is still to be made. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { succeeds } from './probe.ts';

/** The folder itself, or the nearest one above it that is there. */
export async function existingPart(folder: string): Promise<string> {
  const isThere = await succeeds(stat(folder));
  return isThere || dirname(folder) === folder ? folder : existingPart(dirname(folder));
}
