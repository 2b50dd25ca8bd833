/** Holds how moments and distances read in a chat. */
import { describe, expect, test } from 'vitest';
import { cityOf, distance, momentIn, uptime } from '../../src/chat/times.ts';

const at = (iso: string): number => Date.parse(iso);

describe('a moment', () => {
  test.for([
    ['Europe/Berlin', '2026-12-24T17:00:00Z', 'Thu 2026-12-24 18:00 (Berlin)'],
    ['America/New_York', '2026-12-24T04:59:30Z', 'Wed 2026-12-23 23:59:30 (New York)'],
    ['America/Argentina/Buenos_Aires', '2026-01-01T03:00:00Z', 'Thu 2026-01-01 00:00 (Buenos Aires)'],
    ['Asia/Kathmandu', '2026-01-01T00:00:00Z', 'Thu 2026-01-01 05:45 (Kathmandu)'],
    ['UTC', '2026-02-28T23:59:59.900Z', 'Sat 2026-02-28 23:59:59 (UTC)'],
  ] as const)('is shown on the clock of %s', ([zone, iso, shown]) => {
    expect(momentIn(zone, at(iso))).toBe(shown);
  });

  test('never shows midnight as 24:00', () => {
    expect(momentIn('UTC', at('2026-03-01T00:00:00Z'))).toBe('Sun 2026-03-01 00:00 (UTC)');
  });

  test('names the last part of the zone as people write it', () => {
    expect(['Europe/Berlin', 'America/Port-au-Prince', 'UTC', 'America/New_York'].map(cityOf)).toEqual([
      'Berlin',
      'Port-au-Prince',
      'UTC',
      'New York',
    ]);
  });
});

test.for([
  [0, 'now'],
  [499, 'now'],
  [500, 'in 1s'],
  [200_000, 'in 3m 20s'],
  [-7_200_000, '2h ago'],
  [-499, 'now'],
  [90_061_000, 'in 1d 1h'],
] as const)('a distance of %i ms reads %s', ([ms, words]) => {
  expect(distance(1_000_000_000 + ms, 1_000_000_000)).toBe(words);
});

test.for([
  [0, '0s'],
  [-5_000, '0s'],
  [999, '0s'],
  [60_000, '1m 0s'],
  [3_600_000, '1h 0s'],
  [((2 * 24 + 4) * 3_600 + 12 * 60 + 3) * 1_000, '2d 4h 12m 3s'],
  [40 * 86_400_000, '40d 0s'],
] as const)('an uptime of %i ms reads %s', ([ms, words]) => {
  expect(uptime(ms)).toBe(words);
});
