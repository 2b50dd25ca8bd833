/** Decides what is kept of an agent's attempt: what it reported but for its answer, and whose attempt it was. */
import type { RunSpec } from '../core/action.ts';
import type { AgentReport } from '../core/agent.ts';
import type { TriggerId } from '../core/ids.ts';
import { splitTriggerId } from '../core/ids.ts';
import type { Settlement } from '../core/run-ledger.ts';
import type { AgentAttempt } from '../core/usage-ledger.ts';

/** When an attempt ended, and by what. */
export type AttemptEnd = Pick<Settlement, 'run' | 'attempt' | 'endedAt' | 'endedBy'>;

/** What is known of the attempt besides. */
export interface SettledAttempt {
  readonly trigger: TriggerId;
  readonly spec: RunSpec;
  readonly startedAt: number;
}

/** The attempt that ends so, or is so far at that time, with what its agent reported. How long one worked that a crash cut off, nobody knows. */
export function agentAttempt(
  { run, attempt, endedAt: settledAt, endedBy }: AttemptEnd,
  { engine, model, session, usage }: AgentReport,
  { trigger, spec, startedAt }: SettledAttempt,
): AgentAttempt {
  const endedAt = endedBy === 'crash' ? startedAt : settledAt;
  return { run, attempt, trigger, lane: spec.trigger, engine, model, session, usage, startedAt, endedAt };
}

/** False for a run that a person started: those have triggers of their own kind. */
export function isTriggered(trigger: TriggerId): boolean {
  return splitTriggerId(trigger).kind !== 'manual';
}
