/** Holds restarts to three in five minutes, and each request to one. */
import { describe, expect, test } from 'vitest';
import { judgeRestart, readRestarts } from '../../../src/service/restart/limit.ts';
import type { PastRestart } from '../../../src/service/restart/limit.ts';

const NOW = 1_000_000_000;
const past = (...agoS: readonly number[]): readonly PastRestart[] =>
  agoS.map((s) => ({ at: NOW - s * 1_000, request: `ago:${s}` }));

describe('a restart', () => {
  test.each<[string, readonly PastRestart[], object]>([
    ['is the first', [], { kind: 'go' }],
    ['is the third in five minutes', past(200, 100), { kind: 'go' }],
    ['is the fourth', past(200, 100, 10), { kind: 'wait', waitMs: 100_000 }],
    [
      'is the fourth, a moment before the first is forgotten',
      past(299, 100, 10),
      { kind: 'wait', waitMs: 1_000 },
    ],
    ['is the fourth, when the first is forgotten', past(300, 100, 10), { kind: 'go' }],
    ['comes after four that were forced', past(40, 30, 20, 10), { kind: 'wait', waitMs: 270_000 }],
    ['comes after a clock that was put back', past(-5, -6, -7), { kind: 'go' }],
  ])('that %s', (_what, before, verdict) => {
    expect(judgeRestart(before, { at: NOW, request: 'this' }, { force: false })).toMatchObject(verdict);
  });

  test('that is forced waits for nothing, and counts', () => {
    const verdict = judgeRestart(past(3, 2, 1), { at: NOW, request: 'this' }, { force: true });
    expect(verdict).toEqual({ kind: 'go', kept: [...past(3, 2, 1), { at: NOW, request: 'this' }] });
  });

  test.each([true, false])('that was carried out is none, forced or not: %j', (force) => {
    const before = past(80_000, 1_000);
    expect(judgeRestart(before, { at: NOW, request: 'ago:80000' }, { force })).toEqual({ kind: 'repeated' });
  });

  test('is forgotten after a day', () => {
    expect(judgeRestart(past(86_400), { at: NOW, request: 'ago:86400' }, { force: false })).toEqual({
      kind: 'go',
      kept: [{ at: NOW, request: 'ago:86400' }],
    });
  });
});

test.each([undefined, '', '{', '{"at":1}', '[1,null,{"at":"x"}]'])(
  '%j is no restart that was kept',
  (text) => {
    expect(readRestarts(text)).toEqual([]);
  },
);

test('what was kept is read back', () => {
  expect(readRestarts(JSON.stringify(past(1, 2)))).toEqual(past(1, 2));
});
