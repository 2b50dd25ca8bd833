/** Decides which crons start anew when a configuration is taken in, and which are forgotten. */
import type { TriggerId } from '../core/ids.ts';
import type { CronState } from '../core/trigger-ledger.ts';

/** What has to be written so that the known crons are those of the file. */
export interface Rearming {
  readonly armed: readonly TriggerId[];
  readonly forgotten: readonly TriggerId[];
}

/**
 * New ids and ids with another hash are armed; ids that left a file which holds others are forgotten, so that adding
 * them back arms them again; all others keep their state, a spent one-shot too.
 */
export function rearm(
  known: ReadonlyMap<TriggerId, CronState>,
  crons: ReadonlyMap<TriggerId, string>,
): Rearming {
  const armed: TriggerId[] = [];
  for (const [id, hash] of crons) if (known.get(id)?.armHash !== hash) armed.push(id);
  const forgotten: TriggerId[] = [];
  // A list that is empty for a moment is somebody's editing, not the end of every one-shot.
  if (crons.size > 0) for (const id of known.keys()) if (!crons.has(id)) forgotten.push(id);
  return { armed, forgotten };
}
