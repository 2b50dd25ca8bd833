/** Decides what a cron comes to: its schedule, what becomes of moments it missed, and its runs. */
import { createHash } from 'node:crypto';
import type { CronTrigger, OverlapPolicy, Schedule } from '../core/trigger.ts';
import { triggerId } from '../core/ids.ts';
import type { RunSpec } from '../core/action.ts';
import { defaultOverlap } from '../core/policy.ts';
import { compileAt, compileEvery, compileSchedule, neverFires } from '../scheduler/schedule.ts';
import type { Compilation } from '../scheduler/schedule.ts';
import { msOf } from './compile-context.ts';
import type { CompileContext, Compiled } from './compile-context.ts';
import { checkMissed, compileMissed } from './compile-missed.ts';
import { compileSpec } from './compile-spec.ts';
import { fault, warning } from './problem.ts';
import type { Problem } from './problem.ts';
import type { CronConfig } from './schema/trigger.ts';

/** Compiles one cron; `raw` is its table as written. */
export function compileCron(
  config: CronConfig,
  raw: Readonly<Record<string, unknown>>,
  context: CompileContext,
): Compiled<CronTrigger> {
  const spec = compileSpec({ kind: 'cron', config, raw }, context);
  const scheduled = scheduleOf(config, context);
  const hasChat = spec.value?.chat !== undefined;
  const problems = [...scheduled.problems, ...checkMissed(config, hasChat), ...spec.problems];
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
  return { value, problems, secrets: spec.secrets };
}

/** Unless runs may meet or the file says how many may, one runs at a time: what admission counts on, claiming must keep. */
function oneAtATime(spec: RunSpec, overlap: CronConfig['overlap']): RunSpec {
  if (overlap === 'allow' || spec.policy.maxConcurrent !== undefined) return spec;
  return { ...spec, policy: { ...spec.policy, maxConcurrent: 1 } };
}

interface Scheduled {
  readonly value: Schedule | undefined;
  readonly problems: readonly Problem[];
}

function scheduleOf(config: CronConfig, context: CompileContext): Scheduled {
  const written = (['schedule', 'every', 'at'] as const).filter((key) => config[key] !== undefined);
  const [form, second] = written;
  if (form === undefined)
    return {
      value: undefined,
      problems: [fault([], '`schedule` is missing: write `schedule`, `every` or `at`')],
    };
  if (second !== undefined)
    return {
      value: undefined,
      problems: [fault([second], `there is \`${form}\` already: one of them is enough`)],
    };
  const compiled = compileForm(config, context);
  if (!compiled.ok) {
    // A zone that is wrong must not hide an expression that is wrong too.
    const inUtc =
      compiled.field === 'timezone' ? compileForm({ ...config, timezone: 'UTC' }, context) : undefined;
    const faults = [compiled, ...(inUtc === undefined || inUtc.ok ? [] : [inUtc])];
    return { value: undefined, problems: faults.map((one) => refused(config, form, one)) };
  }
  if (!neverFires(compiled.schedule, context.nowMs)) return { value: compiled.schedule, problems: [] };
  const why = form === 'at' ? 'that moment is past: it never fires again' : 'no date matches: it never fires';
  return { value: compiled.schedule, problems: [warning([form], why)] };
}

function compileForm(config: CronConfig, { zone: defaultZone, schedules }: CompileContext): Compilation {
  const zone = config.timezone ?? defaultZone;
  if (config.every !== undefined) return compileEvery({ every: config.every, zone }, schedules);
  if (config.at !== undefined) return compileAt({ at: config.at, zone }, schedules);
  const spec = {
    expression: config.schedule ?? '',
    zone,
    dst: config.dst,
    hashSeed: triggerId('cron', config.id),
  };
  return compileSchedule(spec, schedules);
}

function refused(
  config: CronConfig,
  form: string,
  { field, message }: Extract<Compilation, { ok: false }>,
): Problem {
  // A wrong zone that is not this cron's own is reported where it is written.
  if (field === 'timezone')
    return fault(config.timezone === undefined ? [form] : ['timezone'], message.replace(/^timezone: /, ''));
  return fault([form], message.replace(/^expression: /, ''));
}

function overlapOf({ overlap: kind, max_queued: depth }: CronConfig): OverlapPolicy {
  if (kind !== 'queue') return { kind };
  return depth === undefined ? defaultOverlap : { kind, depth };
}
