/** Holds which instant people mean who ask about something that is over. */
import { expect, test } from 'vitest';
import { readPast } from '../../src/scheduler/past.ts';
import { ZoneClock } from '../../src/scheduler/zone-clock.ts';

const NOW = Date.parse('2026-11-22T05:00:00Z');
const berlin = new ZoneClock('Europe/Berlin');

test.each([
  ['05:59', '2026-11-22T04:59:00Z'],
  ['06:00', '2026-11-22T05:00:00Z'],
  ['6:00:01', '2026-11-21T05:00:01Z'],
  ['23:30', '2026-11-21T22:30:00Z'],
  ['2026-11-01T23:30', '2026-11-01T22:30:00Z'],
])('%s is %s, its last one', (text, instant) => {
  expect(readPast(text, berlin, NOW)).toEqual({ ok: true, atMs: Date.parse(instant) });
});

test.each(['24:00', '6', '06:60'])('%s is refused', (text) => {
  expect(readPast(text, berlin, NOW)).toMatchObject({ ok: false });
});
