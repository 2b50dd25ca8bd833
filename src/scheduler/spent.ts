/** Decides whether a cron that fires once has done so. */
import type { Admission, Admitted } from '../core/admission.ts';
import type { TriggerId } from '../core/ids.ts';
import type { CronState, TriggerLedger } from '../core/trigger-ledger.ts';
import type { CronTrigger } from '../core/trigger.ts';

/** True for one that was admitted under the schedule that it has now. */
export function isSpent(cron: CronTrigger, state: CronState | undefined): boolean {
  return cron.runOnce && state !== undefined && state.spent && state.armHash === cron.armHash;
}

/** The one-shots that were to fire and did not by this: others were in the way, or the budget was used up. */
export function cameToNothing(
  admissions: readonly Admission[],
  answers: readonly Admitted[],
): readonly TriggerId[] {
  return admissions.flatMap(({ trigger, spends }, index) =>
    spends === undefined || isToRun(answers[index]) ? [] : [trigger],
  );
}

function isToRun(answer: Admitted | undefined): boolean {
  return answer?.kind === 'admitted' && (answer.state === 'queued' || answer.state === 'scheduled');
}

/** How many of the crons it is true for; the ledger is asked only where one of them fires once. */
export async function countSpent(
  crons: Iterable<CronTrigger>,
  triggers: Pick<TriggerLedger, 'cronStates'>,
): Promise<number> {
  const once = [...crons].filter(({ runOnce }) => runOnce);
  if (once.length === 0) return 0;
  const states = await triggers.cronStates();
  return once.filter((cron) => isSpent(cron, states.get(cron.id))).length;
}
