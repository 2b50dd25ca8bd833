import { describe, expect, it } from 'vitest';
import type { RunId } from '../../src/core/ids.ts';
import { failsInARow, LOOP_WINDOW_MS, withinWindow } from '../../src/runs/quarantine.ts';

const id = (n: number): RunId => `0000${n}` as RunId;
const failed = (...numbers: readonly number[]): ReadonlyArray<{ id: RunId; endedAt: number }> =>
  numbers.map((n) => ({ id: id(n), endedAt: n * 100 }));
const record = { succeeded: undefined, forgivenUntil: -Infinity };

describe('a trigger that fails', () => {
  it.each([
    ['as often as that', { ...record, failed: failed(3, 2, 1) }, true],
    ['less often', { ...record, failed: failed(3, 2) }, false],
    ['with a success between', { ...record, failed: failed(5, 4, 1), succeeded: { id: id(2) } }, false],
    ['after its last success', { ...record, failed: failed(5, 4, 3), succeeded: { id: id(2) } }, true],
    ['since somebody resumed it', { ...record, failed: failed(5, 4, 3), forgivenUntil: 300 }, false],
  ])('%s', (_, facts, isIsolated) => {
    expect(failsInARow(facts, 3)).toBe(isIsolated);
  });
});

it('a window forgets what it has left behind', () => {
  expect(withinWindow([0, 1, LOOP_WINDOW_MS], LOOP_WINDOW_MS + 1)).toEqual([
    LOOP_WINDOW_MS,
    LOOP_WINDOW_MS + 1,
  ]);
});
