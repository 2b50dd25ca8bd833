/** Waiting for something at most so long. */
import { expect, test } from 'vitest';
import { atMost } from '../../src/core/clock.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('work that ends in time leaves no timer behind', async () => {
  const clock = new FakeClock();
  await atMost(clock, 3_000, Promise.resolve());
  expect(clock.pending).toBe(0);
});

test('work that does not end is waited for no longer', async () => {
  const clock = new FakeClock();
  let isOver = false;
  const waiting = atMost(clock, 3_000, new Promise(() => {})).then(() => {
    isOver = true;
  });
  await clock.advance(2_999);
  expect(isOver).toBe(false);
  await clock.advance(1);
  await waiting;
});

test('work that fails says so, and leaves no timer behind either', async () => {
  const clock = new FakeClock();
  await expect(atMost(clock, 3_000, Promise.reject(new RangeError('no')))).rejects.toThrow('no');
  expect(clock.pending).toBe(0);
});
