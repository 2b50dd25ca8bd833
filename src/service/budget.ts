/** Decides when budgets are looked at: at the door through which every run comes in, before it is written. */
import { budgetQuestion } from '../chat/render/budget-question.ts';
import type { Admission, AdmissionBatch, Admit, Admitted } from '../core/admission.ts';
import type { Clock } from '../core/clock.ts';
import { dayStart } from '../core/day.ts';
import type { TriggerId } from '../core/ids.ts';
import type { RunLedger } from '../core/run-ledger.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { UsageLedger } from '../core/usage-ledger.ts';
import type { Consumed } from '../runs/budget.ts';
import { consumedOf, dailyBudget, keptWithin } from '../runs/budget.ts';

/** What budgets are counted with. */
export interface BudgetDeps {
  readonly admit: Admit;
  readonly runs: Pick<RunLedger, 'countsOf'>;
  readonly usage: Pick<UsageLedger, 'usage' | 'runsOf'>;
  /** Zone whose days count. */
  readonly zone: () => string;
  /** Asks a chat. */
  readonly ask: (question: OutgoingMessage, trigger: TriggerId) => void;
  readonly clock: Clock;
}

/**
 * The same door, with a look at the budget of what comes in, one batch after the other: what was let in is in the books
 * before the next one is judged. Batches without budgets pass as they are.
 */
export function withBudgets(deps: BudgetDeps): Admit {
  let before: Promise<unknown> = Promise.resolve();
  return function admitWithinBudget(batch: AdmissionBatch): Promise<readonly Admitted[]> {
    const lanes = new Set(batch.admissions.flatMap((one) => (dailyBudget(one) ? one.spec.trigger : [])));
    if (lanes.size === 0) return deps.admit(batch);
    const answers = before.then(() => admitJudged(batch, [...lanes], deps));
    before = answers.catch(() => undefined);
    return answers;
  };
}

async function admitJudged(
  batch: AdmissionBatch,
  lanes: readonly TriggerId[],
  deps: BudgetDeps,
): Promise<readonly Admitted[]> {
  const admissions = keptWithin(batch.admissions, await consumedToday(lanes, deps));
  const answers = await deps.admit({ ...batch, admissions });
  for (const [index, admission] of admissions.entries()) {
    const isLeftOut = admission.state === 'skipped' && batch.admissions[index]?.state !== 'skipped';
    if (isLeftOut && answers[index]?.kind === 'admitted') askAbout(admission, deps);
  }
  return answers;
}

async function consumedToday(
  lanes: readonly TriggerId[],
  { runs, usage, zone, clock }: BudgetDeps,
): Promise<ReadonlyMap<TriggerId, Consumed>> {
  const since = dayStart(zone(), clock.now());
  const consumed = lanes.map(async (lane) => {
    const today = { since, lane };
    const books = { totals: await usage.usage(today), runs: await usage.runsOf(today) };
    return [lane, consumedOf(books, await runs.countsOf(lane))] as const;
  });
  return new Map(await Promise.all(consumed));
}

function askAbout({ id, trigger, reason, spec }: Admission, { ask }: BudgetDeps): void {
  const { action, chat } = spec;
  if (chat === undefined || action.kind !== 'agent_run' || action.budget?.over !== 'ask') return;
  ask(
    budgetQuestion({ run: id, trigger, reason: reason ?? 'its budget is used up', to: chat }),
    spec.trigger,
  );
}
