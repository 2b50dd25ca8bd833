/** Work is waited for as long as a glance takes, and no longer. */
import { expect, test } from 'vitest';
import { atAGlance } from '../../src/chat/slow.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('what is known by then is the answer, and nothing waits on', async () => {
  const clock = new FakeClock();
  expect(await atAGlance(Promise.resolve('done'), clock)).toBe('done');
  await expect(atAGlance(Promise.reject(new Error('no')), clock)).rejects.toThrow('no');
  expect(clock.pending).toBe(0);
});

test('what takes longer is not', async () => {
  const clock = new FakeClock();
  const work = Promise.withResolvers<string>();
  const looked = atAGlance(work.promise, clock);
  await clock.advance(300);
  expect(await looked).toBeUndefined();
  work.resolve('done');
});
