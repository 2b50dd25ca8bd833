/** Decides how it is said of a cron that the clock has no fire of it to come. */
import type { CronTrigger } from '../../core/trigger.ts';
import { isReboot, neverFires } from '../../scheduler/schedule.ts';

/** What is known of the cron. */
export interface Outlook {
  /** Epoch ms. */
  readonly now: number;
  /** It fires once and has done so. */
  readonly isSpent: boolean;
}

/** Why it has none. */
export type Never = 'at each start' | 'spent; it fires once' | 'never';

/** The words; null where a fire may come. */
export function whyNever(
  { schedule }: Pick<CronTrigger, 'schedule'>,
  { now, isSpent }: Outlook,
): Never | null {
  if (isReboot(schedule)) return 'at each start';
  if (isSpent) return 'spent; it fires once';
  return neverFires(schedule, now) ? 'never' : null;
}
