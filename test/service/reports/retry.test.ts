import { describe, expect, test } from 'vitest';
import type { ReportKind } from '../../../src/core/report-target.ts';
import type { OutboundResult } from '../../../src/net/fetch.ts';
import { afterTry, isStale } from '../../../src/service/reports/retry.ts';

const answered = (status: number): OutboundResult => ({
  kind: 'response',
  status,
  headers: {},
  body: new Uint8Array(),
});
const failed: OutboundResult = { kind: 'failed', reason: 'connection refused' };
const refused: OutboundResult = { kind: 'refused', reason: 'Blocked: localhost' };

/** The pauses between all tries of a report that never arrives, ms. */
function pauses(kind: ReportKind, random = 0): readonly number[] {
  const found: number[] = [];
  for (let attempts = 1; ; attempts += 1) {
    const verdict = afterTry({ kind, attempts, result: failed, random });
    if (verdict.kind !== 'again') return found;
    found.push(verdict.delayMs);
  }
}

const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);

describe('a report that was tried', () => {
  test.each([200, 201, 204, 299])('is delivered by %i', (code) => {
    expect(afterTry({ kind: 'callback', attempts: 1, result: answered(code), random: 0 }).kind).toBe(
      'delivered',
    );
  });

  test.each<[OutboundResult, string]>([
    [answered(500), 'answered 500'],
    [answered(404), 'answered 404'],
    [answered(302), 'answered 302, and redirects are not followed'],
    [failed, 'connection refused'],
  ])('is tried again: %o', (result, reason) => {
    const verdict = afterTry({ kind: 'callback', attempts: 1, result, random: 0 });
    expect(verdict).toEqual({ kind: 'again', delayMs: 2_000, reason });
  });

  test.each<[OutboundResult, string]>([
    [answered(410), 'answered 410'],
    [refused, 'Blocked: localhost'],
  ])('is given up at once: %o', (result, reason) => {
    const verdict = afterTry({ kind: 'callback', attempts: 1, result, random: 0 });
    expect(verdict).toEqual({ kind: 'given-up', reason });
  });

  test('is given up after a day if it is a result, after five minutes if it is a ping', () => {
    expect(pauses('callback')).toHaveLength(10);
    expect(sum(pauses('callback')) / 3_600_000).toBeCloseTo(23.6, 1);
    for (const kind of ['start', 'success', 'failure'] as const) {
      expect(pauses(kind)).toHaveLength(4);
      expect(sum(pauses(kind))).toBeLessThan(300_000);
    }
  });

  test('waits up to a tenth longer', () => {
    expect(pauses('callback', 0.5)[0]).toBe(2_100);
  });
});

test.each<[ReportKind, number, boolean]>([
  ['success', 3_600_000, false],
  ['success', 3_600_001, true],
  ['start', 3_600_001, true],
  ['callback', 72 * 3_600_000, false],
  ['callback', 72 * 3_600_000 + 1, true],
])('a %s of %i ms ago is too old: %s', (kind, ageMs, expected) => {
  expect(isStale(kind, ageMs)).toBe(expected);
});
