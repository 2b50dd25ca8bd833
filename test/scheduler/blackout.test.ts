import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coversDay, endOfBlackout, keyOf, windowAt } from '../../src/scheduler/blackout.ts';
import { wallReader } from './reference.ts';
import { blackoutIn, hhmm } from './windows.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const covers = (...texts: readonly string[]): boolean => coversDay(blackoutIn('UTC', texts).windows);

describe('a window', () => {
  const isIn = (zone: string, text: string, at: string): boolean =>
    windowAt(blackoutIn(zone, [text]), Date.parse(at)) !== undefined;

  test.each([
    ['UTC', '22:00-06:00', '2026-11-22T22:00:00Z'],
    ['UTC', '22:00-06:00', '2026-11-22T00:00:00Z'],
    ['UTC', '22:00-06:00', '2026-11-22T05:59:59Z'],
    ['UTC', '18:00-24:00', '2026-11-22T23:59:59Z'],
    ['UTC', '22:00-06:00', '1969-11-22T23:00:00Z'],
    ['Europe/Berlin', '22:00-06:00', '2026-11-22T21:00:00Z'],
    ['Europe/Berlin', '22:00-06:00', '2026-07-22T20:00:00Z'],
    ['Europe/Berlin', '2026-12-24/2026-12-26', '2026-12-26T22:59:59Z'],
    ['Europe/Berlin', '02:00-02:30', '2026-10-25T00:10:00Z'],
    ['Europe/Berlin', '02:00-02:30', '2026-10-25T01:10:00Z'],
    ['America/New_York', '01:30-02:00', '2026-11-01T05:45:00Z'],
    ['America/New_York', '01:30-02:00', '2026-11-01T06:45:00Z'],
    ['Australia/Lord_Howe', '01:30-01:45', '2026-04-04T14:40:00Z'],
    ['Australia/Lord_Howe', '01:30-01:45', '2026-04-04T15:10:00Z'],
  ])('in %s, of %s holds %s', (zone, text, at) => {
    expect(isIn(zone, text, at)).toBe(true);
  });

  test.each([
    ['UTC', '22:00-06:00', '2026-11-22T21:59:59Z'],
    ['UTC', '22:00-06:00', '2026-11-22T06:00:00Z'],
    ['UTC', '18:00-24:00', '2026-11-23T00:00:00Z'],
    ['Europe/Berlin', '2026-12-24/2026-12-26', '2026-12-23T22:59:59Z'],
    ['Europe/Berlin', '2026-12-24/2026-12-26', '2026-12-26T23:00:00Z'],
    ['Europe/Berlin', '02:00-02:30', '2026-10-25T00:40:00Z'],
    ['Europe/Berlin', '02:00-02:30', '2026-03-29T01:00:00Z'],
    ['America/New_York', '01:30-02:00', '2026-11-01T06:15:00Z'],
    ['Australia/Lord_Howe', '01:30-01:45', '2026-04-04T14:50:00Z'],
  ])('in %s, of %s does not hold %s', (zone, text, at) => {
    expect(isIn(zone, text, at)).toBe(false);
  });
});

