/** Decides how attempts of agents are kept and summed in memory. */
import type { RunId } from '../../core/ids.ts';
import type { AgentAttempt, UsageLedger, UsageTotals } from '../../core/usage-ledger.ts';
import { isTriggered } from '../agent-attempt.ts';

/** What agents consumed, in memory. */
export class MemoryUsage implements UsageLedger {
  readonly #attempts = new Map<string, AgentAttempt>();

  async usage({ since, lane }: Parameters<UsageLedger['usage']>[0]): Promise<readonly UsageTotals[]> {
    const counted = this.#select(
      (attempt) => attempt.endedAt >= since && (lane === undefined || attempt.lane === lane),
    );
    return [...Map.groupBy(counted, ({ engine }) => engine)]
      .map(([engine, attempts]) => totals(engine, attempts))
      .sort((a, b) => b.runs - a.runs || (a.engine < b.engine ? -1 : 1));
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

  /** Keeps what one attempt came to. */
  record(attempt: AgentAttempt): void {
    this.#attempts.set(`${attempt.run} ${attempt.attempt}`, attempt);
  }

  #select(keep: (attempt: AgentAttempt) => boolean): AgentAttempt[] {
    return [...this.#attempts.values()].filter(keep);
  }
}

function totals(engine: string, attempts: readonly AgentAttempt[]): UsageTotals {
  const sum = (of: (attempt: AgentAttempt) => number): number =>
    attempts.reduce((total, attempt) => total + of(attempt), 0);
  const told = attempts.some(({ usage }) => usage.costUsd !== null);
  return {
    engine,
    runs: runsOf(attempts),
    triggered: runsOf(attempts.filter(({ trigger }) => isTriggered(trigger))),
    durationMs: sum(({ startedAt, endedAt }) => endedAt - startedAt),
    inputTokens: sum(({ usage }) => usage.inputTokens),
    outputTokens: sum(({ usage }) => usage.outputTokens),
    costUsd: told ? sum(({ usage }) => usage.costUsd ?? 0) : null,
    lastAt: attempts.reduce((last, { endedAt }) => Math.max(last, endedAt), -Infinity),
  };
}

function runsOf(attempts: readonly AgentAttempt[]): number {
  return new Set(attempts.map(({ run }) => run)).size;
}
