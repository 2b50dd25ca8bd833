/** Holds times on the command line to one meaning. */
import { describe, expect, test } from 'vitest';
import { readTime, zoneClock } from '../../src/cli/times.ts';

const berlin = zoneClock('Europe/Berlin');
const iso = (ms: number): string => new Date(ms).toISOString();

describe('a time', () => {
  test.each([
    ['2026-12-24T18:00:00Z', '2026-12-24T18:00:00.000Z'],
    ['2026-12-24T18:00:00.250+02:00', '2026-12-24T16:00:00.250Z'],
    ['2026-12-24T18:00', '2026-12-24T17:00:00.000Z'],
    ['2026-12-24 18:00', '2026-12-24T17:00:00.000Z'],
    ['2026-12-24', '2026-12-23T23:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(iso(readTime(text, berlin))).toBe(instant);
  });

  test.each(['', 'yesterday', '18:00', '2026-02-30', '1795000000'])('%j is refused', (text) => {
    expect(() => readTime(text, berlin)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });
});

test('a zone that does not exist is refused by name', () => {
  expect(() => zoneClock('Mars/Olympus')).toThrow('there is no time zone "Mars/Olympus"');
});
