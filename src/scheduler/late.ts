/** Decides which due moments nobody could serve when they came, because the service or the machine stood still, and what becomes of them. */
import { formatDuration } from '../core/duration.ts';
import { ON_TIME_MS } from '../core/late.ts';
import type { CronTrigger, DueMoment, MissCause } from '../core/trigger.ts';
import { judgeMissed, policyFor } from './missed.ts';

/** What the first tick of a life makes up for. */
export interface Opening {
  /** Why moments before the start went by, e.g. `the service was down from … to …`. */
  readonly why: string;
  /** Why nothing is made up, whatever the rules say; absent: it is. */
  readonly noCatchUp?: string;
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

/** Their verdicts; `isFollowed`: a later moment of the cron is served in time. */
export function judgeLate(
  { missed }: CronTrigger,
  { late, isFollowed }: { readonly late: readonly number[]; readonly isFollowed: boolean },
  { opening, now }: LateFacts,
): readonly DueMoment[] {
  const cause = opening?.why ?? standstill(now - (late[0] ?? now));
  const policy = policyFor(missed, LATE_CAUSE);
  const never = opening?.noCatchUp;
  if (never === undefined) return judgeMissed({ moments: late, now, policy, cause, isFollowed });
  const reason = `${cause}; not made up: ${never}`;
  return late.map((dueAt) => ({ dueAt, state: 'missed', reason, rule: policy.policy }));
}

/** Why moments went by while the service ran. */
export function standstill(forMs: number): string {
  return `the clock or the machine stood still for about ${formatDuration(forMs)}`;
}
