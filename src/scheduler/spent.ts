/** Decides whether a cron that fires once has done so. */
import type { CronState } from '../core/trigger-ledger.ts';
import type { CronTrigger } from '../core/trigger.ts';

/** True for one that was admitted under the schedule that it has now. */
export function isSpent(cron: CronTrigger, state: CronState | undefined): boolean {
  return cron.runOnce && state !== undefined && state.spent && state.armHash === cron.armHash;
}
