import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { triggerId } from '../../src/core/ids.ts';
import { runStates } from '../../src/core/run.ts';
import type { Step } from '../../src/ledger/lane-counts.ts';
import { LaneCounts } from '../../src/ledger/lane-counts.ts';

const triggers = ['a', 'b'].map((name) => triggerId('cron', name));
const aStep: fc.Arbitrary<Step> = fc.record({
  trigger: fc.constantFrom(...triggers),
  from: fc.constantFrom(undefined, ...runStates),
  to: fc.constantFrom(undefined, ...runStates),
});

/** Everything that can be seen of the counts. */
function seen(counts: LaneCounts): unknown {
  return [
    counts.total(),
    [...counts.waiting()].sort(),
    triggers.map((trigger) => ({ ...counts.of(trigger) })),
  ];
}

/** Counts that are high enough for any steps to be possible. */
function busyLanes(): LaneCounts {
  const counts = new LaneCounts();
  for (const trigger of triggers) {
    for (const state of ['scheduled', 'queued', 'running'] as const) counts.load(trigger, state, 100);
  }
  return counts;
}

describe('counts of live rows', () => {
  test('after a rollback are what they were at the last commit', () => {
    fc.assert(
      fc.property(fc.array(aStep), fc.array(aStep), (kept, undone) => {
        const counts = busyLanes();
        for (const step of kept) counts.move(step);
        counts.commit();
        const before = seen(counts);
        for (const step of undone) counts.move(step);
        counts.rollback();
        expect(seen(counts)).toEqual(before);
      }),
    );
  });

  test('in total are the sum over the triggers', () => {
    fc.assert(
      fc.property(fc.array(aStep), (steps) => {
        const counts = busyLanes();
        for (const step of steps) counts.move(step);
        const [a, b] = triggers.map((trigger) => counts.of(trigger));
        expect(counts.total()).toEqual({
          scheduled: a!.scheduled + b!.scheduled,
          queued: a!.queued + b!.queued,
          running: a!.running + b!.running,
        });
      }),
    );
  });

  test('a trigger whose rows have all ended is forgotten', () => {
    const counts = new LaneCounts();
    const [trigger] = triggers;
    counts.move({ trigger: trigger!, from: undefined, to: 'queued' });
    expect(counts.waiting()).toEqual([trigger]);
    counts.move({ trigger: trigger!, from: 'queued', to: 'cancelled' });
    expect(counts.waiting()).toEqual([]);
    expect(counts.of(trigger!)).toEqual({ scheduled: 0, queued: 0, running: 0 });
  });
});
