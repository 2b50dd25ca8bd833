/** Decides that folders are made only where a file may be. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { confine, realPlace } from './confine.ts';
import type { PathRequest, Place } from './confine.ts';

/**
 * The place of a file that is to be written, its folders made: only after they are known to lie inside, and looked at
 * again once they are there. Rejects with the system's error.
 */
export async function makePlace(request: PathRequest): Promise<Place> {
  const place = confine(request);
  if (!place.ok) return place;
  await mkdir(request.root, { recursive: true });
  const planned = await realPlace(request, place.path);
  if (!planned.ok) return planned;
  await mkdir(dirname(planned.path), { recursive: true });
  return realPlace(request, place.path);
}
