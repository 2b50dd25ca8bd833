/** Holds what fits into a budget, as tables. */
import { describe, expect, test } from 'vitest';
import type { Budget, RunSpec } from '../../src/core/action.ts';
import type { Admission } from '../../src/core/admission.ts';
import { newRunId } from '../../src/core/ids.ts';
import { consumedOf, dailyBudget, keptWithin, overspent } from '../../src/runs/budget.ts';
import { sampleAdmission, sampleAgentSpec, sampleSpec } from '../support/samples.ts';

function spec(budget?: Partial<Budget>, name?: string): RunSpec {
  return sampleAgentSpec({ ...(budget && { budget: { over: 'skip', ...budget } }) }, name);
}

describe('another run', () => {
  test.for<[Partial<Budget>, { runs?: number; costUsd?: number }, string | undefined]>([
    [{ runsPerDay: 2 }, { runs: 1 }, undefined],
    [{ runsPerDay: 2 }, { runs: 2 }, 'budget: 2 runs a day are used up'],
    [{ runsPerDay: 2 }, { runs: 9 }, 'budget: 2 runs a day are used up'],
    [{ runsPerDay: 1 }, { runs: 1 }, 'budget: 1 run a day is used up'],
    [{ runsPerDay: 2 }, { costUsd: 1_000 }, undefined],
    [{ costPerDay: 5 }, { costUsd: 4.999 }, undefined],
    [{ costPerDay: 5 }, { costUsd: 5 }, 'budget: $5.00 a day is used up ($5.00 so far)'],
    [{ costPerDay: 0.5 }, { costUsd: 0.755 }, 'budget: $0.50 a day is used up ($0.76 so far)'],
    [{ costPerDay: 5 }, { runs: 1_000 }, undefined],
    [{ runsPerDay: 1, costPerDay: 5 }, { runs: 1, costUsd: 5 }, 'budget: 1 run a day is used up'],
    [{ tokensPerRun: 1 }, { runs: 1_000, costUsd: 1_000 }, undefined],
  ])('within %j after %j: %s', ([budget, consumed, reason]) => {
    expect(overspent({ over: 'skip', ...budget }, { runs: 0, costUsd: 0, ...consumed })).toBe(reason);
  });
});

test('what is consumed is the sum of all engines, with what is under way or waits for its turn', () => {
  const totals = [{ costUsd: 0.5 }, { costUsd: null }, { costUsd: 0.25 }];
  expect(consumedOf({ totals, runs: 4 }, { scheduled: 1, queued: 2, running: 1 })).toEqual({
    runs: 8,
    costUsd: 0.75,
  });
  expect(consumedOf({ totals: [], runs: 0 }, { scheduled: 0, queued: 0, running: 0 })).toEqual({
    runs: 0,
    costUsd: 0,
  });
});

describe('a budget is looked at', () => {
  const budget = { runsPerDay: 1 };
  test.for<[string, boolean, RunSpec, Partial<Admission>]>([
    ['for a run to begin', true, spec(budget), {}],
    ['for a run to come', true, spec(budget), { state: 'scheduled' }],
    ['not for one that is not to run', false, spec(budget), { state: 'skipped' }],
    ['not for one that was missed', false, spec(budget), { state: 'missed' }],
    ['not when somebody was asked', false, spec(budget), { overBudget: true }],
    ['not where there is none', false, spec(), {}],
    ['not where it bounds single runs', false, spec({ tokensPerRun: 7 }), {}],
    ['not of what is no agent', false, sampleSpec(), {}],
  ])('%s', ([, isLooked, one, change]) => {
    expect(dailyBudget(sampleAdmission(one, change)) !== undefined).toBe(isLooked);
  });
});

describe('a batch', () => {
  const states = (admissions: readonly Admission[]): readonly string[] =>
    admissions.map(({ state }) => state);

  test('counts those that it lets in itself, by the trigger that they belong to', () => {
    const [a, b] = [spec({ runsPerDay: 3 }, 'a'), spec({ runsPerDay: 1 }, 'b')];
    const batch = [a, b, a, b, a].map((one) => sampleAdmission(one));
    const consumed = new Map([
      [a.trigger, { runs: 1, costUsd: 0 }],
      [b.trigger, { runs: 0, costUsd: 0 }],
    ]);
    const kept = keptWithin(batch, consumed);
    expect(states(kept)).toEqual(['queued', 'queued', 'queued', 'skipped', 'skipped']);
    expect(kept[4]).toMatchObject({ id: batch[4]?.id, reason: 'budget: 3 runs a day are used up' });
  });

  test('spends no one-shot that it leaves out', () => {
    const one = spec({ runsPerDay: 1 });
    const batch = [sampleAdmission(one, { spends: 'hash' }), sampleAdmission(one, { spends: 'hash' })];
    const kept = keptWithin(batch, new Map([[one.trigger, { runs: 0, costUsd: 0 }]]));
    expect(kept.map(({ state, spends }) => [state, spends])).toEqual([
      ['queued', 'hash'],
      ['skipped', undefined],
    ]);
  });

  test('passes what needs no look as it is, and does not count it', () => {
    const one = spec({ runsPerDay: 1 });
    const asked = sampleAdmission(one, { overBudget: true, id: newRunId() });
    const batch = [asked, sampleAdmission(sampleSpec()), sampleAdmission(one)];
    const kept = keptWithin(batch, new Map([[one.trigger, { runs: 0, costUsd: 0 }]]));
    expect(kept).toEqual(batch);
    expect(kept[0]).toBe(asked);
  });
});
