/** Holds calendar events of systemd to the cron expressions that mean the same. */
import { expect, test } from 'vitest';
import { calendarEvent } from '../../../src/cli/import/systemd-calendar.ts';

test.each([
  ['minutely', '* * * * *'],
  ['hourly', '0 * * * *'],
  ['daily', '0 0 * * *'],
  ['weekly', '0 0 * * MON'],
  ['monthly', '0 0 1 * *'],
  ['quarterly', '0 0 1 1,4,7,10 *'],
  ['yearly', '0 0 1 1 *'],
  ['Mon..Fri *-*-* 09:00:00', '0 9 * * MON-FRI'],
  ['Mon-Fri 09:00', '0 9 * * MON-FRI'],
  ['Sat,Sunday 20:00', '0 20 * * SAT,SUN'],
  ['Wed', '0 0 * * WED'],
  ['*:0/15', '0/15 * * * *'],
  ['*:*:30', '30 * * * * *'],
  ['08..17/2:05', '5 8-17/2 * * *'],
  ['05:40', '40 5 * * *'],
  ['*-05-03', '0 0 3 5 *'],
  ['05-03', '0 0 3 5 *'],
  ['2027-01-01 10:00', '0 0 10 1 1 * 2027'],
  ['Fri *-*-13 12:00', '0 12 13 * +FRI'],
  ['*-*~01', '0 0 L * *'],
  ['*-02~03 06:00', '0 6 L-2 2 *'],
])('%s is %s', (written, text) => {
  expect(calendarEvent(written)).toEqual({ ok: true, key: 'schedule', text, zone: undefined });
});

test.each([
  ['daily Europe/Berlin', 'Europe/Berlin'],
  ['Mon *-*-* 10:00:00 UTC', 'UTC'],
  ['*-*-* 10:00 America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
])('%s names its zone', (written, zone) => {
  expect(calendarEvent(written)).toMatchObject({ ok: true, zone });
});

test('seconds of the epoch are a moment', () => {
  expect(calendarEvent('@1893456000')).toMatchObject({
    ok: true,
    key: 'at',
    text: '2030-01-01T00:00:00.000Z',
  });
});

test.each(['', 'sometimes', '*-*~07/1', '10:00:00.5', 'Mon..', '10'])('%j is not guessed at', (written) => {
  expect(calendarEvent(written)).toMatchObject({ ok: false });
});
