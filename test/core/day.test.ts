/** Holds when days begin, whatever the clocks of a zone do. */
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { dayStart } from '../../src/core/day.ts';

const at = (iso: string): number => Date.parse(iso);

describe('the start of a day', () => {
  test.for([
    ['Europe/Berlin', '2026-03-29T10:00:00Z', '2026-03-28T23:00:00Z', 'in which an hour is skipped'],
    ['Europe/Berlin', '2026-10-25T22:30:00Z', '2026-10-24T22:00:00Z', 'of 25 hours, in the last of them'],
    [
      'Africa/Cairo',
      '2026-04-24T10:00:00Z',
      '2026-04-23T22:00:00Z',
      'that begins at 01:00, for want of a midnight',
    ],
    [
      'America/Havana',
      '2026-11-01T12:00:00Z',
      '2026-11-01T04:00:00Z',
      'with two midnights is the first of them',
    ],
    ['Australia/Lord_Howe', '2026-04-05T12:00:00Z', '2026-04-04T13:00:00Z', 'set back by half an hour'],
    ['Asia/Kathmandu', '2026-06-01T00:00:00Z', '2026-05-31T18:15:00Z', 'in a zone of odd quarters'],
    ['Pacific/Apia', '2011-12-31T01:00:00Z', '2011-12-30T10:00:00Z', 'after a day that never was'],
    ['UTC', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'is itself'],
  ] as const)('of %s at %s is %s: one %s', ([zone, now, start]) => {
    expect(new Date(dayStart(zone, at(now))).toISOString()).toBe(new Date(at(start)).toISOString());
  });

  test('is the first minute with the date of now, in every zone and at every time', () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const moments = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2037-12-31T00:00:00Z') });
    fc.assert(
      fc.property(zones, moments, (zone, now) => {
        const start = dayStart(zone, now);
        const dateOf = (ms: number): string => DateTime.fromMillis(ms, { zone }).toISODate() ?? '';
        expect(start).toBeLessThanOrEqual(now);
        expect(start % 60_000).toBe(0);
        expect(dateOf(start)).toBe(dateOf(now));
        expect(dateOf(start - 60_000)).not.toBe(dateOf(now));
      }),
      { numRuns: 500 },
    );
  });
});
