/** Decides what becomes of the moments of a cron that are not served, from `missed` and its kin. */
import { LONGEST_MS } from '../core/duration.ts';
import { defaultMissed } from '../core/policy.ts';
import type { MissedRules, MissedWord } from '../core/trigger.ts';
import { msOf } from './compile-context.ts';
import { warning } from './problem.ts';
import type { Problem } from './problem.ts';
import type { CronConfig } from './schema/cron.ts';

/** The rules of one cron; those of crons that say nothing are one object. */
export function compileMissed(config: CronConfig, runOnce: boolean): MissedRules {
  const { missed, missed_when: when, missed_grace: grace, missed_limit: limit } = config;
  const isDefault =
    missed === undefined && when === undefined && grace === undefined && limit === defaultMissed.limit;
  if (isDefault && !runOnce) return defaultMissed;
  const general: MissedWord | undefined = missed ?? (runOnce ? 'all' : undefined);
  // A moment that is to come once is made up however late it is.
  const graceMs = runOnce ? LONGEST_MS : defaultMissed.graceMs;
  return {
    by: {
      down: when?.down ?? general ?? defaultMissed.by.down,
      paused: when?.paused ?? general ?? defaultMissed.by.paused,
      disabled: when?.disabled ?? defaultMissed.by.disabled,
      overlap: when?.overlap ?? defaultMissed.by.overlap,
    },
    graceMs: grace === undefined ? graceMs : msOf(grace),
    limit,
  };
}

/** What of the rules can do nothing here: a question needs somebody who is asked. */
export function checkMissed({ missed, missed_when: when }: CronConfig, hasChat: boolean): readonly Problem[] {
  if (hasChat) return [];
  const why = 'nobody can be asked: there is no chat; what is missed can be run with `untether retry`';
  const causes = (['down', 'paused', 'disabled'] as const).filter((cause) => when?.[cause] === 'ask');
  return [
    ...(missed === 'ask' ? [warning(['missed'], why)] : []),
    ...causes.map((cause) => warning(['missed_when', cause], why)),
  ];
}
