/** Decides what holds triggers back, and what becomes of the moments that it held once it does not any more. */
import { messageOf } from '../core/errors.ts';
import type { TriggerId } from '../core/ids.ts';
import type { TellMissed } from '../core/missed.ts';
import type { WaitingTrigger } from '../core/run-ledger.ts';
import type { Pause } from '../core/trigger-ledger.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { holds } from '../scheduler/hold.ts';
import type { Hold } from '../scheduler/hold.ts';
import type { Opening } from '../scheduler/late.ts';
import { Pauses } from './pauses.ts';
import { releaseHeld } from './resume.ts';
import type { Freed } from './resume.ts';
import type { Resources } from './resources.ts';

/** What holding needs beside what everything stands on. */
export interface HoldingDeps {
  readonly current: () => Snapshot;
  readonly tellMissed: TellMissed;
  /** Called when a pause is over, with the work that it gave free. */
  readonly onFreed: (queued: readonly WaitingTrigger[]) => void;
}

/** What holds, and the end of it. */
export interface Holding {
  readonly pauses: Pauses;
  /** What keeps a trigger from firing by itself; undefined: nothing. */
  readonly holdOf: (trigger: TriggerId) => Hold | undefined;
  readonly isPaused: (trigger: TriggerId) => boolean;
  /** Pauses that ended while nobody was there. */
  readonly endedBefore: readonly Pause[];
  /** Judges what an earlier life held and nothing holds any more. */
  readonly begin: (opening: Opening) => Promise<void>;
  /** Judges what a swap has switched on. */
  readonly follow: (next: Snapshot, previous: Snapshot) => Promise<void>;
}

/** Takes up the pauses of the ledger. Rejects with `unavailable`. */
export async function loadHolding(
  { ledger, bus, clock, log }: Resources,
  { current, tellMissed, onFreed }: HoldingDeps,
): Promise<Holding> {
  const { runs, triggers } = ledger;
  const { publish } = bus;
  const isPaused = (trigger: TriggerId): boolean => pauses.isPaused(trigger);
  const holdOf = (trigger: TriggerId): Hold | undefined => {
    if (current().idleCrons.has(trigger)) return holds.disabled;
    return isPaused(trigger) ? holds.paused : undefined;
  };
  const release = async (freed: Freed): Promise<void> => {
    try {
      onFreed(await releaseHeld({ runs, current, holdOf, tellMissed, publish, clock }, freed));
    } catch (error) {
      log.error('cannot judge moments that were held back', { error: messageOf(error) });
      onFreed([]);
    }
  };
  const onResumed = (trigger: TriggerId | undefined): void => {
    void release({ trigger });
  };
  const now = clock.now();
  const endedBefore = (await triggers.pauses()).filter(({ until }) => until !== undefined && until <= now);
  const pauses = await Pauses.load({ ledger: triggers, clock, log, publish, onResumed });
  return {
    ...{ pauses, holdOf, isPaused, endedBefore },
    begin: ({ why }) => release({ trigger: undefined, down: why }),
    follow: async (next, previous) => {
      if (isAnySwitchedOn(next, previous)) await release({ trigger: undefined });
    },
  };
}

function isAnySwitchedOn({ crons }: Snapshot, { idleCrons }: Snapshot): boolean {
  return idleCrons.keys().some((id) => crons.has(id));
}
