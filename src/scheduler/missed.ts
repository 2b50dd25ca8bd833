/** Decides what becomes of due moments that could not be served in time: which are made up, and the words for the rest. */
import { formatDuration } from '../core/duration.ts';
import type { DueMoment, MissedPolicy } from '../core/trigger.ts';

/** Facts about moments that went by; all times are epoch ms. */
export interface MissedFacts {
  /** In order; none later than `now`. */
  readonly moments: readonly number[];
  readonly now: number;
  readonly policy: MissedPolicy;
  /** Why they went by, e.g. `the service was down from 01:58 to 02:07 UTC`. */
  readonly cause: string;
}

/** One verdict per moment, in the same order: made up now (`queued`), or recorded as `missed` with the reason. */
export function judgeMissed({ moments, now, policy, cause }: MissedFacts): readonly DueMoment[] {
  const madeUp = countMadeUp(moments, now, policy);
  return moments.map((dueAt, index) => {
    if (index >= moments.length - madeUp) {
      return { dueAt, state: 'queued', reason: `${formatDuration(now - dueAt)} late: ${cause}` };
    }
    return { dueAt, state: 'missed', reason: `${cause}; ${whyNot(dueAt, now, policy)}` };
  });
}

/** How many of the newest moments are made up. */
function countMadeUp(moments: readonly number[], now: number, policy: MissedPolicy): number {
  const inGrace = moments.filter((dueAt) => now - dueAt <= policy.graceMs).length;
  switch (policy.policy) {
    case 'skip':
      return 0;
    case 'last':
      return Math.min(1, inGrace);
    case 'all':
      return Math.min(policy.limit, inGrace);
    default:
      return policy.policy satisfies never;
  }
}

function whyNot(dueAt: number, now: number, policy: MissedPolicy): string {
  if (policy.policy === 'skip') return 'policy skip';
  if (now - dueAt > policy.graceMs)
    return `policy ${policy.policy}, but more than ${formatDuration(policy.graceMs)} ago`;
  return policy.policy === 'last'
    ? 'policy last: a later moment was made up'
    : `policy all: only the last ${policy.limit} are made up`;
}
