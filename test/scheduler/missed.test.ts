import { describe, expect, it } from 'vitest';
import type { DueMoment, MissedPolicy, MissedWord } from '../../src/core/trigger.ts';
import { foundMissed, judgeMissed } from '../../src/scheduler/missed.ts';
import { sampleCron } from '../support/samples.ts';

const HOUR = 3_600_000;
const why = 'the service was down from 01:58 to 02:07';
const causeOf = (): string => why;
const judge = (moments: readonly number[], now: number, change: Partial<MissedPolicy> = {}): string[] =>
  judgeMissed({ moments, now, causeOf, policy: { policy: 'last', graceMs: HOUR, limit: 2, ...change } }).map(
    ({ state, reason }) => `${state}: ${reason ?? ''}`,
  );

describe('missed moments', () => {
  it('makes up the last one within its grace', () => {
    expect(judge([0, 1_000, 2_000], 62_000)).toEqual([
      `missed: ${why}; policy last: a later moment was made up`,
      `missed: ${why}; policy last: a later moment was made up`,
      `queued: 1m late: ${why}`,
    ]);
  });

  it('makes up nothing that is older than its grace, and says so', () => {
    expect(judge([0], 2 * HOUR)).toEqual([`missed: ${why}; policy last, but more than 1h ago`]);
  });

  it('makes up as many as the limit allows under policy all', () => {
    expect(judge([0, 1_000, 2_000], 3_000, { policy: 'all' }).map((line) => line.split(':')[0])).toEqual([
      'missed',
      'queued',
      'queued',
    ]);
  });

  it('makes up nothing that somebody is asked about', () => {
    expect(judge([0], 1_000, { policy: 'ask' })).toEqual([`missed: ${why}; policy ask`]);
  });

  it('has nothing left for `last` to make up where a later moment is served', () => {
    const facts = { moments: [0], now: 1_000, causeOf, isFollowed: true };
    const states = (policy: MissedPolicy['policy']): string[] =>
      judgeMissed({ ...facts, policy: { policy, graceMs: HOUR, limit: 2 } }).map(({ state }) => state);
    expect(states('last')).toEqual(['missed']);
    expect(states('all')).toEqual(['queued']);
  });

  it('makes up nothing under policy skip', () => {
    expect(judge([0], 1_000, { policy: 'skip' })).toEqual([`missed: ${why}; policy skip`]);
  });
});

describe('the fate of moments that were judged in one look', () => {
  const lost = (rule: MissedWord): DueMoment => ({ dueAt: 0, state: 'missed', reason: 'why', rule });
  const madeUp: DueMoment = { dueAt: 0, state: 'queued', reason: null };

  it.each([
    ['left-out', [lost('skip'), lost('skip')]],
    ['left-out', [madeUp, lost('skip')]],
    ['open', [lost('skip'), lost('ask')]],
    ['open', [lost('last'), lost('last')]],
    ['open', [madeUp, lost('ask')]],
    ['made-up', [lost('skip'), madeUp]],
    ['made-up', [lost('ask'), madeUp]],
  ] as const)('is %s by what became of the last, and by their own rules', (fate, [first, second]) => {
    expect(foundMissed(sampleCron(), [first, second]).fate).toBe(fate);
  });
});
