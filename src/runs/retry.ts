/** Decides what follows an attempt: the end of the run, or another attempt and when. */
import type { RunPolicy } from '../core/action.ts';
import type { Outcome } from '../core/run.ts';
import type { Settlement } from '../core/run-ledger.ts';
import { formatDuration } from '../core/duration.ts';

/** Facts about the attempt that ended; times are epoch ms, `random` is in [0, 1). */
export interface AttemptFacts {
  readonly outcome: Outcome;
  readonly attempt: number;
  readonly policy: RunPolicy;
  readonly firstStartedAt: number;
  readonly now: number;
  readonly random: number;
}

/** The state that follows, in words why, and when the next attempt is due (epoch ms). */
export type Verdict = Pick<Settlement, 'state' | 'reason' | 'readyAt'>;

/** What becomes of the run. Interrupted runs wait again if they may run twice, else they fail. */
export function afterAttempt(facts: AttemptFacts): Verdict {
  const { outcome, policy } = facts;
  switch (outcome.kind) {
    case 'succeeded':
      return { state: 'succeeded', reason: outcome.reason };
    case 'cancelled':
      return { state: 'cancelled', reason: outcome.reason };
    case 'interrupted':
      return policy.onCrash === 'retry'
        ? { state: 'queued', reason: `${outcome.reason ?? 'interrupted'}; it runs again` }
        : { state: 'failed', reason: `${outcome.reason ?? 'interrupted'}; not repeated by itself` };
    case 'failed':
      return afterFailure(facts);
    case 'denied':
      // What an earlier attempt did has been done: such a run was not left out.
      return { state: facts.attempt === 1 ? 'skipped' : 'failed', reason: outcome.reason };
    default:
      return outcome.kind satisfies never;
  }
}

/** Wait before the attempt after number `attempt`: doubling from `backoffMs`, up to a tenth more at random. */
export function backoffMs(attempt: number, policy: RunPolicy, random: number): number {
  const doubled = policy.backoffMs * 2 ** Math.min(attempt - 1, 30);
  return Math.round(Math.min(doubled, policy.maxBackoffMs) * (1 + random / 10));
}

function afterFailure(facts: AttemptFacts): Verdict {
  const { outcome, attempt, policy, now } = facts;
  const reason = outcome.reason ?? 'failed';
  if (attempt > policy.retries || !isWorthRetrying(outcome, policy)) return { state: 'failed', reason };
  const readyAt = now + Math.max(backoffMs(attempt, policy, facts.random), leastWaitMs(outcome));
  if (policy.deadlineMs !== undefined && readyAt >= facts.firstStartedAt + policy.deadlineMs) {
    return { state: 'failed', reason: `${reason}; no attempt is left before the deadline` };
  }
  return {
    state: 'scheduled',
    reason: `${reason}; attempt ${attempt + 1} of ${policy.retries + 1} in ${formatDuration(readyAt - now)}`,
    readyAt,
  };
}

/** What the other side asks for counts where it is longer than the backoff, beyond `max_backoff` too. */
function leastWaitMs({ again }: Outcome): number {
  return typeof again === 'object' ? again.notWithinMs : 0;
}

function isWorthRetrying(outcome: Outcome, policy: RunPolicy): boolean {
  if (outcome.again === 'never') return false;
  if (outcome.endedBy === 'deadline') return false;
  if (policy.retryOn === undefined) return true;
  return policy.retryOn.some((wanted) => wanted === outcome.exitCode || wanted === outcome.endedBy);
}
