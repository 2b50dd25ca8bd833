/** Holds which fires are told where there are more crons than fires to tell. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CronTrigger } from '../../../src/core/trigger.ts';
import { compileSchedule } from '../../../src/scheduler/schedule.ts';
import { upcoming } from '../../../src/scheduler/upcoming.ts';
import { nextFires } from '../../../src/service/control/next.ts';
import { sampleCron, sampleSnapshot } from '../../support/samples.ts';

const NOW = Date.UTC(2026, 0, 1);

/** Several that meet at one moment, that never fire, and that end. */
const SCHEDULES = ['* * * * *', '*/2 * * * *', '*/3 * * * *', '1 * * * *', '0 0 31 2 *', '@reboot'];

const cronLike = fc.record({
  expression: fc.constantFrom(...SCHEDULES),
  endMs: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
  runOnce: fc.boolean(),
  isSpent: fc.boolean(),
});

interface Made {
  readonly cron: CronTrigger;
  readonly isSpent: boolean;
}

function made(like: typeof cronLike extends fc.Arbitrary<infer Like> ? Like : never, index: number): Made {
  const { expression, endMs, runOnce, isSpent } = like;
  const end = endMs === undefined ? {} : { endMs: NOW + endMs * 60_000 };
  const compiled = compileSchedule({ expression, zone: 'UTC', ...end });
  if (!compiled.ok) throw new Error(compiled.message);
  return { cron: sampleCron(`c${index}`, { schedule: compiled.schedule, runOnce }), isSpent };
}

test('they are those that looking at the fires of every cron finds, in the same order', () => {
  fc.assert(
    fc.property(fc.array(cronLike, { maxLength: 12 }), fc.integer({ min: 1, max: 6 }), (likes, count) => {
      const crons = likes.map(made);
      const spent = new Set(crons.filter(({ isSpent }) => isSpent).map(({ cron }) => cron.id));
      const all = crons
        .filter(({ isSpent }) => !isSpent)
        .flatMap(({ cron: { id, schedule, runOnce } }) =>
          upcoming(schedule, { fromMs: NOW, count: runOnce ? 1 : count }).map(({ at }) => [id, at] as const),
        )
        .toSorted(([, a], [, b]) => a - b)
        .slice(0, count);
      const told = nextFires(sampleSnapshot(crons.map(({ cron }) => cron)), {
        ...{ count, from: NOW },
        isArmed: (id) => !spent.has(id),
      });
      expect(told.map(({ trigger, at }) => [trigger, at])).toEqual(all);
    }),
  );
});

test('only crons that may be among them are put into words', () => {
  let looks = 0;
  const compiled = compileSchedule({ expression: '* * * * *', zone: 'UTC' });
  if (!compiled.ok) throw new Error(compiled.message);
  const { schedule } = compiled;
  const next = (after: number): number | undefined => {
    looks += 1;
    return schedule.next(after);
  };
  const counted = { ...schedule, key: schedule.key, next };
  const crons = Array.from({ length: 1_000 }, (_, index) => sampleCron(`c${index}`, { schedule: counted }));
  expect(nextFires(sampleSnapshot(crons), { count: 5, from: NOW })).toHaveLength(5);
  expect(looks).toBeLessThan(1_000 + 5 * 10);
});
