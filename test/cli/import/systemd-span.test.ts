/** Holds time spans of systemd to the durations that are as long. */
import { expect, test } from 'vitest';
import { parseDuration } from '../../../src/core/duration.ts';
import { spanDuration } from '../../../src/cli/import/systemd-span.ts';

test.each([
  ['90', '90s'],
  ['5min', '5m'],
  ['2h 30min', '150m'],
  ['1d', '1d'],
  ['1w', '7d'],
  ['1M', '2630016s'],
  ['1m', '1m'],
  ['1.5h', '90m'],
  ['500ms', '500ms'],
])('%s is %s', (written, duration) => {
  expect(spanDuration(written)).toBe(duration);
  expect(parseDuration(duration)).toBeGreaterThan(0);
});

test.each(['', '0', 'infinity', '5 parsecs', '-5s'])('%j is none', (written) => {
  expect(spanDuration(written)).toBeUndefined();
});
