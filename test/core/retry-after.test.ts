/** Holds how the two ways are read in which a server asks to be left alone. */
import { describe, expect, test } from 'vitest';
import { retryAfterMs } from '../../src/core/retry-after.ts';

const NOW = Date.UTC(2026, 10, 22, 5);

describe('Retry-After', () => {
  test.each([
    [undefined, undefined],
    ['', undefined],
    ['0', undefined],
    ['7', 7_000],
    [' 7 ', 7_000],
    ['-7', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['2027', 2_027_000],
    ['9'.repeat(400), 86_400_000],
    ['Sunday, 22-Nov-26 05:00:10 GMT', 10_000],
    ['Sun Nov 22 05:00:10 2026', 10_000],
    ['Sun, 22 Nov 2026 04:59:00 GMT', undefined],
    ['Sun, 99 Nov 2026 05:00:00 GMT', undefined],
    ['2026-11-22T06:00:00Z', undefined],
  ])('%j', (header, waitMs) => {
    expect(retryAfterMs(header, NOW)).toBe(waitMs);
  });
});
