/**
 * Decides whether a run of an agent still fits into the budget of its trigger; what does not is skipped, with the reason.
 *
 * Runs count by the trigger they belong to (`RunSpec.trigger`), those of one batch too: each that is let in is one more.
 */
import type { Budget } from '../core/action.ts';
import type { Admission } from '../core/admission.ts';
import type { TriggerId } from '../core/ids.ts';
import type { QueueCounts } from '../core/run-ledger.ts';
import type { UsageTotals } from '../core/usage-ledger.ts';

/** What the runs of a trigger came to, within the day. */
export interface Consumed {
  readonly runs: number;
  readonly costUsd: number;
}

/** What is in the books. */
export interface Books {
  readonly totals: ReadonlyArray<Pick<UsageTotals, 'costUsd'>>;
  /** Runs that have come to something and are not under way any more. */
  readonly runs: number;
}

/** What is in the books, and what is still under way or about to be. */
export function consumedOf({ totals, runs }: Books, { scheduled, queued, running }: QueueCounts): Consumed {
  return {
    runs: runs + scheduled + queued + running,
    costUsd: totals.reduce((sum, one) => sum + (one.costUsd ?? 0), 0),
  };
}

/** The budget by the day that is to be looked at before the run is let in; undefined: there is nothing to look at. */
export function dailyBudget({ spec, state, overBudget }: Admission): Budget | undefined {
  const isToRun = state === 'queued' || state === 'scheduled';
  if (!isToRun || overBudget === true || spec.action.kind !== 'agent_run') return undefined;
  const { budget } = spec.action;
  return budget?.runsPerDay === undefined && budget?.costPerDay === undefined ? undefined : budget;
}

/** Why no further run fits in; undefined: one does. */
export function overspent(
  { runsPerDay, costPerDay }: Budget,
  { runs, costUsd }: Consumed,
): string | undefined {
  if (runsPerDay !== undefined && runs >= runsPerDay)
    return `budget: ${runsPerDay === 1 ? '1 run a day is' : `${runsPerDay} runs a day are`} used up`;
  if (costPerDay !== undefined && costUsd >= costPerDay)
    return `budget: ${dollars(costPerDay)} a day is used up (${dollars(costUsd)} so far)`;
  return undefined;
}

/** The admissions of a batch, those that do not fit in as skipped; `consumed` holds every trigger with a budget. */
export function keptWithin(
  admissions: readonly Admission[],
  consumed: ReadonlyMap<TriggerId, Consumed>,
): readonly Admission[] {
  const letIn = new Map<TriggerId, number>();
  return admissions.map((admission) => {
    const lane = admission.spec.trigger;
    const budget = dailyBudget(admission);
    const before = consumed.get(lane);
    if (budget === undefined || before === undefined) return admission;
    const more = letIn.get(lane) ?? 0;
    const reason = overspent(budget, { ...before, runs: before.runs + more });
    if (reason !== undefined) return leftOut(admission, reason);
    letIn.set(lane, more + 1);
    return admission;
  });
}

/** A one-shot that is left out has not fired: it is still to come. */
function leftOut({ spends: _, ...admission }: Admission, reason: string): Admission {
  return { ...admission, state: 'skipped', reason };
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}
