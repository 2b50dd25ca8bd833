/** Decides what a store promises about what agents consumed: one row for each attempt, written with its settlement. */
import type { AgentReport, AgentUsage } from './agent.ts';
import type { RunId, TriggerId } from './ids.ts';

/** One attempt of an agent that has ended. */
export interface AgentAttempt extends Omit<AgentReport, 'answer'> {
  readonly run: RunId;
  readonly attempt: number;
  readonly trigger: TriggerId;
  /** The configured trigger, or the conversation, that the run belongs to (`RunSpec.trigger`). */
  readonly lane: TriggerId;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Sums over attempts that ended at or after a moment. */
export interface UsageTotals {
  readonly engine: string;
  /** Runs, however many attempts they took. */
  readonly runs: number;
  /** Runs that nobody started by hand. */
  readonly triggered: number;
  readonly durationMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars, of attempts whose engine tells; null: none did. */
  readonly costUsd: number | null;
  readonly lastAt: number;
}

/** What agents consumed. Rows outlive their runs. */
export interface UsageLedger {
  /** Keeps what an attempt under way has told so far, its session above all; its end adds to it. Rejects with `unavailable`. */
  heard(attempt: AgentAttempt): Promise<void>;
  /** By engine, the most runs first; `lane`: only of this trigger. */
  usage(filter: { readonly since: number; readonly lane?: TriggerId }): Promise<readonly UsageTotals[]>;
  /** Runs of this trigger with an attempt that ended at or after a moment, without those that wait or are at work now. */
  runsOf(filter: { readonly since: number; readonly lane: TriggerId }): Promise<number>;
  /** The newest attempt of the run that told a session; undefined: none did. */
  sessionOf(run: RunId): Promise<AgentAttempt | undefined>;
  /** The newest attempt of this trigger by this engine that told a session. */
  lastSession(filter: {
    readonly lane: TriggerId;
    readonly engine: string;
  }): Promise<AgentAttempt | undefined>;
  /** What all attempts of this session by this engine consumed together; nothing where there are none. */
  sessionUsage(filter: { readonly engine: string; readonly session: string }): Promise<AgentUsage>;
}
