/** Holds how counts of due moments read. */
import { expect, test } from 'vitest';
import { hasLeftOut, NOTHING_DUE, tallyWords } from '../../src/core/tally.ts';

test.for([
  [{ due: 144, ran: 48, skipped: 96, overlapped: 96 }, 'due 144, ran 48, skipped 96 (overlap)'],
  [{ due: 9, ran: 2, skipped: 7, overlapped: 3 }, 'due 9, ran 2, skipped 7 (3 overlap)'],
  [{ due: 2, skipped: 2 }, 'due 2, ran 0, skipped 2'],
  [
    { due: 10, ran: 1, waiting: 2, missed: 3, superseded: 3, cancelled: 1 },
    'due 10, ran 1, waiting 2, missed 3, superseded 3, cancelled 1',
  ],
  [{}, 'due 0, ran 0'],
] as const)('%j reads: %s', ([counts, words]) => {
  expect(tallyWords({ ...NOTHING_DUE, ...counts })).toBe(words);
});

test.for([
  [{ due: 5, ran: 3, waiting: 1, cancelled: 1 }, false],
  [{ due: 1, skipped: 1 }, true],
  [{ due: 1, missed: 1 }, true],
  [{ due: 1, superseded: 1 }, true],
] as const)('%j leaves something out: %s', ([counts, leftOut]) => {
  expect(hasLeftOut({ ...NOTHING_DUE, ...counts })).toBe(leftOut);
});
