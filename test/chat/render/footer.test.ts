/** Holds the line below an answer to what is known: nothing made up, nothing written where a fact is missing. */
import { describe, expect, test } from 'vitest';
import type { FooterFacts } from '../../../src/chat/render/footer.ts';
import { footerOf, formatCost } from '../../../src/chat/render/footer.ts';
import { triggerId } from '../../../src/core/ids.ts';

const facts: FooterFacts = {
  trigger: triggerId('cron', 'daily-review'),
  engine: 'claude',
  model: 'sonnet-4',
  durationMs: 123_400,
  costUsd: 0.042,
  late: '',
};

test('engine, model, duration, cost and origin stand in one line', () => {
  expect(footerOf(facts)).toBe('claude · sonnet-4 · 2m 3s · $0.042 · ⏰ cron:daily-review');
});

test('what is not known is left out', () => {
  expect(footerOf({ ...facts, model: null, costUsd: null })).toBe('claude · 2m 3s · ⏰ cron:daily-review');
  expect(
    footerOf({ ...facts, engine: undefined, model: undefined, durationMs: undefined, costUsd: undefined }),
  ).toBe('⏰ cron:daily-review');
});

test('that it ran late stands at the end', () => {
  expect(footerOf({ ...facts, late: '40m late' })).toMatch(/ · ⏰ cron:daily-review · 40m late$/);
});

test('names from outside stay in the line', () => {
  expect(footerOf({ ...facts, engine: ' a\nb\0', model: '<b>' })).toMatch(/^a b · <b> · 2m/);
});

describe('a cost', () => {
  test.each([
    [12.345, '$12.35'],
    [1.2, '$1.20'],
    [0.1, '$0.10'],
    [0.0999, '$0.10'],
    [0.042, '$0.042'],
    [0.04, '$0.040'],
    [0.0123, '$0.0123'],
    [0.012345, '$0.0123'],
    [0.00012345, '$0.000123'],
    [0.00001, '<$0.0001'],
    [0, '$0.00'],
  ])('of %d is %s', (costUsd, shown) => {
    expect(formatCost(costUsd)).toBe(shown);
  });

  test.each([null, undefined, Number.NaN, Infinity, -1])('of %s is not shown', (costUsd) => {
    expect(formatCost(costUsd)).toBe('');
  });
});
