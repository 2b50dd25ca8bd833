/** Decides what holds triggers back, and what becomes of the moments that it held once it does not any more. */
import { TryAgain } from '../core/again.ts';
import type { TriggerId } from '../core/ids.ts';
import type { TellMissed } from '../core/missed.ts';
import type { WaitingTrigger } from '../core/run-ledger.ts';
import type { Pause } from '../core/trigger-ledger.ts';
import { unmatched } from '../core/unmatched.ts';
import { cronIn } from '../core/snapshot.ts';
import type { Log } from '../core/log.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { holds } from '../scheduler/hold.ts';
import type { Hold } from '../scheduler/hold.ts';
import type { Opening, PastPause } from '../scheduler/late.ts';
import { showMoment } from '../scheduler/show.ts';
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
  readonly endedBefore: readonly PastPause[];
  /** Judges what an earlier life held and nothing holds any more, and forgets the pauses that ended before. */
  readonly begin: (opening: Opening) => Promise<void>;
  /** Judges what a swap has switched on or taken out of the file. */
  readonly follow: (next: Snapshot, previous: Snapshot) => Promise<void>;
  readonly close: () => void;
}

/** Takes up the pauses of the ledger. Rejects with `unavailable`. */
export async function loadHolding(
  { ledger, bus, clock, log }: Pick<Resources, 'ledger' | 'bus' | 'clock'> & { readonly log: Log },
  { current, tellMissed, onFreed }: HoldingDeps,
): Promise<Holding> {
  const { runs, triggers } = ledger;
  const { publish } = bus;
  const tryAgain = new TryAgain({ clock, log });
  const isPaused = (trigger: TriggerId): boolean => pauses.isPaused(trigger);
  const holdOf = (trigger: TriggerId): Hold | undefined => {
    if (current().idleCrons.has(trigger)) return holds.disabled;
    return isPaused(trigger) ? holds.paused : undefined;
  };
  const release = async (freed: Freed): Promise<void> => {
    try {
      onFreed(await releaseHeld({ runs, current, holdOf, tellMissed, publish, clock }, freed));
    } catch (error) {
      const what = 'cannot judge moments that were held back';
      tryAgain.later({ what, of: freed.trigger ?? '' }, error, () => void release(freed));
      onFreed([]);
    }
  };
  const onResumed = (trigger: TriggerId | undefined): void => {
    void release({ trigger });
  };
  // It stays in the ledger until what it held is judged: who dies before that finds it there again.
  const forget = async (past: PastPause): Promise<void> => {
    const { trigger } = past;
    if (pauses.list().some((pause) => pause.trigger === trigger)) return;
    try {
      await pauses.resume(trigger);
    } catch (error) {
      const what = 'cannot forget a pause that is over';
      tryAgain.later({ what, of: trigger ?? '' }, error, () => void forget(past));
    }
  };
  const found = await triggers.pauses();
  const endedBefore = pastPauses(found, clock.now(), current().defaults.zone);
  const live = found.filter(({ trigger }) => !endedBefore.some((past) => past.trigger === trigger));
  const pauses = new Pauses({ ledger: triggers, clock, log, publish, onResumed }, live);
  return {
    ...{ pauses, holdOf, isPaused, endedBefore },
    begin: async ({ why }) => {
      await release({ trigger: undefined, down: why });
      for (const pause of endedBefore) await forget(pause);
    },
    follow: async (next, previous) => {
      if (isAnyFreed(next, previous)) await release({ trigger: undefined });
    },
    close: () => {
      tryAgain.close();
      pauses.close();
    },
  };
}

function pastPauses(pauses: readonly Pause[], now: number, zone: string): readonly PastPause[] {
  return pauses.flatMap(({ trigger, since, until = Infinity }) => {
    if (until > now) return [];
    const why = `${holds.paused.why} until ${showMoment(until, zone)}`;
    return [{ since, until, why, ...(trigger !== undefined && { trigger }) }];
  });
}

/** A cron that was switched off is so no more, or one has left the file. */
function isAnyFreed(next: Snapshot, previous: Snapshot): boolean {
  const live = unmatched(next.crons, previous.crons).previous;
  const idle = unmatched(next.idleCrons, previous.idleCrons).previous;
  return (
    idle.some(({ id }) => !next.idleCrons.has(id)) || live.some(({ id }) => cronIn(next, id) === undefined)
  );
}
