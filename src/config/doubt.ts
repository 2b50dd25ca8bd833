/** Decides which good files may still be half written: TOML that was cut off has often merely lost its last tables. */
import { diffTriggers } from './diff.ts';
import type { Loaded } from './loaded.ts';

/** True for a file that takes triggers away, is the beginning of the live one, or ends in the middle of a line. */
export function mayBeCut(next: Loaded, live: Loaded): boolean {
  if (next === live) return false;
  const endsInLine = live.text.endsWith('\n') && !next.text.endsWith('\n');
  return (
    endsInLine ||
    live.text.startsWith(next.text) ||
    diffTriggers(next.snapshot, live.snapshot).removed.length > 0
  );
}