describe('a blackout is over', () => {
  test.each([
    [
      'at once outside it',
      'UTC',
      { texts: ['22:00-06:00'], at: '2026-11-22T12:00:00Z', end: '2026-11-22T12:00:00Z' },
    ],
    [
      'at its end on the next day',
      'UTC',
      { texts: ['22:00-06:00'], at: '2026-11-22T22:00:00Z', end: '2026-11-23T06:00:00Z' },
    ],
    [
      'after the last of windows that meet',
      'UTC',
      {
        texts: ['22:00-02:00', '02:00-04:00', '2026-11-23', '2026-11-24T00:00/2026-11-24T03:00'],
        at: '2026-11-22T23:00:00Z',
        end: '2026-11-24T04:00:00Z',
      },
    ],
    [
      'after a gap that swallows its end',
      'Europe/Berlin',
      { texts: ['01:00-02:30'], at: '2026-03-29T00:10:00Z', end: '2026-03-29T01:00:00Z' },
    ],
    [
      'at its end on the wall, a gap in between',
      'Europe/Berlin',
      { texts: ['22:00-06:00'], at: '2026-03-28T21:00:00Z', end: '2026-03-29T04:00:00Z' },
    ],
    [
      'at its end on the wall, an overlap in between',
      'Europe/Berlin',
      { texts: ['22:00-06:00'], at: '2026-10-24T20:00:00Z', end: '2026-10-25T05:00:00Z' },
    ],
    [
      'in the first pass already, by what the wall shows',
      'Europe/Berlin',
      { texts: ['22:00-02:30'], at: '2026-10-24T20:00:00Z', end: '2026-10-25T00:30:00Z' },
    ],
    [
      'in the second pass again',
      'Europe/Berlin',
      { texts: ['22:00-02:30'], at: '2026-10-25T01:10:00Z', end: '2026-10-25T01:30:00Z' },
    ],
    [
      'where the clock goes back out of it',
      'America/New_York',
      { texts: ['01:30-04:00'], at: '2026-11-01T05:40:00Z', end: '2026-11-01T06:00:00Z' },
    ],
    [
      'half an hour later where the clock goes back by that',
      'Australia/Lord_Howe',
      { texts: ['01:00-03:00'], at: '2026-04-04T14:00:00Z', end: '2026-04-04T16:30:00Z' },
    ],
    [
      'where the clock goes forward by half an hour out of it',
      'Australia/Lord_Howe',
      { texts: ['01:00-02:15'], at: '2026-10-03T15:00:00Z', end: '2026-10-03T15:30:00Z' },
    ],
    [
      'at New Year',
      'Europe/Berlin',
      { texts: ['2026-12-31/2027-01-01'], at: '2026-12-31T11:00:00Z', end: '2027-01-01T23:00:00Z' },
    ],
  ])('%s', (_what, zone, { texts, at, end }) => {
    expect(new Date(endOfBlackout(blackoutIn(zone, texts), Date.parse(at)))).toEqual(new Date(end));
  });

  test('where a walk through the minutes of the wall first shows a time outside, in any zone', () => {
    const clockTime = fc.integer({ min: 0, max: 1439 });
    const zone = fc.constantFrom(
      ...['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Havana', 'Africa/Cairo'],
    );
    const around = fc.constantFrom('2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-04-24');
    fc.assert(
      fc.property(zone, around, fc.tuple(clockTime, clockTime), (name, day, [from, until]) => {
        fc.pre(from !== until);
        const wall = wallReader(name);
        const isIn = (at: number): boolean => {
          const minute = ((wall(at) / MINUTE_MS) % 1440) | 0;
          return from < until ? minute >= from && minute < until : minute >= from || minute < until;
        };
        const daily = blackoutIn(name, [`${hhmm(from)}-${hhmm(until)}`]);
        for (let at = Date.parse(day) - 24 * HOUR_MS; at < Date.parse(day) + 36 * HOUR_MS; at += HOUR_MS) {
          let end = at;
          while (isIn(end)) end += MINUTE_MS;
          expect(endOfBlackout(daily, at)).toBe(end);
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('windows that leave no minute of the day', () => {
  test.each([
    [['00:00-24:00'], true],
    [['22:00-06:00', '06:00-22:00'], true],
    [['12:00-24:00', '06:00-13:00', '23:00-07:00'], true],
    [['22:00-06:00', '06:00-21:59'], false],
    [['22:00-06:00', '06:01-22:00'], false],
    [['00:00-23:59'], false],
    [['2026-01-01/2026-12-31', '00:00-12:00'], false],
    [[], false],
  ])('%s: %s', (texts, isWhole) => {
    expect(covers(...texts)).toBe(isWhole);
  });
});

test('the key is that of the windows, in whatever order and form they are written', () => {
  const key = (...texts: readonly string[]): string => keyOf(blackoutIn('UTC', texts).windows);
  expect(key('22:00-06:00', '2026-12-24')).toBe(key('2026-12-24 / 2026-12-24', '22:00 - 06:00'));
  const others = [key('22:00-06:00'), key('22:00-06:01'), key('2026-12-24'), key('2026-12-25')];
  expect(new Set(others).size).toBe(4);
});
