/** Decides when a cron is due: by the one of its keys that says so, without the time that others leave out. */
import type { Schedule } from '../core/trigger.ts';
import { triggerId } from '../core/ids.ts';
import { BlackoutSchedule } from '../scheduler/blackout-schedule.ts';
import { oddWords } from '../scheduler/odd-moment.ts';
import {
  clockOf,
  compileAt,
  compileEvery,
  compileSchedule,
  isReboot,
  neverFires,
  oddityOf,
} from '../scheduler/schedule.ts';
import type { Compilation, ScheduleBounds } from '../scheduler/schedule.ts';
import { bareOf, withheldAt } from '../scheduler/withheld.ts';
import { ZoneClock } from '../scheduler/zone-clock.ts';
import { compileBounds, refuseBounds } from './compile-bounds.ts';
import type { CompiledBounds } from './compile-bounds.ts';
import type { CompileContext } from './compile-context.ts';
import { fault, warning } from './problem.ts';
import type { Problem } from './problem.ts';
import type { CronConfig } from './schema/cron.ts';

type Form = 'schedule' | 'every' | 'at';

/** A schedule, or undefined where a problem refuses the file; paths begin at the cron's table. */
export interface Scheduled {
  readonly value: Schedule | undefined;
  readonly problems: readonly Problem[];
}

/** Compiles the keys of a cron that say when it is due. */
export function compileDue(config: CronConfig, context: CompileContext): Scheduled {
  const written = (['schedule', 'every', 'at'] as const).filter((key) => config[key] !== undefined);
  const [form, second] = written;
  if (form === undefined)
    return refused([fault([], '`schedule` is missing: write `schedule`, `every` or `at`')]);
  if (second !== undefined)
    return refused([fault([second], `there is \`${form}\` already: one of them is enough`)]);
  const bounds = boundsOf(form, config, context);
  const compiled = compileForm(config, context, bounds.value);
  if (!compiled.ok) return refused([...faultsOf({ form, config, compiled }, context), ...bounds.problems]);
  const { schedule } = compiled;
  const problems = isReboot(schedule)
    ? refuseBounds(config, '`@reboot` has no moment to bound')
    : bounds.problems;
  if (problems.length > 0) return refused(problems);
  if (neverFires(schedule, context.nowMs))
    return { value: schedule, problems: [whyNever({ form, config, schedule }, context.nowMs)] };
  const odd = oddityOf(schedule);
  return {
    value: schedule,
    problems: odd === undefined ? [] : [warning([form], oddWords(odd, schedule.zone))],
  };
}

function boundsOf(form: Form, config: CronConfig, context: CompileContext): CompiledBounds {
  if (form === 'at') return { value: {}, problems: refuseBounds(config, '`at` is one moment already') };
  // A zone that is wrong must not hide a bound that is wrong too.
  const clock = clockOf(zoneOf(config, context), context.schedules) ?? new ZoneClock('UTC');
  return compileBounds(config, clock);
}

function zoneOf(config: CronConfig, context: CompileContext): string {
  return config.timezone ?? context.zone;
}

function compileForm(config: CronConfig, context: CompileContext, bounds: ScheduleBounds): Compilation {
  const { schedules } = context;
  const zone = zoneOf(config, context);
  if (config.every !== undefined) return compileEvery({ ...bounds, every: config.every, zone }, schedules);
  if (config.at !== undefined) return compileAt({ at: config.at, zone }, schedules);
  const hashSeed = triggerId('cron', config.id);
  const { schedule: expression = '', dst } = config;
  return compileSchedule({ ...bounds, expression, zone, dst, hashSeed }, schedules);
}

interface Failed {
  readonly form: Form;
  readonly config: CronConfig;
  readonly compiled: Extract<Compilation, { ok: false }>;
}

/** A zone that is wrong must not hide an expression that is wrong too. */
function faultsOf({ form, config, compiled }: Failed, context: CompileContext): readonly Problem[] {
  const inUtc =
    compiled.field === 'timezone' ? compileForm({ ...config, timezone: 'UTC' }, context, {}) : undefined;
  const faults = [compiled, ...(inUtc === undefined || inUtc.ok ? [] : [inUtc])];
  return faults.map((one) => faultOf({ form, config, compiled: one }));
}

function faultOf({ form, config, compiled: { field, message } }: Failed): Problem {
  // A wrong zone that is not this cron's own is reported where it is written.
  if (field === 'timezone')
    return fault(config.timezone === undefined ? [form] : ['timezone'], message.replace(/^timezone: /, ''));
  return fault([form], message.replace(/^expression: /, ''));
}

interface Over {
  readonly form: Form;
  readonly config: CronConfig;
  readonly schedule: Schedule;
}

/** Names the key because of which nothing is due any more. */
function whyNever({ form, config, schedule }: Over, nowMs: number): Problem {
  if (form === 'at')
    return warning([form], 'that moment is past: unless it is still to be made up, it never fires again');
  if (neverFires(bareOf(schedule), nowMs)) return warning([form], 'no date matches: it never fires');
  if (schedule instanceof BlackoutSchedule && !neverFires(schedule.inner, nowMs))
    return warning(['blackout'], 'holds all that is due: it never fires');
  if (config.end === undefined) return warning(['start'], 'nothing is due after it: it never fires');
  if (withheldAt(schedule, nowMs)?.kind === 'late')
    return warning(['end'], 'that is past: it never fires again');
  return warning(['end'], 'nothing is due any more until then: it never fires');
}

function refused(problems: readonly Problem[]): Scheduled {
  return { value: undefined, problems };
}
