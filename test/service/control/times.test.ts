/** Holds which instant a person means by a time that is to come, and by one that is over. */
import { expect, it } from 'vitest';
import { Desk } from './desk.ts';

/** The clock of the desk stands at 2026-01-01 00:00 UTC. */
it.each([
  ['coming', '18:00', '2026-01-01T18:00Z'],
  ['past', '18:00', '2025-12-31T18:00Z'],
  ['coming', '2h', '2026-01-01T02:00Z'],
  ['past', '2025-12-24 18:00', '2025-12-24T18:00Z'],
] as const)('%s: %s is %s', async (side, text, instant) => {
  await using desk = await Desk.open();
  expect(await desk.control.readTime({ text, side, zone: 'UTC' })).toBe(Date.parse(instant));
});

it.each([
  ['coming', 'whenever', 'UTC', /not understood/],
  ['coming', '367d', 'UTC', /^367d is farther ahead than 366d$/],
  ['coming', '2025-12-24 18:00', 'UTC', /in the past$/],
  ['coming', '18:00', 'Mars/Olympus', /^there is no time zone "Mars\/Olympus"$/],
  ['past', 'whenever', 'UTC', /is not a date/],
  ['past', '18:00', 'Mars/Olympus', /^there is no time zone "Mars\/Olympus"$/],
] as const)('%s: %s in %s is refused', async (...[side, text, zone, message]) => {
  await using desk = await Desk.open();
  await expect(desk.control.readTime({ text, side, zone })).rejects.toMatchObject({
    code: 'invalid_argument',
    message: expect.stringMatching(message),
  });
});
