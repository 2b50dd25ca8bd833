/** Holds that reading the lag of the event loop changes nothing, and that it is forgotten after a while. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Lag } from '../../src/service/lag.ts';
import { keepWindows, measureLag } from '../../src/service/lag.ts';
import { FakeClock } from '../support/fake-clock.ts';

const MINUTE = 60_000;

/** A probe that sees what it is told. */
class FakeProbe {
  max = 0;

  /** A look that came this late. */
  sees(lateMs: number): void {
    this.max = Math.max(this.max, (lateMs + 100) * 1e6);
  }

  reset(): void {
    this.max = 0;
  }
}

let clock: FakeClock;
let probe: FakeProbe;
let lag: Lag;

beforeEach(() => {
  clock = new FakeClock();
  probe = new FakeProbe();
  lag = keepWindows(probe, clock);
});

describe('the lag', () => {
  test('is the worst there was, however many ask', () => {
    expect(lag.worstMs()).toBe(0);
    probe.sees(30);
    probe.sees(10);
    expect([lag.worstMs(), lag.worstMs(), lag.worstMs()]).toEqual([30, 30, 30]);
  });

  test('is remembered for a minute at least, and for two at most', async () => {
    await clock.advance(MINUTE - 1);
    probe.sees(30);
    await clock.advance(MINUTE);
    probe.sees(10);
    expect(lag.worstMs()).toBe(30);
    await clock.advance(1);
    expect(lag.worstMs()).toBe(10);
    await clock.advance(2 * MINUTE);
    expect(lag.worstMs()).toBe(0);
  });

  test('is none when the loop is on time', () => {
    probe.max = 100.9e6;
    expect(lag.worstMs()).toBeCloseTo(0.9);
    probe.max = 99e6;
    expect(lag.worstMs()).toBe(0);
  });

  test('is measured until it is disposed of', () => {
    lag[Symbol.dispose]();
    expect(clock.pending).toBe(0);
    const real = measureLag(clock);
    expect(real.worstMs()).toBeGreaterThanOrEqual(0);
    real[Symbol.dispose]();
    expect(clock.pending).toBe(0);
  });
});
