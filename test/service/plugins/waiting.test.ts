/** A call waits for its plugin to begin again, and not a moment longer than it may take itself. */
import { expect, test } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { waitedFor } from '../../../src/service/plugins/waiting.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const never = new Promise(() => {});

test('it has begun again', async () => {
  expect(await waitedFor(Promise.resolve(1), { deadlineMs: 5 }, new FakeClock())).toBeUndefined();
});

test('it cannot begin again', async () => {
  const no = Promise.reject(new AppError('unavailable', 'cannot read /p'));
  expect(await waitedFor(no, {}, new FakeClock())).toEqual({ kind: 'crashed', reason: 'cannot read /p' });
});

test('the call is too late', async () => {
  const clock = new FakeClock();
  const result = waitedFor(never, { deadlineMs: 5_000 }, clock);
  await clock.advance(5_000);
  expect(await result).toEqual({ kind: 'late', reason: 'did not begin again within 5 s' });
});

test.each(['before', 'meanwhile'])('the caller leaves: %s', async (when) => {
  const cut = new AbortController();
  if (when === 'before') cut.abort();
  const result = waitedFor(never, { signal: cut.signal }, new FakeClock());
  cut.abort();
  expect(await result).toEqual({ kind: 'aborted' });
});
