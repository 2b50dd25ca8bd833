/** Holds how lateness is written and found again. */
import { expect, test } from 'vitest';
import { lateBy, latenessIn } from '../../src/core/late.ts';

test.for([
  [2_400_000, '40m late'],
  [2_412_000, '40m 12s late'],
  [90_061_000, '1d 1h late'],
] as const)('%i ms late reads: %s, and is found in a reason', ([lateMs, words]) => {
  expect(lateBy(lateMs)).toBe(words);
  expect(latenessIn(words)).toBe(words);
  expect(latenessIn(`${words}: the service was down`)).toBe(words);
});

test.for([null, '', 'exit 3', 'late', 'came 40m late', '40m late night', '1h 2m 3s late'])(
  'a reason that does not begin so has none: %j',
  (reason) => {
    expect(latenessIn(reason)).toBe('');
  },
);
