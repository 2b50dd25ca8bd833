/** Decides how moments that were missed are told of: those that one look at the clock found, trigger by trigger. */
import type { RunId, TriggerId } from './ids.ts';
import type { Destination, OutgoingMessage } from './message.ts';

/** What the reason of a missed row ends with once somebody has decided that it is not made up. */
export const LEFT_OUT = 'left out';

/** The same for one that somebody had made up by this run. */
export function madeUpBy(run: RunId): string {
  return `made up by ${run}`;
}

/** The reason of a missed row that stands for earlier moments, too, which have no rows: there were too many. */
export function withCounted(reason: string, count: number): string {
  return `${reason}; with about ${count} earlier moments`;
}

/** True for such a reason. */
export function countsEarlier(reason: string | null): boolean {
  return /; with about \d+ earlier moments(; |$)/.test(reason ?? '');
}

/** What was found after the service, the machine or a trigger had stood still. */
export interface MissedBatch {
  /** The look, epoch ms: the missed rows ended then, which is how they are found again. */
  readonly at: number;
  /** Why they went by, in words. */
  readonly why: string;
  readonly triggers: readonly MissedTrigger[];
}

/**
 * What becomes of it: the last of those that went by is `made-up`, and maybe others; the rule is to leave it out; or it is
 * `open`, and somebody may say.
 */
export type MissedFate = 'made-up' | 'left-out' | 'open';

/** What went by of one trigger; times are epoch ms. */
export interface MissedTrigger {
  readonly trigger: TriggerId;
  /** Moments that are not made up. */
  readonly missed: number;
  readonly fate: MissedFate;
  /** The first and the last moment that went by, made up or not. */
  readonly firstDueAt: number;
  readonly lastDueAt: number;
}

/** The same with whom to tell. */
export interface FoundMissed extends MissedTrigger {
  /** The chat that is told of its runs; absent: none. */
  readonly to?: Destination;
}

/** What has just been found, to be written with the rows. */
export interface FoundBatch extends MissedBatch {
  readonly triggers: readonly FoundMissed[];
}

/** The words for it, as messages; usually none. */
export type TellMissed = (batch: FoundBatch) => readonly OutgoingMessage[];
