/** Decides what 100,000 armed crons cost while nothing is due, and when a save changes one of them. */
import { diffTriggers } from '../../src/config/diff.ts';
import { deepFreeze } from '../../src/core/freeze.ts';
import type { Cancel, Clock } from '../../src/core/clock.ts';
import { AppError } from '../../src/core/errors.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { silentLog } from '../../src/core/log.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import type { Schedule } from '../../src/core/trigger.ts';
import { Scheduler } from '../../src/scheduler/loop.ts';
import { compileSchedule, createScheduleTables } from '../../src/scheduler/schedule.ts';
import { report } from '../report.ts';
import { median } from '../spread.ts';
import { cronOf, snapshotOf } from './crons.ts';
import { withLedger } from './ledger.ts';
import { mixedSpecs } from './mixed.ts';

/** Medians, ms. */
export interface ReloadReport {
  readonly idleTickMs: number;
  readonly diffMs: number;
  readonly armMs: number;
  readonly followMs: number;
}

const COUNT = 100_000;
const TICKS = 1_000;
const RELOADS = 11;
const START_MS = Date.UTC(2026, 2, 1, 0, 0, 0, 500);

/** A clock that stands still and rings when it is told to. */
class StillClock implements Clock {
  readonly #rings = new Set<() => void>();

  now(): number {
    return START_MS;
  }

  monotonic(): number {
    return 0;
  }

  after(_delayMs: number, fire: () => void): Cancel {
    return this.alarm(0, fire);
  }

  alarm(_atMs: number, fire: () => void): Cancel {
    this.#rings.add(fire);
    return () => this.#rings.delete(fire);
  }

  /** Wakes everybody who waits; resolves when they wait again. */
  async ring(): Promise<void> {
    const waiting = [...this.#rings];
    this.#rings.clear();
    for (const fire of waiting) fire();
    while (this.#rings.size === 0) await Promise.resolve();
  }
}

const tables = createScheduleTables();
const schedules = mixedSpecs(COUNT).map(({ expression, zone }) => scheduleOf(expression, zone));

function scheduleOf(expression: string, zone: string): Schedule {
  const compiled = compileSchedule({ expression, zone }, tables);
  if (!compiled.ok) throw new AppError('internal', `${expression}: ${compiled.message}`);
  return compiled.schedule;
}

async function measureTicks(clock: StillClock): Promise<number> {
  for (let tick = 0; tick < TICKS; tick++) await clock.ring();
  const startedAt = performance.now();
  for (let tick = 0; tick < TICKS; tick++) await clock.ring();
  return (performance.now() - startedAt) / TICKS;
}

async function measureReloads(
  first: Snapshot,
  parts: { readonly scheduler: Scheduler; readonly ledger: Ledger },
): Promise<Omit<ReloadReport, 'idleTickMs'>> {
  const times: { readonly diff: number; readonly arm: number; readonly follow: number }[] = [];
  let live = first;
  for (let reload = 0; reload < RELOADS; reload++) {
    const changed = cronOf(`cron-${reload * 7_919}`, scheduleOf(`${reload} 59 23 31 12 *`, 'UTC'));
    const next = snapshotOf(
      [...live.crons.values()].map((cron) => (cron.id === changed.id ? changed : cron)),
    );
    const before = performance.now();
    await parts.ledger.triggers.arm(next.declaredCrons, START_MS);
    const armed = performance.now();
    parts.scheduler.follow(next, live);
    const followed = performance.now();
    const { modified } = diffTriggers(next, live);
    const compared = performance.now();
    if (modified.length !== 1) throw new AppError('internal', `${modified.length} crons count as changed`);
    times.push({ arm: armed - before, follow: followed - armed, diff: compared - followed });
    live = next;
  }
  return {
    armMs: median(times.map(({ arm }) => arm)),
    followMs: median(times.map(({ follow }) => follow)),
    diffMs: median(times.map(({ diff }) => diff)),
  };
}

await withLedger(async (ledger) => {
  const clock = new StillClock();
  const first = snapshotOf(schedules.map((schedule, index) => deepFreeze(cronOf(`cron-${index}`, schedule))));
  await ledger.triggers.arm(first.declaredCrons, START_MS);
  const scheduler = new Scheduler({
    current: () => first,
    admit: (batch) => ledger.runs.admit(batch),
    triggers: ledger.triggers,
    runs: ledger.runs,
    holdOf: () => undefined,
    tellMissed: () => [],
    random: Math.random,
    clock,
    log: silentLog,
  });
  await scheduler.start({ why: 'not running' });
  const idleTickMs = await measureTicks(clock);
  const reloads = await measureReloads(first, { scheduler, ledger });
  report({ idleTickMs, ...reloads } satisfies ReloadReport);
});
