/** Holds what is told of a moment that the clock of its zone skips or shows twice. */
import { expect, test } from 'vitest';
import { noteOfMoment, oddMoment, oddWords } from '../../src/scheduler/odd-moment.ts';
import { ZoneClock } from '../../src/scheduler/zone-clock.ts';

test.for([
  [
    'Europe/Berlin',
    '2027-03-28T02:30',
    '02:30 does not exist on 2027-03-28 in Europe/Berlin: it fires at 03:00; write another time, or an offset such as +01:00',
    'clock goes forward 01:00 UTC, 02:30 does not exist; fires at 03:00',
  ],
  [
    'America/St_Johns',
    '2026-11-01T01:30:15',
    '01:30:15 is shown twice on 2026-11-01 in America/St_Johns: it fires the first time; write an offset to say which, -02:30 or -03:30',
    'first of two passes, clock goes back 04:30 UTC; fires once',
  ],
  [
    'Pacific/Apia',
    '2011-12-30T09:00',
    '09:00 does not exist on 2011-12-30 in Pacific/Apia: it fires at 2011-12-31 00:00; write another time, or an offset such as -10:00',
    'clock goes forward 10:00 UTC, 2011-12-30 09:00 does not exist; fires at 00:00',
  ],
] as const)('%s, %s', ([zone, wall, words, note]) => {
  const odd = oddMoment(new ZoneClock(zone), Date.parse(`${wall}Z`));
  expect(odd && oddWords(odd, zone)).toBe(words);
  expect(odd && noteOfMoment(odd)).toBe(note);
});

test.each([
  '2027-03-28T01:59:59',
  '2027-03-28T03:00',
  '2027-10-31T01:59',
  '2027-10-31T03:00',
  '2027-01-01T00:00',
])('nothing is odd about %s in Berlin', (wall) => {
  expect(oddMoment(new ZoneClock('Europe/Berlin'), Date.parse(`${wall}Z`))).toBeUndefined();
});
