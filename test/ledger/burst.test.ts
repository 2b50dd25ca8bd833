/** Holds the window of a burst to its rule: a window after the newest, at most the longest wait after the first. */
import { describe, expect, test } from 'vitest';
import { burstWindow, coalescingReason } from '../../src/ledger/burst.ts';

const burst = { key: 'a', windowMs: 30, maxWaitMs: 100 };

describe('burstWindow', () => {
  test.each([
    ['the first of a burst waits its window', 1_000, [], { since: 1_000, readyAt: 1_030 }],
    ['the next begins it anew', 1_020, [1_000], { since: 1_000, readyAt: 1_050 }],
    ['up to the longest wait', 1_080, [1_000], { since: 1_000, readyAt: 1_100 }],
    ['and never earlier than itself', 5_000, [1_000], { since: 1_000, readyAt: 5_000 }],
    ['the earliest beginning counts', 1_080, [1_050, 1_000], { since: 1_000, readyAt: 1_100 }],
    ['a clock set back begins anew', 200, [1_000], { since: 200, readyAt: 230 }],
  ] as const)('%s', (...[, admittedAt, beginnings, window]) => {
    expect(burstWindow(burst, admittedAt, beginnings)).toEqual(window);
  });
});

test('the reason names the second in which it is ready', () => {
  expect(coalescingReason(Date.UTC(2026, 0, 1, 12, 0, 29, 400))).toBe(
    'coalescing until 2026-01-01 12:00:30 UTC',
  );
});
