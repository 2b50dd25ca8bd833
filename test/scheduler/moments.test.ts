import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentsFrom } from '../../src/scheduler/moments.ts';
import { everySchedule } from '../support/samples.ts';

describe('the moments of a stretch of time', () => {
  it('are all there, in order, when there are up to a thousand', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 900 }), (everyMs, count) => {
        const schedule = everySchedule(everyMs);
        const { at, dropped, next } = momentsFrom(schedule, everyMs, everyMs * (count + 1));
        expect(at).toEqual(Array.from({ length: count + 1 }, (_, index) => everyMs * (index + 1)));
        expect(dropped).toBe(0);
        expect(next).toBe(everyMs * (count + 2));
      }),
    );
  });

  it('are the newest thousand of a month of seconds, the rest counted', () => {
    const monthOfSeconds = 30 * 86_400;
    const { at, dropped, next } = momentsFrom(everySchedule(1_000), 1_000, monthOfSeconds * 1_000);
    expect(at).toHaveLength(1_000);
    expect(at.at(-1)).toBe(monthOfSeconds * 1_000);
    expect(dropped + at.length).toBe(monthOfSeconds);
    expect(next).toBe((monthOfSeconds + 1) * 1_000);
  });
});
