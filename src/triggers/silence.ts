/** Decides when nothing has arrived at a webhook for too long, and what is to be told of that. */
import type { Expectation } from '../core/trigger.ts';

/** What is known about the deliveries of a webhook that expects some; moments are epoch ms. */
export interface Silence extends Expectation {
  /** Since when they are expected: it was set up then, or a pause ended. */
  readonly since: number;
  /** The last one that was accepted; undefined: none is known. */
  readonly lastAt: number | undefined;
  /** Since when they can reach the service; before, it was down. */
  readonly reachableSince: number;
  /** It is paused: nothing can arrive. */
  readonly isHeld: boolean;
  /** Where the silence began that was told and whose end was not; undefined: there is none. */
  readonly toldFrom: number | undefined;
}

/** What is worth telling: a silence is too long, or the one that was told is over. `from`: when it began, epoch ms. */
export type SilenceNews =
  | { readonly kind: 'overdue'; readonly from: number }
  /** The delivery came so much later than `everyMs` allows. */
  | { readonly kind: 'arrived'; readonly from: number; readonly lateMs: number };

/** What a silence comes to now. */
export interface SilenceVerdict {
  /** Until then something has to arrive, epoch ms; undefined: nothing is due. */
  readonly deadline: number | undefined;
  /** The deadline has passed. */
  readonly isOverdue: boolean;
  /** Undefined: nothing, or it was told. */
  readonly news: SilenceNews | undefined;
}

/** What a deadline that passed while the service was down leaves the senders at least, ms. */
const LEAST_AFTER_START_MS = 60_000;

/** Judges a silence; whoever tells the news puts it into `toldFrom`, so that it is told once. */
export function judgeSilence(silence: Silence, now: number): SilenceVerdict {
  if (silence.isHeld) return { deadline: undefined, isOverdue: false, news: undefined };
  const deadline = deadlineOf(silence);
  const isOverdue = deadline <= now;
  return { deadline, isOverdue, news: newsOf(silence, isOverdue) };
}

function deadlineOf(silence: Silence): number {
  const { everyMs, graceMs, reachableSince, toldFrom } = silence;
  const from = beginOf(silence);
  const deadline = from + everyMs + graceMs;
  return deadline > reachableSince || toldFrom === from
    ? deadline
    : reachableSince + Math.max(graceMs, LEAST_AFTER_START_MS);
}

function newsOf(silence: Silence, isOverdue: boolean): SilenceNews | undefined {
  const { lastAt, toldFrom, everyMs } = silence;
  if (toldFrom !== undefined && lastAt !== undefined && lastAt > toldFrom)
    return { kind: 'arrived', from: toldFrom, lateMs: Math.max(0, lastAt - toldFrom - everyMs) };
  const from = beginOf(silence);
  return isOverdue && toldFrom !== from ? { kind: 'overdue', from } : undefined;
}

function beginOf({ since, lastAt }: Silence): number {
  return lastAt === undefined ? since : Math.max(since, lastAt);
}
