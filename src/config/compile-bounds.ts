/** Decides what time a cron leaves out: before its start, after its end, and in its blackout. */
import { readWindow } from '../scheduler/blackout-text.ts';
import { coversDay } from '../scheduler/blackout.ts';
import type { BlackoutWindow } from '../scheduler/blackout.ts';
import { readEnd, readStart } from '../scheduler/bounds.ts';
import type { Moment } from '../scheduler/moment.ts';
import type { ScheduleBounds } from '../scheduler/schedule.ts';
import type { ZoneClock } from '../scheduler/zone-clock.ts';
import { fault } from './problem.ts';
import type { Problem } from './problem.ts';
import type { CronConfig } from './schema/cron.ts';

/** The keys that leave time out, as far as they can be read, and what is wrong with them. */
export interface CompiledBounds {
  readonly value: ScheduleBounds;
  /** Each refuses the file; paths begin at the cron's table. */
  readonly problems: readonly Problem[];
}

/** Reads them on the clock of the cron's zone. */
export function compileBounds(config: CronConfig, clock: ZoneClock): CompiledBounds {
  const problems: Problem[] = [];
  const startMs = moment('start', readStart);
  const endMs = moment('end', readEnd);
  if (startMs !== undefined && endMs !== undefined && endMs <= startMs)
    problems.push(fault(['end'], 'is before `start`: nothing would be due between them'));
  const blackout = blackoutOf(config.blackout ?? [], { clock, problems });
  return { value: { startMs, endMs, blackout }, problems };

  function moment(
    key: 'start' | 'end',
    read: (text: string, clock: ZoneClock) => Moment,
  ): number | undefined {
    const text = config[key];
    const found = text === undefined ? undefined : read(text, clock);
    if (found?.ok === false) problems.push(fault([key], found.message));
    return found?.ok === true ? found.atMs : undefined;
  }
}

/** Says that `why` of each key that leaves time out. */
export function refuseBounds(config: CronConfig, why: string): readonly Problem[] {
  const written = (['start', 'end', 'blackout'] as const).filter((key) => config[key] !== undefined);
  return written.map((key) => fault([key], `${why}: leave this key out`));
}

function blackoutOf(
  texts: readonly string[],
  { clock, problems }: { readonly clock: ZoneClock; readonly problems: Problem[] },
): readonly BlackoutWindow[] {
  const windows = texts.flatMap((text, index) => {
    const read = readWindow(text, clock);
    if (read.ok) return [read.window];
    problems.push(fault(['blackout', index], read.message));
    return [];
  });
  if (!coversDay(windows)) return windows;
  problems.push(fault(['blackout'], 'covers every minute of the day: it would never fire; leave some time'));
  return [];
}
