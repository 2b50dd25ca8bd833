/** Waiting for something at most so long. */
import { expect, test } from 'vitest';
import { atMost } from '../../src/core/clock.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('work that ends in time is answered with, and leaves no timer behind', async () => {
  const clock = new FakeClock();
  expect(await atMost(clock, 3_000, Promise.resolve('done'))).toBe('done');
  expect(clock.pending).toBe(0);
});

test('work that does not end is waited for no longer', async () => {
  const clock = new FakeClock();
  let isOver = false;
  const waiting = atMost(clock, 3_000, new Promise(() => {})).finally(() => {
    isOver = true;
  });
  await clock.advance(2_999);
  expect(isOver).toBe(false);
  await clock.advance(1);
  expect(await waiting).toBeUndefined();
});

test('work that fails says so, and leaves no timer behind either', async () => {
  const clock = new FakeClock();
  await expect(atMost(clock, 3_000, Promise.reject(new RangeError('no')))).rejects.toThrow('no');
  expect(clock.pending).toBe(0);
});
