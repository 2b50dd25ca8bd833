/** Holds the span of a reload to its report. */
import { expect, it, test } from 'vitest';
import { triggerId } from '../../../src/core/ids.ts';
import { reloadSpan } from '../../../src/service/traces/reloads.ts';
import { sampleReport } from '../../support/samples.ts';

const report = sampleReport({ at: 20, added: [triggerId('cron', 'a')] });
const issue = { file: '/untether.toml', line: 3, column: 7, path: 'triggers', message: 'is wrong' };

it('has who asked, and how much changed', () => {
  expect(reloadSpan(report, 5)).toEqual({
    name: 'reload',
    kind: 'internal',
    startedAt: 5,
    endedAt: 20,
    attributes: {
      'untether.source': 'watch',
      'untether.outcome': 'changed',
      'untether.revision': 4,
      'untether.added': 1,
      'untether.removed': 0,
      'untether.modified': 0,
    },
  });
});

test.each([
  [{ changed: false, source: 'signal' as const }, 'unchanged', undefined],
  [{ ok: false, changed: false, issues: [{ ...issue, severity: 'error' as const }] }, 'refused', 'is wrong'],
  [{ ok: false, changed: true, issues: [{ ...issue, severity: 'error' as const }] }, 'changed', 'is wrong'],
  [{ changed: true, issues: [{ ...issue, severity: 'warning' as const }] }, 'changed', undefined],
])('says of %o that it is %s', (change, outcome, failure) => {
  const span = reloadSpan({ ...report, ...change }, 5);
  expect([span?.attributes['untether.outcome'], span?.failure]).toEqual([outcome, failure]);
});

it('is none where a watched file turns out to be as it was', () => {
  expect(reloadSpan({ ...report, changed: false }, 5)).toBeUndefined();
});
