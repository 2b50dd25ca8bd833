import { describe, expect, test } from 'vitest';
import { readWindow } from '../../src/scheduler/blackout-text.ts';
import { ZoneClock } from '../../src/scheduler/zone-clock.ts';

const HOUR_MS = 3_600_000;
const berlin = new ZoneClock('Europe/Berlin');
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

/** A dated window as two instants. */
function dated(text: string, zone = 'Europe/Berlin'): readonly [string, string] | string {
  const read = readWindow(text, new ZoneClock(zone));
  return read.ok ? [iso(read.window.fromMs), iso(read.window.untilMs)] : read.message;
}

describe('a window of every day', () => {
  test.each([
    ['22:00-06:00', 22 * HOUR_MS, 6 * HOUR_MS],
    [' 12:00 - 13:30 ', 12 * HOUR_MS, 13.5 * HOUR_MS],
    ['18:00-24:00', 18 * HOUR_MS, 24 * HOUR_MS],
    ['00:00-00:01', 0, 60_000],
  ])('%s', (text, fromMs, untilMs) => {
    const window = { kind: 'daily', text: text.trim(), fromMs, untilMs };
    expect(readWindow(text, berlin)).toEqual({ ok: true, window });
  });
});

describe('a window with dates', () => {
  test.each([
    ['2026-12-24', '2026-12-23T23:00', '2026-12-24T23:00'],
    ['2026-12-24/2026-12-26', '2026-12-23T23:00', '2026-12-26T23:00'],
    ['2026-12-24 / 2026-12-24', '2026-12-23T23:00', '2026-12-24T23:00'],
    ['2026-06-30T18:00/2026-07-01T08:00', '2026-06-30T16:00', '2026-07-01T06:00'],
    ['2026-06-30 18:00/2026-07-01 08:00:00', '2026-06-30T16:00', '2026-07-01T06:00'],
    ['2026-03-29', '2026-03-28T23:00', '2026-03-29T22:00'],
  ])('%s', (text, from, until) => {
    expect(dated(text)).toEqual([from, until]);
  });

  test.each([
    [
      'an end that is skipped',
      { zone: 'Europe/Berlin', text: '2026-03-29T01:00/2026-03-29T02:30' },
      ['00:00', '01:00'],
    ],
    [
      'a beginning that is skipped',
      { zone: 'Europe/Berlin', text: '2026-03-29T02:30/2026-03-29T04:00' },
      ['01:00', '02:00'],
    ],
    [
      'an end that is shown twice',
      { zone: 'Europe/Berlin', text: '2026-10-25T01:00/2026-10-25T02:30' },
      ['23:00', '01:30'],
    ],
    [
      'an end that the clock goes back to',
      { zone: 'Europe/Berlin', text: '2026-10-25T01:00/2026-10-25T02:00' },
      ['23:00', '00:00'],
    ],
    [
      'a beginning that is shown twice',
      { zone: 'America/New_York', text: '2026-11-01T01:30/2026-11-01T03:00' },
      ['05:30', '08:00'],
    ],
    [
      'half an hour that is shown twice',
      { zone: 'Australia/Lord_Howe', text: '2026-04-05T01:00/2026-04-05T01:45' },
      ['14:00', '15:15'],
    ],
    ['a midnight that is shown twice', { zone: 'America/Havana', text: '2026-10-31' }, ['04:00', '04:00']],
  ])('%s', (_what, { zone, text }, times) => {
    const found = dated(text, zone);
    expect(typeof found === 'string' ? found : found.map((at) => at.slice(11))).toEqual(times);
  });
});

describe('anything else is refused', () => {
  test.each([
    '',
    '22:00',
    '22-6',
    '9:00-17:00',
    '22:00-25:00',
    '24:00-06:00',
    '22:60-23:00',
    'MON-FRI',
    '2026-12-24T18:00',
    '2026-12-24/2026-12-26T08:00',
    '2026-12-24T18:00Z/2026-12-26T08:00Z',
    '2026-12-24/2026-12-26/2026-12-28',
    '2026-12-24-2026-12-26',
  ])('"%s", with examples', (text) => {
    expect(readWindow(text, berlin)).toEqual({
      ok: false,
      message: `"${text}" is no stretch of time: write "22:00-06:00", "2026-12-24", "2026-12-24/2026-12-26" or "2026-12-24T18:00/2026-12-26T08:00"`,
    });
  });

  test.each([
    ['22:00-22:00', '"22:00-22:00" covers no time: it ends at the minute in which it begins'],
    ['2026-02-30', '"2026-02-30" is on no calendar: that month has the days 1 to 28'],
    ['2026-02-01/2026-02-30', '"2026-02-30" is on no calendar: that month has the days 1 to 28'],
    [
      '2026-12-24T18:00/2026-12-24T24:30',
      '"2026-12-24T24:30" is on no calendar: the hours are 00 to 23, as in 18:00',
    ],
    [
      '2026-12-26/2026-12-24',
      '"2026-12-26/2026-12-24" covers no time: its end must come after its beginning',
    ],
    [
      '2026-12-24T18:00/2026-12-24T18:00',
      '"2026-12-24T18:00/2026-12-24T18:00" covers no time: its end must come after its beginning',
    ],
  ])('%s', (text, message) => {
    expect(readWindow(text, berlin)).toEqual({ ok: false, message });
  });
});
