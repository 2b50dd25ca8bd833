/** Decides which due moments nobody could serve when they came, because the service or the machine stood still, and what becomes of them. */
import { formatDuration } from '../core/duration.ts';
import type { TriggerId } from '../core/ids.ts';
import { ON_TIME_MS } from '../core/late.ts';
import type { CronTrigger, DueMoment, MissCause } from '../core/trigger.ts';
import type { HeldMoment } from '../core/run-ledger.ts';
import { judgeMissed, policyFor } from './missed.ts';

/** What the first tick of a life makes up for. */
export interface Opening {
  /** Why moments before the start went by, e.g. `the service was down from … to …`. */
  readonly why: string;
  /** Why nothing is made up, whatever the rules say; absent: it is. */
  readonly noCatchUp?: string;
  /** The pauses that ended before the start, while nobody was there. */
  readonly pauses?: readonly PastPause[];
}

/** A pause of a trigger, or of everything, that is over; times are epoch ms. */
export interface PastPause {
  readonly trigger?: TriggerId;
  readonly since: number;
  readonly until: number;
  /** Why moments went by under it, e.g. `paused until … UTC`. */
  readonly why: string;
}

/** What judging late moments needs; times are epoch ms. */
export interface LateFacts {
  readonly now: number;
  /** Set in the first tick of a life. */
  readonly opening: Opening | undefined;
}

/** By whose rule they are judged. */
export const LATE_CAUSE: MissCause = 'down';

/** How many of the moments, which are in order, nobody could serve when they came: before a start, all. */
export function countLate(moments: readonly number[], { opening, now }: LateFacts): number {
  if (opening !== undefined) return moments.length;
  const onTime = moments.findIndex((dueAt) => now - dueAt <= ON_TIME_MS);
  return onTime === -1 ? moments.length : onTime;
}

/** Moments to judge, in order; `isFollowed`: a later moment of the cron is served in time. */
interface Late {
  readonly late: readonly number[];
  readonly isFollowed: boolean;
}

/** Their verdicts, in order. Those of a pause that is over are judged by its rule, where that is another. */
export function judgeLate(
  cron: CronTrigger,
  { late, isFollowed }: Late,
  facts: LateFacts,
): readonly DueMoment[] {
  const { by } = cron.missed;
  const isPaused = (dueAt: number): boolean =>
    by.paused !== by.down && pastPause(cron.id, dueAt, facts.opening) !== undefined;
  const paused = late.filter(isPaused);
  const rest = late.filter((dueAt) => !isPaused(dueAt));
  const verdicts = [
    ...judgeAll(cron, { late: paused, isFollowed: false }, { ...facts, cause: 'paused' }),
    ...judgeAll(cron, { late: rest, isFollowed }, { ...facts, cause: LATE_CAUSE }),
  ];
  return paused.length === 0 ? verdicts : verdicts.sort((a, b) => a.dueAt - b.dueAt);
}

/** Since when each cron has moments that were held and are judged with those that came while nobody was there. */
export function heldSince(held: readonly HeldMoment[], opening: Opening): ReadonlyMap<TriggerId, number> {
  const first = new Map<TriggerId, number>();
  for (const { trigger, dueAt, cause } of held) {
    const isOver = cause === 'paused' && pastPause(trigger, dueAt, opening) !== undefined;
    if ((cause === 'down' || isOver) && !first.has(trigger)) first.set(trigger, dueAt);
  }
  return first;
}

function pastPause(of: TriggerId, dueAt: number, opening: Opening | undefined): PastPause | undefined {
  return opening?.pauses?.find(
    ({ trigger = of, since, until }) => trigger === of && since <= dueAt && dueAt < until,
  );
}

function judgeAll(
  { id, missed }: CronTrigger,
  { late, isFollowed }: Late,
  { opening, now, cause }: LateFacts & { readonly cause: MissCause },
): readonly DueMoment[] {
  const stood = opening?.why ?? standstill(now - (late[0] ?? now));
  const causeOf = (dueAt: number): string => pastPause(id, dueAt, opening)?.why ?? stood;
  const policy = policyFor(missed, cause);
  const never = opening?.noCatchUp;
  if (never === undefined) return judgeMissed({ moments: late, now, policy, causeOf, isFollowed });
  return late.map((dueAt) => ({
    dueAt,
    state: 'missed',
    reason: `${causeOf(dueAt)}; not made up: ${never}`,
    rule: policy.policy,
  }));
}

/** Why moments went by while the service ran. */
export function standstill(forMs: number): string {
  return `the clock or the machine stood still for about ${formatDuration(forMs)}`;
}
