/** Decides how it is said of a cron that it is switched off. */
import type { TriggerId } from '../../core/ids.ts';
import type { Snapshot } from '../../core/snapshot.ts';

const DISABLED = 'disabled in the file';

/** The words for one that is switched off, by itself or with everything; null for any other trigger. */
export function disabledNote({ idleCrons }: Snapshot, trigger: TriggerId): string | null {
  return idleCrons.has(trigger) ? DISABLED : null;
}
