import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { triggerId } from '../../src/core/ids.ts';
import type { RateRequest } from '../../src/triggers/limiter.ts';
import { RateLimiter } from '../../src/triggers/limiter.ts';

const first = triggerId('webhook', 'first');
const second = triggerId('webhook', 'second');

function request(change: Partial<RateRequest> = {}): RateRequest {
  return { trigger: first, perMinute: 60, totalPerMinute: 600, nowMs: 0, ...change };
}

/** How many of `count` requests pass. */
function passed(limiter: RateLimiter, count: number, change: Partial<RateRequest> = {}): number {
  return Array.from({ length: count }, () => limiter.take(request(change))).filter((waitMs) => waitMs === 0)
    .length;
}

describe('RateLimiter', () => {
  it('lets exactly a minute’s worth of a burst pass', () => {
    expect(passed(new RateLimiter(), 80)).toBe(60);
  });

  it('gains tokens back evenly, never above a minute’s worth', () => {
    const limiter = new RateLimiter();
    passed(limiter, 60);
    expect(passed(limiter, 5, { nowMs: 999 })).toBe(0);
    expect(passed(limiter, 5, { nowMs: 1_000 })).toBe(1);
    expect(passed(limiter, 5, { nowMs: 3_000 })).toBe(2);
    expect(passed(limiter, 100, { nowMs: 86_400_000 })).toBe(60);
  });

  it('says after how long the next one passes', () => {
    const limiter = new RateLimiter();
    passed(limiter, 60);
    const waitMs = limiter.take(request({ nowMs: 250 }));
    expect(waitMs).toBeCloseTo(750);
    expect(limiter.take(request({ nowMs: 1_000 }))).toBe(0);
  });

  it('gives each webhook a bucket of its own', () => {
    const limiter = new RateLimiter();
    passed(limiter, 60);
    expect(passed(limiter, 60, { trigger: second })).toBe(60);
  });

  it('takes from neither bucket what one of them refuses', () => {
    const limiter = new RateLimiter();
    expect(passed(limiter, 10, { totalPerMinute: 5 })).toBe(5);
    // Five tokens of the webhook itself are gone, not ten.
    expect(passed(limiter, 100, { totalPerMinute: 1_000 })).toBe(55);
    const other = new RateLimiter();
    expect(passed(other, 50, { perMinute: 2, totalPerMinute: 10 })).toBe(2);
    expect(passed(other, 50, { trigger: second, totalPerMinute: 10 })).toBe(8);
  });

  it('starts a bucket anew only when its rate changed', () => {
    const limiter = new RateLimiter();
    passed(limiter, 60);
    expect(passed(limiter, 5)).toBe(0);
    expect(passed(limiter, 200, { perMinute: 90 })).toBe(90);
  });

  it('forgets the buckets of webhooks that are gone, and only those', () => {
    const limiter = new RateLimiter();
    passed(limiter, 60);
    passed(limiter, 60, { trigger: second });
    limiter.sweep((trigger) => trigger === second);
    expect(passed(limiter, 5)).toBe(5);
    expect(passed(limiter, 5, { trigger: second })).toBe(0);
  });

  it('never lets more pass than the bucket held and gained, whatever the clock does', () => {
    const steps = fc.array(fc.integer({ min: -5_000, max: 5_000 }), { maxLength: 300 });
    fc.assert(
      fc.property(steps, (deltas) => {
        const limiter = new RateLimiter();
        let nowMs = 0;
        let gainedMs = 0;
        let count = 0;
        for (const delta of deltas) {
          nowMs += delta;
          gainedMs += Math.max(0, delta);
          if (limiter.take(request({ nowMs, perMinute: 6 })) === 0) count++;
        }
        expect(count).toBeLessThanOrEqual(6 + gainedMs / 10_000 + 1e-9);
      }),
    );
  });
});
