/** Decides which keys of a cron can do nothing beside its others. */
import type { Schedule } from '../core/trigger.ts';
import { cronOf, isReboot } from '../scheduler/schedule.ts';
import type { RawTable } from './parse.ts';
import { warning } from './problem.ts';
import type { Problem } from './problem.ts';
import type { CronConfig } from './schema/cron.ts';

/** A cron, whose table as written says what is no default. */
export interface WrittenCron {
  readonly config: CronConfig;
  readonly raw: RawTable;
  readonly schedule: Schedule;
}

/** A warning for each, with what it would need. */
export function idleKeys(cron: WrittenCron): readonly Problem[] {
  return [...idleOverlap(cron.config), ...idleDst(cron)];
}

function idleOverlap({ overlap, max_queued: depth, missed_when: when }: CronConfig): readonly Problem[] {
  const written = `overlap = "${overlap}"`;
  const idle: Problem[] = [];
  if (depth !== undefined && overlap !== 'queue')
    idle.push(warning(['max_queued'], `without effect: ${written} does not read it; overlap = "queue" does`));
  if (when?.overlap !== undefined && (overlap === 'allow' || overlap === 'replace'))
    idle.push(
      warning(
        ['missed_when', 'overlap'],
        `without effect: with ${written} no run is in the way; overlap = "skip" and "queue" read it`,
      ),
    );
  return idle;
}

function idleDst({ config, raw, schedule }: WrittenCron): readonly Problem[] {
  if (raw['dst'] === undefined || cronOf(schedule)?.fields.isFixed === true) return [];
  return [warning(['dst'], `without effect: ${whyIdle(config, schedule)}`)];
}

function whyIdle(config: CronConfig, schedule: Schedule): string {
  if (config.at !== undefined)
    return 'of a time that its zone shows twice, `at` takes the first, unless an offset says otherwise';
  if (isReboot(schedule)) return '`@reboot` follows no clock';
  if (cronOf(schedule) !== undefined)
    return 'only a plain minute and hour are a time of day; `*`, ranges and steps in them follow real time';
  return 'a length of time between fires is real time, which no clock change touches';
}
