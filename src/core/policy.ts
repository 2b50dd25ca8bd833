/** Decides the defaults of what the configuration leaves open; the schema shows them and nothing else repeats them. */
import type { MissedRules, OverlapPolicy } from './trigger.ts';
import type { ActionKind, RunPolicy } from './action.ts';

const HOUR_MS = 3_600_000;

/** An attempt may take this long where no `timeout` is set. */
export const DEFAULT_TIMEOUT_MS = HOUR_MS;

/** Catch up with the last missed moment, if it is not older than an hour; what is switched off or in its own way is not. */
export const defaultMissed: MissedRules = {
  by: { down: 'last', paused: 'last', disabled: 'skip', overlap: 'skip' },
  graceMs: HOUR_MS,
  limit: 20,
};

/** One runs, one waits, the rest is skipped with the reason. */
export const defaultOverlap: OverlapPolicy = { kind: 'queue', depth: 1 };

/** Waiting runs of one trigger, beyond which deliveries are refused with 429. */
export const DEFAULT_MAX_QUEUED = 10_000;

/**
 * How a run is executed where the trigger says nothing. Agents are not started twice on their own; what a server or the
 * network could not take is sent three times, after 2 s and 4 s.
 */
export function defaultPolicy(action: ActionKind): RunPolicy {
  const isSent = action === 'http_forward';
  return {
    timeoutMs: DEFAULT_TIMEOUT_MS,
    killGraceMs: 5_000,
    retries: isSent ? 2 : 0,
    backoffMs: isSent ? 2_000 : 30_000,
    maxBackoffMs: HOUR_MS,
    onCrash: action === 'agent_run' ? 'fail' : 'retry',
    maxOutputBytes: 10 * 1024 * 1024,
  };
}
