/** Decides which pause holds a trigger back at a moment, and how that is told. */
import type { TriggerId } from '../../core/ids.ts';
import { splitTriggerId } from '../../core/ids.ts';
import type { Pause } from '../../core/trigger-ledger.ts';
import { showWall } from '../../scheduler/show.ts';

/** A moment of a trigger, which a pause may hold. */
export interface TriggerMoment {
  readonly trigger: TriggerId;
  /** Epoch ms. */
  readonly at: number;
}

/** A fire to come. */
export interface HeldFire extends TriggerMoment {
  /** IANA name of the zone that the note speaks in. */
  readonly zone: string;
}

/** The pause that ends last of those that hold it; undefined: nothing does, as what a person fires by hand. */
export function pauseOver({ trigger, at }: TriggerMoment, pauses: readonly Pause[]): Pause | undefined {
  if (splitTriggerId(trigger).kind === 'manual') return undefined;
  return pauses
    .filter((pause) => (pause.trigger === undefined || pause.trigger === trigger) && endsAfter(pause, at))
    .reduce<Pause | undefined>(
      (last, one) => (last === undefined || endsAfter(one, endOf(last)) ? one : last),
      undefined,
    );
}

/** `paused until 2026-11-22 02:00 (Europe/Berlin)`, or `paused` where no end is known; null: nothing holds the fire. */
export function pauseNote({ zone, ...fire }: HeldFire, pauses: readonly Pause[]): string | null {
  const pause = pauseOver(fire, pauses);
  if (pause === undefined) return null;
  return pause.until === undefined ? 'paused' : `paused until ${timeWords(pause.until, zone)}`;
}

/**
 * `paused by me until 2026-11-22 02:00 (Europe/Berlin)`; with `since` where no end is known. Behind the end, the name
 * would be who is to resume it.
 */
export function pauseWords({ since, until, by }: Pause, zone: string): string {
  const when = until === undefined ? `since ${timeWords(since, zone)}` : `until ${timeWords(until, zone)}`;
  return `paused by ${by} ${when}`;
}

/** The fire at the end of a pause is not held any more. */
export function endsAfter(pause: Pause, at: number): boolean {
  return endOf(pause) > at;
}

function endOf({ until = Infinity }: Pause): number {
  return until;
}

function timeWords(at: number, zone: string): string {
  return `${showWall(at, zone)} (${zone})`;
}
