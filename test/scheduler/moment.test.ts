import { describe, expect, test } from 'vitest';
import { instantPastWall, instantsOfWall, readMoment } from '../../src/scheduler/moment.ts';
import { ZoneClock } from '../../src/scheduler/zone-clock.ts';

const berlin = new ZoneClock('Europe/Berlin');
const read = (text: string): string => {
  const moment = readMoment(text, berlin);
  return moment.ok ? new Date(moment.atMs).toISOString() : moment.message;
};

describe('a date and time as configured', () => {
  test.each([
    ['2026-12-24T18:00', '2026-12-24T17:00:00.000Z'],
    ['2026-12-24 18:00', '2026-12-24T17:00:00.000Z'],
    ['2026-12-24 18:00:30', '2026-12-24T17:00:30.000Z'],
    ['2026-06-24', '2026-06-23T22:00:00.000Z'],
    ['2026-12-24T18:00Z', '2026-12-24T18:00:00.000Z'],
    ['2026-12-24 18:00 +02:00', '2026-12-24T16:00:00.000Z'],
    ['2026-12-24T18:00:00.250-0500', '2026-12-24T23:00:00.250Z'],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test('in a gap it means the first instant after, in an overlap the first pass', () => {
    expect(read('2026-03-29T02:30')).toBe('2026-03-29T01:00:00.000Z');
    expect(read('2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z');
  });

  test.each([
    '',
    'tomorrow',
    '24.12.2026',
    '2026-12-24T18',
    '2026-13-01',
    '2026-02-29T10:00',
    '2026-12-24T25:00',
  ])('"%s" is refused', (text) => {
    expect(readMoment(text, berlin).ok).toBe(false);
  });

  test.each([
    ['2026-13-24T18:00', 'there is no month 13, only 1 to 12, as in 2026-12-24'],
    ['2026-02-29 10:00', 'that month has the days 1 to 28'],
    ['2026-12-24T25:00', 'the hours are 00 to 23, as in 18:00'],
    ['2026-12-24T18:60', 'the minutes are 00 to 59, as in 18:00'],
    ['2026-12-24T18:00:60Z', 'the seconds are 00 to 59, as in 18:00:30'],
    ['2026-12-24T24:00:01', 'the hours are 00 to 23, as in 18:00'],
  ])('%s: %s', (text, why) => {
    expect(read(text)).toBe(`"${text}" is on no calendar: ${why}`);
  });
});

describe('the instants of a wall time', () => {
  test('are two in an overlap, one at its end, and one in a gap', () => {
    expect(instantsOfWall(berlin, Date.UTC(2026, 9, 25, 2))).toEqual([
      Date.UTC(2026, 9, 25, 0),
      Date.UTC(2026, 9, 25, 1),
    ]);
    expect(instantsOfWall(berlin, Date.UTC(2026, 9, 25, 3))).toEqual([Date.UTC(2026, 9, 25, 2)]);
    expect(instantsOfWall(berlin, Date.UTC(2026, 2, 29, 2))).toEqual([Date.UTC(2026, 2, 29, 1)]);
    expect(instantsOfWall(berlin, Date.UTC(2026, 2, 29, 3))).toEqual([Date.UTC(2026, 2, 29, 1)]);
  });

  test('at New Year, and on a day that was never shown', () => {
    expect(instantsOfWall(berlin, Date.UTC(2027, 0, 1))).toEqual([Date.UTC(2026, 11, 31, 23)]);
    expect(instantsOfWall(new ZoneClock('Pacific/Apia'), Date.UTC(2011, 11, 30, 9))).toEqual([
      Date.UTC(2011, 11, 30, 10),
    ]);
  });
});

test('the wall shows nothing before a time any more from the last pass that comes to it, or from the gap', () => {
  const past = (...wall: readonly [number, number, number, number]): string =>
    new Date(instantPastWall(berlin, Date.UTC(2026, ...wall))).toISOString();
  expect(past(9, 25, 1, 30)).toBe('2026-10-24T23:30:00.000Z');
  expect(past(9, 25, 2, 0)).toBe('2026-10-25T00:00:00.000Z');
  expect(past(9, 25, 2, 30)).toBe('2026-10-25T01:30:00.000Z');
  expect(past(9, 25, 3, 0)).toBe('2026-10-25T02:00:00.000Z');
  expect(past(2, 29, 2, 30)).toBe('2026-03-29T01:00:00.000Z');
});
