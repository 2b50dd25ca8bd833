/** Decides what a cron comes to: its schedule, what becomes of moments it missed, and its runs. */
import { createHash } from 'node:crypto';
import type { CronTrigger, OverlapPolicy } from '../core/trigger.ts';
import { triggerId } from '../core/ids.ts';
import type { RunSpec } from '../core/action.ts';
import { defaultOverlap } from '../core/policy.ts';
import { msOf } from './compile-context.ts';
import type { CompileContext, Compiled } from './compile-context.ts';
import { checkMissed, compileMissed } from './compile-missed.ts';
import { compileDue } from './compile-schedule.ts';
import { compileSpec } from './compile-spec.ts';
import { idleKeys } from './idle-keys.ts';
import { longJitter } from './long-jitter.ts';
import type { CronConfig } from './schema/cron.ts';

/** Compiles one cron; `raw` is its table as written. */
export function compileCron(
  config: CronConfig,
  raw: Readonly<Record<string, unknown>>,
  context: CompileContext,
): Compiled<CronTrigger> {
  const spec = compileSpec({ kind: 'cron', config, raw }, context);
  const scheduled = compileDue(config, context);
  const hasChat = spec.value?.chat !== undefined;
  const idle = scheduled.value === undefined ? [] : idleKeys({ config, raw, schedule: scheduled.value });
  const problems = [...scheduled.problems, ...checkMissed(config, hasChat), ...idle, ...spec.problems];
  if (spec.value === undefined || scheduled.value === undefined)
    return { value: undefined, problems, secrets: [] };
  const schedule = scheduled.value;
  const runOnce = config.run_once || config.at !== undefined;
  const value: CronTrigger = {
    kind: 'cron',
    id: triggerId('cron', config.id),
    schedule,
    runOnce,
    overlap: overlapOf(config),
    missed: compileMissed(config, runOnce),
    jitterMs: config.jitter === undefined ? 0 : msOf(config.jitter),
    ...(config.quarantine_after !== undefined && { quarantineAfter: config.quarantine_after }),
    armHash: createHash('sha256')
      .update(JSON.stringify([schedule.key, runOnce]))
      .digest('hex')
      .slice(0, 16),
    spec: oneAtATime(spec.value, config.overlap),
  };
  return { value, problems: [...problems, ...longJitter(value, context.nowMs)], secrets: spec.secrets };
}

/** Unless runs may meet or the file says how many may, one runs at a time: what admission counts on, claiming must keep. */
function oneAtATime(spec: RunSpec, overlap: CronConfig['overlap']): RunSpec {
  if (overlap === 'allow' || spec.policy.maxConcurrent !== undefined) return spec;
  return { ...spec, policy: { ...spec.policy, maxConcurrent: 1 } };
}

function overlapOf({ overlap: kind, max_queued: depth }: CronConfig): OverlapPolicy {
  if (kind !== 'queue') return { kind };
  return depth === undefined ? defaultOverlap : { kind, depth };
}
