/** Decides what holds triggers back, and what is done once it does not any more: pauses, and what is switched off. */
import { messageOf } from '../core/errors.ts';
import type { TriggerId } from '../core/ids.ts';
import type { TellMissed } from '../core/missed.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { Pauses } from './pauses.ts';
import type { Resources } from './resources.ts';
import { releaseHeld } from './resume.ts';
import type { Release } from './resume.ts';
import { utc } from '../core/utc.ts';

/** What holding needs beside what everything stands on. */
export interface HoldingDeps {
  readonly current: () => Snapshot;
  readonly tellMissed: TellMissed;
  /** Called when a pause is over, after the moments that it held were judged. */
  readonly onReleased: () => void;
}

/** What holds, and the end of it. */
export interface Holding {
  readonly pauses: Pauses;
  readonly isPaused: (trigger: TriggerId) => boolean;
  /** Switched off in the file: what of it is still to come waits. */
  readonly isIdle: (trigger: TriggerId) => boolean;
  /** Judges the moments that a hold kept back which has ended. */
  readonly release: (ended: Release) => Promise<void>;
}

/** Takes up the pauses of the ledger. Rejects with `unavailable`. */
export async function loadHolding(
  { ledger, bus, clock, log }: Resources,
  { current, tellMissed, onReleased }: HoldingDeps,
): Promise<Holding> {
  const isIdle = (trigger: TriggerId): boolean => current().idleCrons.has(trigger);
  const isPaused = (trigger: TriggerId): boolean => pauses.isPaused(trigger);
  const isHeld = (trigger: TriggerId): boolean => isPaused(trigger) || isIdle(trigger);
  const { runs, triggers } = ledger;
  const { publish } = bus;
  const release = async (ended: Release): Promise<void> => {
    try {
      await releaseHeld({ runs, current, isHeld, tellMissed, publish, clock }, ended);
    } catch (error) {
      log.error('cannot judge moments that were held back', { error: messageOf(error) });
    }
  };
  const ended = (trigger: TriggerId | undefined): void => {
    const why = `paused until ${utc(clock.now())} UTC`;
    void release({ trigger, cause: 'paused', why }).then(onReleased);
  };
  const pauses = await Pauses.load({ ledger: triggers, clock, log, publish, onResumed: ended });
  return { pauses, isPaused, isIdle, release };
}
