/** Decides which pause will hold a fire to come, and how that is noted beside it. */
import type { TriggerId } from '../../core/ids.ts';
import type { Pause } from '../../core/trigger-ledger.ts';
import { showWall } from '../../scheduler/show.ts';

/** A fire to come. */
export interface HeldFire {
  readonly trigger: TriggerId;
  /** Epoch ms. */
  readonly at: number;
  /** IANA name of the zone that the note speaks in. */
  readonly zone: string;
}

/** `paused until 2026-11-22 02:00 (Europe/Berlin)`, or `paused` where no end is known; null: nothing holds the fire. */
export function pauseNote({ trigger, at, zone }: HeldFire, pauses: readonly Pause[]): string | null {
  const holding = pauses.filter(
    (pause) => (pause.trigger === undefined || pause.trigger === trigger) && endOf(pause) > at,
  );
  if (holding.length === 0) return null;
  const end = Math.max(...holding.map(endOf));
  return end === Infinity ? 'paused' : `paused until ${showWall(end, zone)} (${zone})`;
}

/** The fire at the end of a pause is not held any more. */
function endOf({ until = Infinity }: Pause): number {
  return until;
}
