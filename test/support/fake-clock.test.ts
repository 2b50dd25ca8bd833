import { describe, expect, it } from 'vitest';
import { pause } from '../../src/core/clock.ts';
import { FAKE_START_MS, FakeClock } from './fake-clock.ts';

describe('FakeClock', () => {
  it('fires in order of time, then of setting, with the clock reading the moment of each', async () => {
    const clock = new FakeClock();
    const seen: string[] = [];
    clock.after(20, () => seen.push(`b ${clock.monotonic()}`));
    clock.alarm(FAKE_START_MS + 10, () => seen.push(`a ${clock.monotonic()}`));
    clock.after(20, () => seen.push(`c ${clock.now() - FAKE_START_MS}`));
    await clock.advance(25);
    expect(seen).toEqual(['a 10', 'b 20', 'c 20']);
    expect(clock.monotonic()).toBe(25);
  });

  it('gives promises their turn, so that a loop of pauses runs through one advance', async () => {
    const clock = new FakeClock();
    const seen: number[] = [];
    const loop = (async () => {
      for (let i = 0; i < 3; i++) {
        await pause(clock, 10);
        seen.push(clock.monotonic());
      }
    })();
    await clock.advance(30);
    await loop;
    expect(seen).toEqual([10, 20, 30]);
  });

  it('fires alarms that a correction of the wall clock passes, and no durations', async () => {
    const clock = new FakeClock();
    const seen: string[] = [];
    clock.alarm(FAKE_START_MS + 60_000, () => seen.push('alarm'));
    clock.after(60_000, () => seen.push('after'));
    await clock.set(FAKE_START_MS - 1_000);
    expect(seen).toEqual([]);
    await clock.set(FAKE_START_MS + 3_600_000);
    expect(seen).toEqual(['alarm']);
    expect(clock.nextIn()).toBe(60_000);
  });

  it('does not fire what was cancelled, even by a timer of the same moment', async () => {
    const clock = new FakeClock();
    let fired = 0;
    clock.after(5, () => cancel());
    const cancel = clock.after(5, () => fired++);
    await clock.advance(5);
    expect({ fired, pending: clock.pending }).toEqual({ fired: 0, pending: 0 });
  });

  it('tells when a timer was set', async () => {
    const clock = new FakeClock();
    const set = clock.timersSet();
    clock.after(5, () => {});
    await set;
    expect(clock.pending).toBe(1);
  });
});
