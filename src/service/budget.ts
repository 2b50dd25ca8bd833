/** Decides whether a run of an agent still fits into the budget of its trigger; what does not is skipped, with the reason. */
import { dayStart } from '../chat/times.ts';
import type { Budget } from '../core/action.ts';
import type { Admission, AdmissionBatch, Admit, Admitted } from '../core/admission.ts';
import type { Clock } from '../core/clock.ts';
import type { TriggerId } from '../core/ids.ts';
import type { RunLedger } from '../core/ledger.ts';
import { chatKey } from '../core/message.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { UsageLedger } from '../core/usage-ledger.ts';

/** What budgets are counted with. */
export interface BudgetDeps {
  readonly admit: Admit;
  readonly runs: Pick<RunLedger, 'countsOf'>;
  readonly usage: Pick<UsageLedger, 'usage'>;
  /** Zone whose days count. */
  readonly zone: () => string;
  /** Asks a chat. */
  readonly ask: (question: OutgoingMessage, trigger: TriggerId) => void;
  readonly clock: Clock;
}

/** The same door, with a look at the budget of what comes in; batches without budgets pass as they are. */
export function withBudgets(deps: BudgetDeps): Admit {
  return function admitWithinBudget(batch: AdmissionBatch): Promise<readonly Admitted[]> {
    if (!batch.admissions.some((admission) => budgetOf(admission) !== undefined)) return deps.admit(batch);
    return admitCounted(batch, deps);
  };
}

async function admitCounted(batch: AdmissionBatch, deps: BudgetDeps): Promise<readonly Admitted[]> {
  const consumed = new Map<TriggerId, Consumed>();
  const admissions: Admission[] = [];
  for (const admission of batch.admissions) admissions.push(await judged(admission, consumed, deps));
  const answers = await deps.admit({ ...batch, admissions });
  for (const [index, answer] of answers.entries()) {
    const admission = admissions[index];
    if (answer.kind === 'admitted' && admission !== undefined && isAsked(admission, batch.admissions[index]))
      deps.ask(questionOf(admission), admission.spec.trigger);
  }
  return answers;
}

interface Consumed {
  readonly runs: number;
  readonly costUsd: number;
}

function budgetOf({ spec, state, overBudget }: Admission): Budget | undefined {
  const isToRun = state === 'queued' || state === 'scheduled';
  if (!isToRun || overBudget === true || spec.action.kind !== 'agent_run') return undefined;
  const { budget } = spec.action;
  return budget?.runsPerDay === undefined && budget?.costPerDay === undefined ? undefined : budget;
}

async function judged(
  admission: Admission,
  consumed: Map<TriggerId, Consumed>,
  deps: BudgetDeps,
): Promise<Admission> {
  const budget = budgetOf(admission);
  if (budget === undefined) return admission;
  const lane = admission.spec.trigger;
  const so = consumed.get(lane) ?? (await consumedToday(lane, deps));
  const reason = overspent(budget, so);
  if (reason !== undefined) return { ...admission, state: 'skipped', reason };
  consumed.set(lane, { ...so, runs: so.runs + 1 });
  return admission;
}

async function consumedToday(lane: TriggerId, { runs, usage, zone, clock }: BudgetDeps): Promise<Consumed> {
  const totals = await usage.usage({ since: dayStart(zone(), clock.now()), lane });
  const { queued, running } = await runs.countsOf(lane);
  return {
    runs: totals.reduce((sum, one) => sum + one.runs, 0) + queued + running,
    costUsd: totals.reduce((sum, one) => sum + (one.costUsd ?? 0), 0),
  };
}

function overspent({ runsPerDay, costPerDay }: Budget, { runs, costUsd }: Consumed): string | undefined {
  if (runsPerDay !== undefined && runs >= runsPerDay) return `budget: ${runsPerDay} runs a day are used up`;
  if (costPerDay !== undefined && costUsd >= costPerDay)
    return `budget: $${costPerDay.toFixed(2)} a day are used up ($${costUsd.toFixed(2)} so far)`;
  return undefined;
}

function isAsked(admission: Admission, before: Admission | undefined): boolean {
  const { action, chat } = admission.spec;
  const isOver = admission.state === 'skipped' && before?.state !== 'skipped';
  return isOver && chat !== undefined && action.kind === 'agent_run' && action.budget?.over === 'ask';
}

function questionOf({ id, trigger, reason, spec }: Admission): OutgoingMessage {
  const to = spec.chat ?? { bot: '', chat: 0 };
  return {
    key: `notice:budget:${id}:${chatKey(to)}`,
    to,
    kind: 'notice',
    run: id,
    content: {
      text: `💸 ${trigger} was not run: ${reason ?? ''}. Run it all the same?`,
      silent: false,
      buttons: [[{ label: 'Run anyway', command: `/retry ${id} anyway` }]],
    },
  };
}
