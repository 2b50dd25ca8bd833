/** Decides how the end of an attempt gets into the ledger: by the retry rule, and as often as the store needs asking. */
import type { Clock } from '../core/clock.ts';
import { pause } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { RunLedger, Settlement } from '../core/ledger.ts';
import type { Log } from '../core/log.ts';
import type { ClaimedRun, Outcome } from '../core/run.ts';
import { afterAttempt } from './retry.ts';

const AGAIN_MS = 1_000;

/** What settling needs. */
export interface SettlingDeps {
  readonly runs: RunLedger;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Writes what became of the attempt; a store that is away delays it, nothing drops it. Answers with what was written. */
export async function settleAttempt(
  run: ClaimedRun,
  outcome: Outcome,
  deps: SettlingDeps,
): Promise<Settlement> {
  const settlement = settlementOf(run, outcome, deps);
  for (;;) {
    try {
      if (!(await deps.runs.settle(settlement))) deps.log.warn('lost the lease of a run', { run: run.id });
      return settlement;
    } catch (error) {
      deps.log.error('cannot write the end of a run, trying again', { run: run.id, error: messageOf(error) });
      await pause(deps.clock, AGAIN_MS);
    }
  }
}

function settlementOf(run: ClaimedRun, outcome: Outcome, { clock, random }: SettlingDeps): Settlement {
  const endedAt = clock.now();
  const { attempt, owner, firstStartedAt } = run;
  const { policy } = run.spec;
  const verdict = afterAttempt({ outcome, attempt, policy, firstStartedAt, now: endedAt, random: random() });
  const { exitCode, endedBy } = outcome;
  // That it ran late stays true when it went well; what earlier attempts met is told by the attempts.
  const reason = verdict.reason ?? (attempt === 1 ? run.reason : null);
  return { run: run.id, owner, attempt, endedAt, exitCode, endedBy, ...verdict, reason };
}
