/** Decides which good files may still be half written: TOML that was cut off has often merely lost its last tables. */
import { diffTriggers } from './diff.ts';
import type { Loaded } from './loaded.ts';

/** A save that only takes triggers away is believed after this rest. */
const SHORT_REST_MS = 500;
/** One that looks exactly like the beginning of a file being written has to rest longer: disks and networks stall. */
const LONG_REST_MS = 2_500;

/** How long (ms of running time) the file must stay as it is before it may go live; 0: at once. */
export function restBefore(next: Loaded, live: Loaded): number {
  if (next === live) return 0;
  const endsInLine = live.text.endsWith('\n') && !next.text.endsWith('\n');
  if (endsInLine || live.text.startsWith(next.text)) return LONG_REST_MS;
  return diffTriggers(next.snapshot, live.snapshot).removed.length > 0 ? SHORT_REST_MS : 0;
}
