/** Holds what a run consumed to its promise: numbers that every ledger can hold, whatever a stream claims. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentUsage } from '../../src/core/agent.ts';
import { noUsage } from '../../src/core/agent.ts';
import { consumedSince, MOST_TOKENS, MOST_USD, tokensOf } from '../../src/engines/consumed.ts';

const used = (inputTokens: number, outputTokens: number, costUsd: number | null = null): AgentUsage => ({
  inputTokens,
  outputTokens,
  costUsd,
});

test('is what was told beyond what had been consumed before', () => {
  expect(consumedSince(used(200, 40, 0.5), used(400, 80, 0.75))).toEqual(used(200, 40, 0.25));
  expect(consumedSince(noUsage, used(400, 80, 0.75))).toEqual(used(400, 80, 0.75));
});

test('is never below zero', () => {
  expect(consumedSince(used(500, 100, 1), used(400, 120, 0.5))).toEqual(used(0, 20, 0));
});

test('has no cost where none is told', () => {
  expect(consumedSince(used(1, 1, 5), used(2, 2)).costUsd).toBeNull();
});

test('is whole, finite and no more than can be added up a thousand times', () => {
  const odd = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 1.5, 1e300));
  const usage = fc.record({ inputTokens: odd, outputTokens: odd, costUsd: fc.option(odd) });
  fc.assert(
    fc.property(usage, usage, (before, told) => {
      const { inputTokens, outputTokens, costUsd } = consumedSince(before, told);
      for (const tokens of [inputTokens, outputTokens]) {
        expect(Number.isSafeInteger(tokens * 1_000)).toBe(true);
        expect(tokens).toBeGreaterThanOrEqual(0);
        expect(tokens).toBeLessThanOrEqual(MOST_TOKENS);
      }
      if (costUsd !== null) {
        expect(costUsd).toBeGreaterThanOrEqual(0);
        expect(costUsd).toBeLessThanOrEqual(MOST_USD);
      }
    }),
  );
});

test('is in and out, in all', () => {
  expect(tokensOf(used(3, 4))).toBe(7);
});
