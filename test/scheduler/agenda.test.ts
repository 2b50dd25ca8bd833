import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { triggerId } from '../../src/core/ids.ts';
import { Agenda } from '../../src/scheduler/agenda.ts';

const cron = (index: number): ReturnType<typeof triggerId> => triggerId('cron', `c${index}`);

describe('the agenda', () => {
  it('behaves like a sorted list under any order of changes', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('set' as const),
        who: fc.nat(8),
        at: fc.option(fc.nat(50), { nil: undefined }),
      }),
      fc.record({ kind: fc.constant('take' as const), now: fc.nat(60) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const agenda = new Agenda();
        const model = new Map<string, number>();
        for (const each of steps) {
          if (each.kind === 'set') {
            agenda.set(cron(each.who), each.at);
            if (each.at === undefined) model.delete(cron(each.who));
            else model.set(cron(each.who), each.at);
          } else {
            const due = agenda.takeDue(each.now);
            const expected = [...model].filter(([, at]) => at <= each.now);
            for (const [id] of expected) model.delete(id);
            expect(due.map(({ at }) => at)).toEqual(expected.map(([, at]) => at).sort((a, b) => a - b));
            expect(new Set(due.map(({ trigger }) => trigger))).toEqual(new Set(expected.map(([id]) => id)));
          }
          expect(agenda.size).toBe(model.size);
          expect(agenda.earliest()).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
        }
      }),
    );
  });

  it('does not grow when a trigger is set again and again', () => {
    const agenda = new Agenda();
    for (let at = 0; at < 100_000; at += 1) agenda.set(cron(at % 3), at);
    expect(agenda.takeDue(Infinity).map(({ at }) => at)).toEqual([99_997, 99_998, 99_999]);
  });
});
