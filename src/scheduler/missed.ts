/** Decides what becomes of due moments that were not served in time: which are made up, and the words for the rest. */
import { formatDuration } from '../core/duration.ts';
import { lateBy } from '../core/late.ts';
import type { DueMoment, MissCause, MissedPolicy, MissedRules } from '../core/trigger.ts';

/** Facts about moments that went by; all times are epoch ms. */
export interface MissedFacts {
  /** In order; none later than `now`. */
  readonly moments: readonly number[];
  readonly now: number;
  readonly policy: MissedPolicy;
  /** Why they went by, e.g. `the service was down from 01:58 to 02:07 UTC`. */
  readonly cause: string;
  /** A later moment of the same trigger is served: there is nothing left for `last` to make up. */
  readonly isFollowed?: boolean;
}

const BY_SKIP = 'policy skip';

/** What the rules of a cron say for one cause. */
export function policyFor({ by, graceMs, limit }: MissedRules, cause: MissCause): MissedPolicy {
  return { policy: by[cause], graceMs, limit };
}

/** One verdict per moment, in the same order: made up now (`queued`), or recorded as `missed` with the reason. */
export function judgeMissed(facts: MissedFacts): readonly DueMoment[] {
  const { moments, now, cause } = facts;
  const madeUp = countMadeUp(facts);
  return moments.map((dueAt, index) => {
    if (index >= moments.length - madeUp) {
      return { dueAt, state: 'queued', reason: `${lateBy(now - dueAt)}: ${cause}` };
    }
    return { dueAt, state: 'missed', reason: `${cause}; ${whyNot(dueAt, facts)}` };
  });
}

/** True for the reason of a row that the rule left out, whatever it was that came between. */
export function isBySkip(reason: string): boolean {
  return reason.endsWith(BY_SKIP);
}

/** How many of the newest moments are made up. */
function countMadeUp({ moments, now, policy, isFollowed = false }: MissedFacts): number {
  const inGrace = moments.filter((dueAt) => now - dueAt <= policy.graceMs).length;
  switch (policy.policy) {
    case 'skip':
    case 'ask':
      return 0;
    case 'last':
      return isFollowed ? 0 : Math.min(1, inGrace);
    case 'all':
      return Math.min(policy.limit, inGrace);
    default:
      return policy.policy satisfies never;
  }
}

function whyNot(dueAt: number, { now, policy: { policy, graceMs, limit } }: MissedFacts): string {
  if (policy === 'skip') return BY_SKIP;
  if (policy === 'ask') return 'policy ask';
  if (now - dueAt > graceMs) return `policy ${policy}, but more than ${formatDuration(graceMs)} ago`;
  return policy === 'last'
    ? 'policy last: a later moment was made up'
    : `policy all: only the last ${limit} are made up`;
}
