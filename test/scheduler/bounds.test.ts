import { describe, expect, test } from 'vitest';
import { readEnd, readStart } from '../../src/scheduler/bounds.ts';
import type { Moment } from '../../src/scheduler/moment.ts';
import { ZoneClock } from '../../src/scheduler/zone-clock.ts';

const berlin = new ZoneClock('Europe/Berlin');
const shown = (moment: Moment): string => (moment.ok ? new Date(moment.atMs).toISOString() : moment.message);

describe('the first instant that counts', () => {
  test.each([
    ['2026-06-24', '2026-06-23T22:00:00.000Z'],
    ['2026-12-24T18:00', '2026-12-24T17:00:00.000Z'],
    ['2026-12-24T18:00Z', '2026-12-24T18:00:00.000Z'],
    ['2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
  ])('of %s', (text, expected) => {
    expect(shown(readStart(text, berlin))).toBe(expected);
  });
});

describe('the first instant that counts no more', () => {
  test.each([
    ['2026-12-24T18:00', '2026-12-24T17:00:00.001Z'],
    ['2026-12-24 18:00:30', '2026-12-24T17:00:30.001Z'],
    ['2026-12-24T18:00Z', '2026-12-24T18:00:00.001Z'],
    ['2026-06-24', '2026-06-24T22:00:00.000Z'],
    ['2026-03-29', '2026-03-29T22:00:00.000Z'],
    ['2026-12-31', '2026-12-31T23:00:00.000Z'],
    ['2026-10-25T02:30', '2026-10-25T01:30:00.001Z'],
    ['2026-03-29T02:30', '2026-03-29T01:00:00.001Z'],
  ])('of %s', (text, expected) => {
    expect(shown(readEnd(text, berlin))).toBe(expected);
  });

  test('of a day whose midnight is skipped or shown twice is where the next day begins', () => {
    const end = (text: string, zone: string): string => shown(readEnd(text, new ZoneClock(zone)));
    expect(end('2026-04-23', 'Africa/Cairo')).toBe('2026-04-23T22:00:00.000Z');
    expect(end('2026-10-31', 'America/Havana')).toBe('2026-11-01T04:00:00.000Z');
    expect(end('2018-02-17', 'America/Sao_Paulo')).toBe('2018-02-18T03:00:00.000Z');
  });

  test.each(['tomorrow', '2026-02-30', '2026-12-24T25:00', ''])('"%s" is refused', (text) => {
    expect(readEnd(text, berlin)).toEqual(readStart(text, berlin));
    expect(readEnd(text, berlin).ok).toBe(false);
  });
});
