/** Decides how attempts of agents are kept and summed in memory. */
import type { AgentUsage } from '../../core/agent.ts';
import type { RunId } from '../../core/ids.ts';
import type { AgentAttempt, UsageLedger, UsageTotals } from '../../core/usage-ledger.ts';
import { isTriggered } from '../agent-attempt.ts';

/** What agents consumed, in memory. */
export class MemoryUsage implements UsageLedger {
  readonly #attempts = new Map<string, AgentAttempt>();
  readonly #isLive: (run: RunId) => boolean;

  /** `isLive`: the run waits or is at work. */
  constructor(isLive: (run: RunId) => boolean) {
    this.#isLive = isLive;
  }

  async heard(attempt: AgentAttempt): Promise<void> {
    this.record(attempt);
  }

  async usage({ since, lane }: Parameters<UsageLedger['usage']>[0]): Promise<readonly UsageTotals[]> {
    const counted = this.#select(
      (attempt) => attempt.endedAt >= since && (lane === undefined || attempt.lane === lane),
    );
    return [...Map.groupBy(counted, ({ engine }) => engine)]
      .map(([engine, attempts]) => totals(engine, attempts))
      .sort((a, b) => b.runs - a.runs || (a.engine < b.engine ? -1 : 1));
  }

  async runsOf({ since, lane }: Parameters<UsageLedger['runsOf']>[0]): Promise<number> {
    return runsOf(this.#select((one) => one.endedAt >= since && one.lane === lane && !this.#isLive(one.run)));
  }

  async sessionOf(run: RunId): Promise<AgentAttempt | undefined> {
    return this.#select((one) => one.run === run && one.session !== null)
      .sort((a, b) => a.attempt - b.attempt)
      .at(-1);
  }

  async lastSession({
    lane,
    engine,
  }: Parameters<UsageLedger['lastSession']>[0]): Promise<AgentAttempt | undefined> {
    return this.#select((one) => one.lane === lane && one.engine === engine && one.session !== null).at(-1);
  }

  async sessionUsage({ engine, session }: Parameters<UsageLedger['sessionUsage']>[0]): Promise<AgentUsage> {
    return consumed(this.#select((one) => one.engine === engine && one.session === session));
  }

  /** Keeps what one attempt came to; what it told before and does not tell now stays. */
  record(attempt: AgentAttempt): void {
    const key = `${attempt.run} ${attempt.attempt}`;
    const before = this.#attempts.get(key);
    this.#attempts.set(key, before === undefined ? attempt : merged(before, attempt));
  }

  #select(keep: (attempt: AgentAttempt) => boolean): AgentAttempt[] {
    return [...this.#attempts.values()].filter(keep);
  }
}

function merged(before: AgentAttempt, now: AgentAttempt): AgentAttempt {
  return {
    ...before,
    model: now.model ?? before.model,
    session: now.session ?? before.session,
    usage: {
      inputTokens: Math.max(now.usage.inputTokens, before.usage.inputTokens),
      outputTokens: Math.max(now.usage.outputTokens, before.usage.outputTokens),
      costUsd: now.usage.costUsd ?? before.usage.costUsd,
    },
    endedAt: now.endedAt,
  };
}

function totals(engine: string, attempts: readonly AgentAttempt[]): UsageTotals {
  return {
    engine,
    runs: runsOf(attempts),
    triggered: runsOf(attempts.filter(({ trigger }) => isTriggered(trigger))),
    durationMs: sum(attempts, ({ startedAt, endedAt }) => endedAt - startedAt),
    ...consumed(attempts),
    lastAt: attempts.reduce((last, { endedAt }) => Math.max(last, endedAt), -Infinity),
  };
}

function consumed(attempts: readonly AgentAttempt[]): AgentUsage {
  const told = attempts.some(({ usage }) => usage.costUsd !== null);
  return {
    inputTokens: sum(attempts, ({ usage }) => usage.inputTokens),
    outputTokens: sum(attempts, ({ usage }) => usage.outputTokens),
    costUsd: told ? sum(attempts, ({ usage }) => usage.costUsd ?? 0) : null,
  };
}

function sum(attempts: readonly AgentAttempt[], of: (attempt: AgentAttempt) => number): number {
  return attempts.reduce((total, attempt) => total + of(attempt), 0);
}

function runsOf(attempts: readonly AgentAttempt[]): number {
  return new Set(attempts.map(({ run }) => run)).size;
}
