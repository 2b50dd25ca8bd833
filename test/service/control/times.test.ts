/** Holds which instant a person means by a time that is to come, and by one that is over. */
import { describe, expect, it } from 'vitest';
import { triggerId } from '../../../src/core/ids.ts';
import { compileSchedule } from '../../../src/scheduler/schedule.ts';
import { sampleCron, sampleSnapshot } from '../../support/samples.ts';
import { sampleWebhook } from '../../triggers/samples.ts';
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

describe('about a trigger', () => {
  const tokyo = compileSchedule({ expression: '0 2 * * *', zone: 'Asia/Tokyo' });
  if (!tokyo.ok) throw new Error(tokyo.message);
  const cron = sampleCron('nightly', { schedule: tokyo.schedule });
  const hook = sampleWebhook('push');
  const { defaults } = sampleSnapshot();
  const snapshot = sampleSnapshot([cron], {
    webhooks: new Map([[hook.id, hook]]),
    defaults: { ...defaults, zone: 'Europe/Berlin' },
  });

  it.each([
    ['nightly', 'Asia/Tokyo'],
    ['cron:nightly', 'Asia/Tokyo'],
    ['webhook:push', 'Europe/Berlin'],
    ['at:gone', 'Europe/Berlin'],
  ])('%s a time is read in %s, as it is told', async (trigger, zone) => {
    await using desk = await Desk.open();
    desk.snapshot = snapshot;
    const read = await desk.control.readTime({ text: '2025-12-24 18:00', side: 'past', trigger });
    expect(read).toBe(await desk.control.readTime({ text: '2025-12-24 18:00', side: 'past', zone }));
  });

  it('a time that is copied from an answer finds its row, whatever began it', async () => {
    await using desk = await Desk.open();
    desk.snapshot = snapshot;
    const first = await desk.admit({ state: 'skipped', reason: 'first' });
    await desk.clock.advance(3_600_000);
    await desk.admit({ trigger: triggerId('manual', 'nightly'), source: 'manual' });
    const told = await desk.control.why({ trigger: 'nightly' });
    expect(told.sentence).toMatch(/^due 2026-01-01 10:00 Asia\/Tokyo; waiting/);
    const at = await desk.control.readTime({ text: '2026-01-01 09:00', side: 'past', trigger: 'nightly' });
    expect(await desk.control.why({ trigger: 'nightly', at })).toMatchObject({ runId: first });
  });
});
