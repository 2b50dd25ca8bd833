/** Decides what the end of an attempt was, seen from a chat. */
import type { Settlement } from '../../core/run-ledger.ts';
import type { ClaimedRun, Outcome } from '../../core/run.ts';
import { REASON_LIMIT } from './limits.ts';
import { oneLine } from './shorten.ts';

/** The end of an attempt, and what is known about its run. */
export interface EndedRun {
  readonly run: Pick<ClaimedRun, 'id' | 'trigger' | 'spec'>;
  readonly settlement: Settlement;
  /** What the run says to its chat, word for word. */
  readonly message?: Outcome['message'];
  /** Start of the first attempt, epoch ms; undefined: not known. */
  readonly startedAt: number | undefined;
  /** The run of this trigger before it failed. */
  readonly afterFailure: boolean;
}

/**
 * `again`: it failed and another attempt follows; `interrupted again` and `interrupted`: its service stopped or died under
 * it, and it runs once more or does not.
 */
export type Ending =
  | 'succeeded'
  | 'failed'
  | 'over budget'
  | 'cancelled'
  | 'skipped'
  | 'again'
  | 'interrupted again'
  | 'interrupted';

/** What the end of the attempt comes to. */
export function endingOf({ state, endedBy }: Pick<Settlement, 'state' | 'endedBy'>): Ending {
  if (state === 'scheduled') return 'again';
  if (state === 'queued') return 'interrupted again';
  if (state !== 'failed') return state;
  if (endedBy === 'crash' || endedBy === 'drain') return 'interrupted';
  return endedBy === 'budget' ? 'over budget' : 'failed';
}

/** True while the run is not over: it waits for another attempt. */
export function goesOn(ending: Ending): boolean {
  return ending === 'again' || ending === 'interrupted again';
}

/** True for what wants somebody to look: everyone hears it. */
export function isFailure(ending: Ending): boolean {
  return ending === 'failed' || ending === 'over budget' || ending === 'interrupted';
}

/** The reason in one line; empty when there is none. */
export function reasonOf({ reason }: Pick<Settlement, 'reason'>): string {
  return oneLine(reason ?? '', REASON_LIMIT);
}
