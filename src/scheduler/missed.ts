/** Decides what becomes of due moments that were not served in time: which are made up, and the words for the rest. */
import { formatDuration } from '../core/duration.ts';
import { lateBy } from '../core/late.ts';
import type { FoundMissed, MissedFate } from '../core/missed.ts';
import type { CronTrigger, DueMoment, MissCause, MissedPolicy, MissedRules } from '../core/trigger.ts';

/** Facts about moments that went by; all times are epoch ms. */
export interface MissedFacts {
  /** In order; none later than `now`. */
  readonly moments: readonly number[];
  readonly now: number;
  readonly policy: MissedPolicy;
  /** Why each went by, e.g. `the service was down from 01:58 to 02:07 UTC`. */
  readonly causeOf: (dueAt: number) => string;
  /** A later moment of the same trigger is served: there is nothing left for `last` to make up. */
  readonly isFollowed?: boolean;
}

/** What the rules of a cron say for one cause. */
export function policyFor({ by, graceMs, limit }: MissedRules, cause: MissCause): MissedPolicy {
  return { policy: by[cause], graceMs, limit };
}

/** One verdict per moment, in the same order: made up now (`queued`), or recorded as `missed` with the reason. */
export function judgeMissed(facts: MissedFacts): readonly DueMoment[] {
  const { moments, now, causeOf } = facts;
  const madeUp = countMadeUp(facts);
  return moments.map((dueAt, index) => {
    if (index >= moments.length - madeUp) {
      return { dueAt, state: 'queued', reason: `${lateBy(now - dueAt)}: ${causeOf(dueAt)}` };
    }
    const rule = facts.policy.policy;
    return { dueAt, state: 'missed', reason: `${causeOf(dueAt)}; ${whyNot(dueAt, facts)}`, rule };
  });
}

/** What is told of moments of one cron that were judged in one look, one at least. */
export function foundMissed(
  { id, spec: { chat } }: CronTrigger,
  verdicts: readonly [DueMoment, ...DueMoment[]],
): FoundMissed {
  const lost = verdicts.filter(({ state }) => state === 'missed').length;
  const last = verdicts.at(-1) ?? verdicts[0];
  return {
    trigger: id,
    missed: lost,
    fate: fateOf(verdicts),
    firstDueAt: verdicts[0].dueAt,
    lastDueAt: last.dueAt,
    ...(chat !== undefined && { to: chat }),
  };
}

/** None is open where the last is made up, or where it is the rule to leave out all that are not; as later views have it. */
function fateOf(verdicts: readonly DueMoment[]): MissedFate {
  if (verdicts.at(-1)?.state !== 'missed') return 'made-up';
  return verdicts.every(({ state, rule }) => state !== 'missed' || rule === 'skip') ? 'left-out' : 'open';
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

function whyNot(dueAt: number, facts: MissedFacts): string {
  const {
    now,
    policy: { policy, graceMs, limit },
  } = facts;
  if (policy === 'skip' || policy === 'ask') return `policy ${policy}`;
  if (now - dueAt > graceMs) return `policy ${policy}, but more than ${formatDuration(graceMs)} ago`;
  return policy === 'last'
    ? `policy last: a later moment was ${facts.isFollowed === true ? 'served' : 'made up'}`
    : `policy all: only the last ${limit} are made up`;
}
