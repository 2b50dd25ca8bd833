/** Decides what answers need to know of runs: a port that the service serves. */
import type { RunId } from '../../core/ids.ts';
import type { RunState } from '../../core/run.ts';

/** How a run has ended. */
export interface RunResult {
  readonly state: RunState;
  readonly reason: string | null;
  /** Of its last attempt; null: it had none, or no process. */
  readonly exitCode: number | null;
  /** Number of its last attempt; 0: it never began. */
  readonly attempt: number;
}

/** Runs as senders see them: no text of them holds a secret. */
export interface Results {
  /** Resolves with the end of the run; undefined: `signal` was aborted before, or the service stops. Rejects with `unavailable`. */
  ended(run: RunId, signal: AbortSignal): Promise<RunResult | undefined>;
  /** What its last attempt wrote, or the end of that. */
  output(
    run: RunId,
    attempt: number,
    maxBytes: number,
  ): Promise<{ readonly text: string; readonly isCut: boolean }>;
  /**
   * The output of all attempts as it comes, line by line, until the run has ended, `signal` is aborted, or the service
   * stops. It is read no faster than it is asked for.
   */
  follow(run: RunId, signal: AbortSignal): AsyncIterable<string>;
}
