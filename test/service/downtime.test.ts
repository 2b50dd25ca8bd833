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
  openingOf(lives, 5 * MINUTE).noCatchUp !== undefined;

describe('catching up', () => {
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
