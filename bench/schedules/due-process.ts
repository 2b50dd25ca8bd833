/** Decides how late crons are that are all due at the same seconds: the real scheduler, and a durable store behind it. */
import { systemClock } from '../../src/core/clock.ts';
import { AppError } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/log.ts';
import { Scheduler } from '../../src/scheduler/loop.ts';
import { compileSchedule } from '../../src/scheduler/schedule.ts';
import { report } from '../report.ts';
import { cronOf, snapshotOf } from './crons.ts';
import { withLedger } from './ledger.ts';

/** Lateness of each second after the first ones, from the due instant to after the commit, ms. */
export interface DueReport {
  /** One value for each moment: all of a second are in one commit. */
  readonly lateMs: readonly number[];
  /** The first second of all, which writes every cron's specification too. */
  readonly firstMs: number;
}

const UNCOUNTED_SECONDS = 2;
const [count = 1_000, seconds = 5] = process.argv.slice(2).map(Number);

await withLedger(async (ledger) => {
  const everySecond = compileSchedule({ expression: '* * * * * *', zone: 'UTC' });
  if (!everySecond.ok) throw new AppError('internal', everySecond.message);
  const snapshot = snapshotOf(
    Array.from({ length: count }, (_, index) => cronOf(`cron-${index}`, everySecond.schedule)),
  );
  const batches: (readonly number[])[] = [];
  const done = Promise.withResolvers<void>();
  const scheduler = new Scheduler({
    current: () => snapshot,
    async admit(batch) {
      const answers = await ledger.runs.admit(batch);
      const now = Date.now();
      if (answers.some(({ kind }) => kind !== 'admitted'))
        throw new AppError('internal', 'a moment was not admitted');
      if (batch.admissions.length > 0) batches.push(batch.admissions.map(({ dueAt }) => now - dueAt));
      if (batches.length >= UNCOUNTED_SECONDS + seconds) done.resolve();
      return answers;
    },
    triggers: ledger.triggers,
    runs: ledger.runs,
    holdOf: () => undefined,
    tellMissed: () => [],
    random: Math.random,
    clock: systemClock,
    log: silentLog,
  });
  await scheduler.start({ why: 'not running' });
  await done.promise;
  await scheduler.stop();
  report({
    lateMs: batches.slice(UNCOUNTED_SECONDS, UNCOUNTED_SECONDS + seconds).flat(),
    firstMs: Math.max(...(batches[0] ?? [])),
  } satisfies DueReport);
});
