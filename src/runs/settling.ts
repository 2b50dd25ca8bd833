/** Decides how the end of an attempt gets into the ledger: by the retry rule, and as often as the store needs asking. */
import type { Clock } from '../core/clock.ts';
import { pause } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { RunLedger, Settlement } from '../core/run-ledger.ts';
import type { Log } from '../core/log.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { ClaimedRun, Outcome } from '../core/run.ts';
import type { EndedRun } from './announce.ts';
import { afterAttempt } from './retry.ts';

const AGAIN_MS = 1_000;

/**
 * What chats are told of an end, to be written with it. It answers at once where it can: a promise costs the settlement
 * the commit that it would share.
 */
export type Tell = (
  run: EndedRun,
  settlement: Settlement,
  facts: { readonly message: Outcome['message']; readonly startedAt: number | undefined },
) => readonly OutgoingMessage[] | Promise<readonly OutgoingMessage[]>;

/** What settling needs. */
export interface SettlingDeps {
  readonly runs: RunLedger;
  readonly clock: Clock;
  readonly log: Log;
  readonly tell: Tell;
  /** In [0, 1). */
  readonly random: () => number;
  /** Aborted: the service leaves, and has no more time to wait for its store. */
  readonly leaves: AbortSignal;
}

/**
 * Writes what became of the attempt, and answers with that; a store that is away delays it. Undefined: the service leaves
 * and the store is away still; the run stays as it is there, and the next life judges it like one that was cut off.
 */
export async function settleAttempt(
  run: ClaimedRun,
  outcome: Outcome,
  deps: SettlingDeps,
): Promise<Settlement | undefined> {
  const bare = settlementOf(run, outcome, deps);
  const told = deps.tell(run, bare, { message: outcome.message, startedAt: run.firstStartedAt });
  const settlement = withMessages(bare, told instanceof Promise ? await orNothing(told, deps.log) : told);
  for (;;) {
    try {
      if (!(await deps.runs.settle(settlement))) deps.log.warn('lost the lease of a run', { run: run.id });
      return settlement;
    } catch (error) {
      deps.log.error('cannot write the end of a run, trying again', { run: run.id, error: messageOf(error) });
      if (deps.leaves.aborted) return undefined;
      await pause(deps.clock, AGAIN_MS, deps.leaves);
    }
  }
}

/** The settlement with what is told of it. */
export function withMessages(settlement: Settlement, messages: readonly OutgoingMessage[]): Settlement {
  return messages.length === 0 ? settlement : { ...settlement, messages };
}

/** An end is written even where nobody can be told of it. */
async function orNothing(
  told: Promise<readonly OutgoingMessage[]>,
  log: Log,
): Promise<readonly OutgoingMessage[]> {
  try {
    return await told;
  } catch (error) {
    log.warn('cannot tell a chat of the end of a run', { error: messageOf(error) });
    return [];
  }
}

function settlementOf(run: ClaimedRun, outcome: Outcome, { clock, random }: SettlingDeps): Settlement {
  const endedAt = clock.now();
  const { attempt, owner, firstStartedAt } = run;
  const { policy } = run.spec;
  const verdict = afterAttempt({ outcome, attempt, policy, firstStartedAt, now: endedAt, random: random() });
  const { exitCode, endedBy, agent } = outcome;
  // That it ran late stays true when it went well; what earlier attempts met is told by the attempts.
  const reason = verdict.reason ?? (attempt === 1 ? run.reason : null);
  const fate = { run: run.id, owner, attempt, endedAt, exitCode, endedBy, ...verdict, reason };
  return agent === undefined ? fate : { ...fate, agent };
}
