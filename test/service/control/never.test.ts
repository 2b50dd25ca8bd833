/** Holds what is said of a cron that the clock has no fire of to come. */
import { expect, test } from 'vitest';
import { compileAt, compileSchedule } from '../../../src/scheduler/schedule.ts';
import type { Compilation } from '../../../src/scheduler/schedule.ts';
import { whyNever } from '../../../src/service/control/never.ts';

const NOW = Date.UTC(2027, 0, 1);
const cron = (expression: string): Compilation => compileSchedule({ expression, zone: 'UTC' });
const at = (moment: string): Compilation => compileAt({ at: moment, zone: 'UTC' });

test.for([
  ['a date that does not exist', cron('0 0 31 2 *'), false, 'never'],
  ['a year that is over', cron('0 0 9 1 1 * 2020'), false, 'never'],
  ['a moment that is past', at('2026-12-24T18:00'), false, 'never'],
  ['a moment that is past and was served', at('2026-12-24T18:00'), true, 'spent; it fires once'],
  ['what would come again, but once is enough', cron('0 9 * * *'), true, 'spent; it fires once'],
  ['each start', cron('@reboot'), false, 'at each start'],
  ['every day', cron('0 9 * * *'), false, null],
  ['a moment to come', at('2027-12-24T18:00'), false, null],
] as const)('%s', ([, compiled, isSpent, words]) => {
  if (!compiled.ok) throw new Error(compiled.message);
  expect(whyNever(compiled, { now: NOW, isSpent })).toBe(words);
});
