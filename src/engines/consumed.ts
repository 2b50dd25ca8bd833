/** Decides what a run consumed, in numbers that a ledger can hold, of what its engine told. */
import type { AgentUsage } from '../core/agent.ts';

/** More than any run consumes: what a stream may claim, and thousands of which can still be added up. */
export const MOST_TOKENS = 1e12;
export const MOST_USD = 1e9;

/** What was told beyond what is known to have been consumed before: whole tokens, and nothing below zero. */
export function consumedSince(before: AgentUsage, told: AgentUsage): AgentUsage {
  return {
    inputTokens: tokens(told.inputTokens - before.inputTokens),
    outputTokens: tokens(told.outputTokens - before.outputTokens),
    costUsd: told.costUsd === null ? null : within(told.costUsd - (before.costUsd ?? 0), MOST_USD),
  };
}

/** All tokens, in and out. */
export function tokensOf({ inputTokens, outputTokens }: AgentUsage): number {
  return inputTokens + outputTokens;
}

function tokens(amount: number): number {
  return Math.round(within(amount, MOST_TOKENS));
}

/** What is no number is nothing. */
function within(amount: number, most: number): number {
  return Number.isNaN(amount) ? 0 : Math.min(Math.max(amount, 0), most);
}
