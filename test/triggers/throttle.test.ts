import { describe, expect, it } from 'vitest';
import { triggerId } from '../../src/core/ids.ts';
import { FAILURES_PER_MINUTE, FailureThrottle } from '../../src/triggers/throttle.ts';

const hook = triggerId('webhook', 'hook');
const other = triggerId('webhook', 'other');

function failing(source: string, times: number): FailureThrottle {
  const throttle = new FailureThrottle();
  for (let count = 0; count < times; count++) throttle.fail(source, hook, 0);
  return throttle;
}

describe('FailureThrottle', () => {
  it('is idle until somebody fails', () => {
    expect(new FailureThrottle().isIdle).toBe(true);
    expect(failing('192.0.2.1', 1).isIdle).toBe(false);
  });

  it('lets a source fail some times before it must wait', () => {
    expect(failing('192.0.2.1', FAILURES_PER_MINUTE - 1).waitMs('192.0.2.1', hook, 0)).toBe(0);
    expect(failing('192.0.2.1', FAILURES_PER_MINUTE).waitMs('192.0.2.1', hook, 0)).toBe(
      60_000 / FAILURES_PER_MINUTE,
    );
  });

  it('lets a source try again after a while, and forgets it when it has recovered', () => {
    const throttle = failing('192.0.2.1', FAILURES_PER_MINUTE);
    expect(throttle.waitMs('192.0.2.1', hook, 60_000 / FAILURES_PER_MINUTE)).toBe(0);
    expect(throttle.waitMs('192.0.2.1', hook, 61_000)).toBe(0);
    expect(throttle.isIdle).toBe(true);
  });

  it('makes nobody else wait, and not at another webhook', () => {
    const throttle = failing('192.0.2.1', 100);
    expect(throttle.waitMs('192.0.2.2', hook, 0)).toBe(0);
    expect(throttle.waitMs('192.0.2.1', other, 0)).toBe(0);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['::1', '::2', true],
    ['1::2:3:4:5:6:7', '1:0:2:3:9:9:9:9', true],
    ['1::2:3:4:5:6:7', '1:0:2:4:9:9:9:9', false],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
  ])('takes %s and %s for one source: %s', (source, another, same) => {
    expect(failing(source, 100).waitMs(another, hook, 0) > 0).toBe(same);
  });

  it('forgets the oldest of very many sources, not the newest', () => {
    const throttle = failing('192.0.2.1', 100);
    for (let count = 0; count < 10_000; count++) {
      for (let failures = 0; failures < 2; failures++)
        throttle.fail(`10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`, hook, 0);
    }
    expect(throttle.waitMs('192.0.2.1', hook, 0)).toBe(0);
    for (let failures = 0; failures < 100; failures++) throttle.fail('192.0.2.3', hook, 0);
    expect(throttle.waitMs('192.0.2.3', hook, 0)).toBeGreaterThan(0);
  });
});
