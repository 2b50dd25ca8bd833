import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSchedule } from '../../src/scheduler/schedule.ts';
import { momentsFrom, mostRowsEach } from '../../src/scheduler/moments.ts';
import { everySchedule } from '../support/samples.ts';

const most = mostRowsEach(1);

describe('the moments of a stretch of time', () => {
  it('are all there, in order, when there are up to three thousand', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 900 }), (everyMs, count) => {
        const schedule = everySchedule(everyMs);
        const { at, dropped, next } = momentsFrom(schedule, {
          first: everyMs,
          until: everyMs * (count + 1),
          most,
        });
        expect(at).toEqual(Array.from({ length: count + 1 }, (_, index) => everyMs * (index + 1)));
        expect(dropped).toBe(0);
        expect(next).toBe(everyMs * (count + 2));
      }),
    );
  });

  it('are the newest three thousand of a month of seconds, the rest counted', () => {
    const monthOfSeconds = 30 * 86_400;
    const { at, dropped, next } = momentsFrom(everySchedule(1_000), {
      first: 1_000,
      until: monthOfSeconds * 1_000,
      most,
    });
    expect(at).toHaveLength(3_000);
    expect(at.at(-1)).toBe(monthOfSeconds * 1_000);
    expect(dropped + at.length).toBe(monthOfSeconds);
    expect(next).toBe((monthOfSeconds + 1) * 1_000);
  });

  it.each([
    ['every second of working hours', '* * 9-16 * * MON-FRI', '2026-03-01T12:00:00Z'],
    ['every second of one day in the week', '* * * * * MON', '2026-02-22T12:00:00Z'],
    ['every second', '* * * * * *', '2026-02-22T12:00:00Z'],
  ])('are the newest three thousand of a long stretch of %s', (_, expression, end) => {
    const compiled = compileSchedule({ expression, zone: 'Europe/Berlin' });
    if (!compiled.ok) throw new TypeError(compiled.message);
    let steps = 0;
    const counting = {
      ...compiled.schedule,
      next: (afterMs: number) => {
        steps += 1;
        return compiled.schedule.next(afterMs);
      },
    };
    const until = Date.parse(end);
    const first = compiled.schedule.next(until - 300 * 86_400_000) ?? until;
    const { at, next } = momentsFrom(counting, { first, until, most });
    expect(at).toHaveLength(3_000);
    expect(compiled.schedule.next(at.at(-1) ?? 0)).toBe(next);
    expect(next).toBeGreaterThan(until);
    expect(at.every((one, index) => index === 0 || compiled.schedule.next(at[index - 1] ?? 0) === one)).toBe(
      true,
    );
    expect(steps).toBeLessThan(500_000);
  });
});
