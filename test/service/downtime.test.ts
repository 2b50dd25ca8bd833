import { describe, expect, it } from 'vitest';
import { newBootId } from '../../src/core/ids.ts';
import type { Boot } from '../../src/core/service-ledger.ts';
import { openingOf, warnOfLoop } from '../../src/service/downtime.ts';
import { Conditions } from '../../src/telemetry/conditions.ts';
import { FakeClock } from '../support/fake-clock.ts';

const MINUTE = 60_000;

/** A life that began at `startedAt` and was last seen `livedMs` later. */
const life = (livedMs: number, change: Partial<Boot> = {}): Boot => ({
  id: newBootId(),
  startedAt: MINUTE,
  aliveAt: MINUTE + livedMs,
  stoppedAt: undefined,
  version: '1',
  ...change,
});
const isStopped = (...lives: readonly Boot[]): boolean =>
  openingOf(lives, { now: 5 * MINUTE, zone: 'UTC' }).noCatchUp !== undefined;

describe('catching up', () => {
  it('is told with the time that it makes up for, on the clocks of the default zone', () => {
    const why = (change: Partial<Boot>): string =>
      openingOf([life(MINUTE, change)], { now: 5 * MINUTE, zone: 'Asia/Kolkata' }).why;
    expect(why({})).toBe(
      'the service died after 1970-01-01 05:32 and was back at 1970-01-01 05:35 Asia/Kolkata',
    );
    expect(why({ stoppedAt: 3 * MINUTE + 1_000 })).toBe(
      'the service was down from 1970-01-01 05:33:01 to 1970-01-01 05:35 Asia/Kolkata',
    );
    expect(openingOf([], { now: 0, zone: 'UTC' }).why).toBe('the service had not been started before');
  });

  it('stops after three starts in a row that each died within a minute', () => {
    expect(isStopped(life(0), life(0), life(0))).toBe(true);
    expect(isStopped(life(0), life(0))).toBe(false);
    expect(isStopped(life(0), life(MINUTE), life(0), life(0))).toBe(false);
    expect(isStopped(life(0), life(0), life(0, { stoppedAt: MINUTE + 5 }))).toBe(false);
  });

  it('says so until a life has lasted', async () => {
    const clock = new FakeClock();
    const conditions = new Conditions(
      () => {},
      () => clock.now(),
    );
    warnOfLoop({ why: 'down', noCatchUp: 'a loop' }, { conditions, clock });
    expect(conditions.list().map(({ text }) => text)).toEqual(['missed moments are not made up: a loop']);
    await clock.advance(MINUTE);
    expect(conditions.list()).toEqual([]);
    warnOfLoop({ why: 'down' }, { conditions, clock });
    expect(conditions.list()).toEqual([]);
  });
});
