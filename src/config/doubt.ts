/** Decides which good files may still be half written: TOML that was cut off has often merely lost its last tables. */
import { diffTriggers } from './diff.ts';
import type { Document } from './document.ts';
import type { Loaded, LoadResult } from './loaded.ts';

/** A save that only takes triggers away is believed after this rest. */
const SHORT_REST_MS = 500;
/** One that looks exactly like the beginning of a file being written has to rest longer: disks and networks stall. */
const LONG_REST_MS = 2_500;

/** How long (ms of running time) the files must stay as they are before they may go live; 0: at once. */
export function restBefore(next: Loaded, live: Loaded): number {
  if (next.snapshot === live.snapshot) return 0;
  const before = new Map(live.documents.map((one) => [one.file, one]));
  if (next.documents.some((one) => looksCutOff(one, before.get(one.file)))) return LONG_REST_MS;
  return diffTriggers(next.snapshot, live.snapshot).removed.length > 0 ? SHORT_REST_MS : 0;
}

function looksCutOff(next: Document, live: Document | undefined): boolean {
  if (live === undefined || next === live || next.text === live.text) return false;
  return (live.text.endsWith('\n') && !next.text.endsWith('\n')) || live.text.startsWith(next.text);
}

/** Whether what does not load may be a file that is being written: one more look tells. */
export function mayBeUnfinished(result: LoadResult, live: Loaded): boolean {
  if (!result.ok) return result.kind !== 'invalid';
  const { held } = result.loaded;
  return held.length > 0 && JSON.stringify(held) !== JSON.stringify(live.held);
}
