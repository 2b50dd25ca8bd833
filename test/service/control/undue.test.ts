import { describe, expect, it, test } from 'vitest';
import { createScheduleTables, compileSchedule } from '../../../src/scheduler/schedule.ts';
import type { CronSpec } from '../../../src/scheduler/schedule.ts';
import { showMoment } from '../../../src/scheduler/show.ts';
import { notDue } from '../../../src/service/control/undue.ts';
import type { CronTrigger } from '../../../src/core/trigger.ts';
import { sampleCron, sampleSnapshot } from '../../support/samples.ts';
import { blackoutIn } from '../../scheduler/windows.ts';
import { Desk } from './desk.ts';

const zone = 'Europe/Berlin';
const tables = createScheduleTables();
const { windows: blackout } = blackoutIn(zone, ['22:00-06:00', '2026-12-24/2026-12-26']);

function nightly(bounds: Partial<CronSpec>): CronTrigger {
  const compiled = compileSchedule({ expression: '0 * * * *', zone, ...bounds }, tables);
  if (!compiled.ok) throw new Error(compiled.message);
  return sampleCron('nightly', { schedule: compiled.schedule });
}

function told(bounds: Partial<CronSpec>, at: string, now = '2027-01-01T00:00:00Z'): string {
  const asked = { at: Date.parse(at), withinMs: 60_000, now: Date.parse(now) };
  return notDue(nightly(bounds), asked, (atMs) => showMoment(atMs, zone));
}

describe('a moment that was not due', () => {
  test.each([
    ['2026-11-22T22:00:00Z', '2026-11-22 23:00 Europe/Berlin: that is within the blackout 22:00-06:00'],
    ['2026-11-22T22:00:30Z', '2026-11-22 23:00:30 Europe/Berlin: that is within the blackout 22:00-06:00'],
    [
      '2026-12-25T12:00:00Z',
      '2026-12-25 13:00 Europe/Berlin: that is within the blackout 2026-12-24/2026-12-26',
    ],
    ['2026-11-22T22:17:00Z', '2026-11-22 23:17 Europe/Berlin'],
    ['2026-11-22T12:17:00Z', '2026-11-22 13:17 Europe/Berlin'],
  ])('within a blackout says so, unless it was none of its schedule: %s', (at, sentence) => {
    expect(told({ blackout }, at)).toBe(`cron:nightly was not due at ${sentence}`);
  });

  it('before its start and after its end says so, before it speaks of a blackout', () => {
    const bounds = { blackout, startMs: Date.UTC(2026, 9, 31, 23), endMs: Date.UTC(2026, 11, 31, 23) };
    expect(told(bounds, '2026-10-31T22:00:00Z')).toBe(
      'cron:nightly was not due at 2026-10-31 23:00 Europe/Berlin: that is before its start 2026-11-01 00:00 Europe/Berlin',
    );
    expect(told(bounds, '2026-12-31T23:00:00Z', '2026-12-31T22:00:00Z')).toBe(
      'cron:nightly is not due at 2027-01-01 00:00 Europe/Berlin: that is after its end 2026-12-31 23:59:59 Europe/Berlin',
    );
  });

  it('is told by `why`, with what comes next, and the moments around it as ever', async () => {
    await using desk = await Desk.open();
    desk.snapshot = sampleSnapshot([nightly({ blackout: blackoutIn(zone, ['00:00-12:00']).windows })]);
    desk.next = desk.clock.now() + 11 * 3_600_000;
    expect(await desk.control.why({ trigger: 'nightly', at: desk.clock.now() - 3_600_000 })).toMatchObject({
      state: 'never',
      sentence:
        'cron:nightly was not due at 2026-01-01 00:00 Europe/Berlin: that is within the blackout 00:00-12:00; next 2026-01-01 12:00 Europe/Berlin',
    });
    expect((await desk.control.why({ trigger: 'nightly', at: desk.next })).sentence).toMatch(
      /^cron:nightly is due 2026-01-01 12:00 .*still to come$/,
    );
  });
});
