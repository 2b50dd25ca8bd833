/** Decides what 100,000 schedules cost to compile, to keep and to ask, beside Croner's own objects. Needs `--expose-gc`. */
import { Cron } from 'croner';
import { compileSchedule, createScheduleTables } from '../../src/scheduler/schedule.ts';
import type { CronSpec } from '../../src/scheduler/schedule.ts';
import type { Schedule } from '../../src/core/trigger.ts';
import { AppError } from '../../src/core/errors.ts';
import { report } from '../report.ts';
import { percentile } from '../spread.ts';
import { mixedSpecs } from './mixed.ts';

/** What this process says. Times in µs but for the first. */
export interface TableReport {
  readonly compileMs: number;
  readonly bytesEach: number;
  readonly nextP50: number;
  readonly nextP99: number;
  /** Each fire of a walk through a year. */
  readonly yearEach: number;
  readonly cronerYearEach: number;
  readonly cronerCompile: number;
  readonly cronerBytesEach: number;
  readonly cronerNextP50: number;
}

const COUNT = 100_000;
const ASKED = 50_000;
const CRONER_COUNT = 500;
const WALKED = 10_000;
const CRONER_WALKED = 50;
/** A job of every second has 31 million fires in a year. */
const MOST_OF_EACH = 400;
const FROM_MS = Date.UTC(2026, 2, 1);
const HOUR_MS = 3_600_000;

function compileAll(specs: readonly CronSpec[]): { schedules: Schedule[]; keep: unknown } {
  const tables = createScheduleTables();
  const schedules = specs.map((spec) => {
    const compiled = compileSchedule(spec, tables);
    if (!compiled.ok) throw new AppError('internal', `${spec.expression}: ${compiled.message}`);
    return compiled.schedule;
  });
  return { schedules, keep: tables };
}

/** Time of each question, µs; each from a moment of its own within a year. */
function timesOf(count: number, next: (index: number, afterMs: number) => unknown): readonly number[] {
  return Array.from({ length: count }, (_, index) => {
    const afterMs = FROM_MS + ((index * 7_919) % 8_760) * HOUR_MS;
    const startedAt = performance.now();
    next(index, afterMs);
    return (performance.now() - startedAt) * 1_000;
  });
}

/** Walks through a year of fires, at most so many of each; the time of one, µs. */
function yearOf(count: number, next: (index: number, afterMs: number) => number | undefined): number {
  const untilMs = FROM_MS + 8_760 * HOUR_MS;
  const startedAt = performance.now();
  let fires = 0;
  for (let index = 0; index < count; index += 1) {
    let at: number | undefined = FROM_MS;
    for (let steps = 0; steps < MOST_OF_EACH && at !== undefined && at <= untilMs; steps += 1) {
      at = next(index, at);
      fires += 1;
    }
  }
  return ((performance.now() - startedAt) * 1_000) / fires;
}

function heapUsed(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function measureOurs(specs: readonly CronSpec[]): Omit<TableReport, `croner${string}`> {
  const before = heapUsed();
  const startedAt = performance.now();
  const { schedules, keep } = compileAll(specs);
  const compileMs = performance.now() - startedAt;
  const bytesEach = (heapUsed() - before) / specs.length;
  // A prime step visits every shape and zone.
  const at = (index: number): Schedule => schedules[(index * 104_729) % schedules.length] as Schedule;
  const times = timesOf(ASKED, (index, afterMs) => at(index).next(afterMs));
  const yearEach = yearOf(WALKED, (index, afterMs) => at(index).next(afterMs));
  if (keep === undefined) throw new AppError('internal', 'the tables are part of what is kept');
  const [nextP50, nextP99] = [percentile(times, 0.5), percentile(times, 0.99)];
  return { compileMs, bytesEach, nextP50, nextP99, yearEach };
}

function measureCroner(
  specs: readonly CronSpec[],
): Pick<TableReport, 'cronerCompile' | 'cronerBytesEach' | 'cronerNextP50' | 'cronerYearEach'> {
  const readable = specs.filter(({ expression }) => !/[0-9]\/[0-9]/.test(expression)).slice(0, CRONER_COUNT);
  const before = heapUsed();
  const startedAt = performance.now();
  const crons = readable.map(
    ({ expression, zone }) => new Cron(expression, { timezone: zone, paused: true }),
  );
  const cronerCompile = ((performance.now() - startedAt) * 1_000) / crons.length;
  const cronerBytesEach = (heapUsed() - before) / crons.length;
  const times = timesOf(CRONER_COUNT, (index, afterMs) =>
    (crons[index % crons.length] as Cron).nextRun(new Date(afterMs)),
  );
  const cronerYearEach = yearOf(CRONER_WALKED, (index, afterMs) =>
    (crons[index % crons.length] as Cron).nextRun(new Date(afterMs))?.getTime(),
  );
  return { cronerCompile, cronerBytesEach, cronerNextP50: percentile(times, 0.5), cronerYearEach };
}

const specs = mixedSpecs(COUNT);
report({ ...measureOurs(specs), ...measureCroner(specs) } satisfies TableReport);
