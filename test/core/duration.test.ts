import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/core/duration.ts';

describe('durations', () => {
  it.each([
    ['30s', 30_000],
    ['90m', 5_400_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['250ms', 250],
    ['1 hour 5 minutes', 3_900_000],
    ['10M', 600_000],
    ['0s', 0],
  ])('reads %s as %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    '5',
    '30',
    '1y',
    '2 months',
    '1mo',
    '-5s',
    's',
    '5x',
    '1h 30',
    'soon',
    '1e3s',
    '1,5h',
    '9999999999d',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    [0, '0s'],
    [250, '250ms'],
    [45_000, '45s'],
    [5_400_000, '1h 30m'],
    [90_061_001, '1d 1h'],
    [61_500, '1m 1s'],
  ])('shows %i ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
