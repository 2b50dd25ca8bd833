/** Decides what becomes of a moment that is held when it comes, and how many of a cron may wait. */
import type { CronTrigger, DueMoment, MissCause } from '../core/trigger.ts';

/** What holds a moment back. */
export interface Hold {
  readonly cause: MissCause;
  /** In words, for the reason of the row. */
  readonly why: string;
}

/** Everything that may. */
export const holds = {
  stopping: { cause: 'down', why: 'the service was stopping' },
  disabled: { cause: 'disabled', why: 'disabled' },
  paused: { cause: 'paused', why: 'paused' },
} as const satisfies Record<string, Hold>;

/** What becomes of a moment that is held: it waits for the end of the hold, unless the rule is to leave it out. */
export function keepBack({ missed }: CronTrigger, dueAt: number, { cause, why }: Hold): DueMoment {
  const rule = missed.by[cause];
  const reason = `${why}; policy ${rule}`;
  return rule === 'skip'
    ? { dueAt, state: 'skipped', reason }
    : { dueAt, state: 'scheduled', reason, held: cause };
}

/** How many moments of a cron may wait for the end of a hold; the newest do. */
export function mostHeld({ missed }: CronTrigger, { cause }: Hold): number {
  return missed.by[cause] === 'last' ? 1 : missed.limit;
}
