/** Decides how the runs of a trigger are executed, from its own keys and the defaults of its action. */
import type { ActionKind, RunPolicy } from '../core/action.ts';
import { defaultPolicy } from '../core/policy.ts';
import { msOf } from './compile-context.ts';
import { fault } from './problem.ts';
import type { Problem } from './problem.ts';
import type { TriggerConfig } from './schema/trigger.ts';

/** The policy of a trigger's runs. */
export function compilePolicy(config: TriggerConfig, action: ActionKind): RunPolicy {
  const defaults = defaultPolicy(action);
  return {
    ...(config.max_concurrent !== undefined && { maxConcurrent: config.max_concurrent }),
    timeoutMs: config.timeout === undefined ? defaults.timeoutMs : msOf(config.timeout),
    ...(config.deadline !== undefined && { deadlineMs: msOf(config.deadline) }),
    killGraceMs: msOf(config.kill_grace),
    retries: config.retries ?? defaults.retries,
    backoffMs: config.backoff === undefined ? defaults.backoffMs : msOf(config.backoff),
    maxBackoffMs: msOf(config.max_backoff),
    ...(config.retry_on !== undefined && { retryOn: config.retry_on }),
    onCrash: config.on_crash ?? defaults.onCrash,
    maxOutputBytes: config.max_output_bytes,
  };
}

/** What is wrong with the durations of a policy: an attempt must be given time. */
export function checkPolicy(config: TriggerConfig): readonly Problem[] {
  return (['timeout', 'deadline'] as const).flatMap((name) => {
    const written = config[name];
    return written !== undefined && msOf(written) === 0 ? [fault([name], 'must be longer than nothing')] : [];
  });
}
