/** Decides how often something has to arrive at a webhook, from its key `expect`. */
import type { Expectation } from '../core/trigger.ts';
import { msOf } from './compile-context.ts';
import { fault } from './problem.ts';
import type { Problem } from './problem.ts';
import type { WebhookConfig } from './schema/webhook.ts';

/** The expectation; undefined: there is none. */
export function compileExpect({ expect }: WebhookConfig): Expectation | undefined {
  return expect && { everyMs: msOf(expect.every), graceMs: msOf(expect.grace) };
}

/** What is wrong with it: every moment would be too late. */
export function checkExpect({ expect }: WebhookConfig): readonly Problem[] {
  return expect !== undefined && msOf(expect.every) === 0
    ? [fault(['expect', 'every'], 'must be longer than nothing, such as "1d"')]
    : [];
}
