/** Holds which crons count as spent: those that fire once, and have done so under the schedule that they have now. */
import { expect, test } from 'vitest';
import type { CronState } from '../../src/core/trigger-ledger.ts';
import { countSpent } from '../../src/scheduler/spent.ts';
import { sampleCron } from '../support/samples.ts';

const once = sampleCron('x', { runOnce: true, armHash: 'now' });
const state = (change: Partial<CronState> = {}): CronState => ({
  ...{ armHash: 'now', armedAt: 0, spent: true },
  ...change,
});

test.for([
  ['one that fires once and has fired', once, state(), 1],
  ['one that fires once and is still to come', once, state({ spent: false }), 0],
  ['one that fired under another schedule', once, state({ armHash: 'before' }), 0],
  ['one that the ledger does not know yet', once, undefined, 0],
  ['one that fired once and recurs now', sampleCron('x', { armHash: 'now' }), state(), 0],
] as const)('%s', async ([, cron, known, count]) => {
  const states = new Map(known === undefined ? [] : [[cron.id, known]]);
  expect(await countSpent([cron, sampleCron('other')], { cronStates: async () => states })).toBe(count);
});

test('asks no ledger where no cron fires once', async () => {
  const cronStates = (): Promise<never> => Promise.reject(new Error('nobody had to ask'));
  expect(await countSpent([sampleCron('a')], { cronStates })).toBe(0);
});
