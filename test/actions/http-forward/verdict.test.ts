/** Holds what an answer means for another attempt. */
import { expect, test } from 'vitest';
import type { Outcome } from '../../../src/core/run.ts';
import type { OutboundResult } from '../../../src/net/fetch.ts';
import { verdictOf } from '../../../src/actions/http-forward/verdict.ts';

const NOW = Date.UTC(2026, 10, 22, 5);
const answered = (status: number, headers: Readonly<Record<string, string>> = {}): OutboundResult => ({
  kind: 'response',
  status,
  headers,
  body: new Uint8Array(),
});

test.each<[string, OutboundResult, Outcome['again']]>([
  ['a redirect', answered(302, { 'retry-after': '5' }), 'never'],
  ['a wrong request', answered(400), 'never'],
  ['gone', answered(410), 'never'],
  ['request timeout', answered(408), undefined],
  ['too early', answered(425), undefined],
  ['too many requests', answered(429, { 'retry-after': '90' }), { notWithinMs: 90_000 }],
  ['a server error', answered(500), undefined],
  [
    'unavailable',
    answered(503, { 'retry-after': 'Sun, 22 Nov 2026 05:02:00 GMT' }),
    { notWithinMs: 120_000 },
  ],
  ['a blocked address', { kind: 'refused', reason: 'Blocked' }, 'never'],
  ['no connection', { kind: 'failed', reason: 'ECONNREFUSED' }, undefined],
  ['a timeout', { kind: 'failed', reason: 'timed out', cut: 'timeout' }, undefined],
  ['an answer too large', { kind: 'failed', reason: 'larger', cut: 'too-large' }, 'never'],
])('%s', (_what, answer, again) => {
  const outcome = verdictOf(answer, NOW);
  expect([outcome.kind, outcome.again]).toEqual(['failed', again]);
});
