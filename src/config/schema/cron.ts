/** Decides the keys of a cron. */
import * as z from 'zod';
import { defaultMissed } from '../../core/policy.ts';
import { missedWords } from '../../core/trigger.ts';
import { actionKeys } from './action.ts';
import { contextKeys, triggerName } from './context.ts';
import { duration, flag, key, text, whole, word } from './key.ts';
import { policyKeys } from './policy.ts';

const OVERLAP_HELP =
  'expected "skip", "last" or "all"; a job that is slower than its interval would ask at every moment';

/** `missed_when`. */
export const missedWhenTable = z.strictObject(
  {
    down: key(word(missedWords).optional(), {
      description: 'The service was down, or the machine stood still.',
      reload: 'applied',
      otherwise: '`missed`',
    }),
    paused: key(word(missedWords).optional(), {
      description: 'It was paused, alone or with everything.',
      reload: 'applied',
      otherwise: '`missed`',
    }),
    disabled: key(word(missedWords).optional(), {
      description: 'It was switched off in the file; judged when it is switched on again.',
      reload: 'applied',
      otherwise: '`skip`',
    }),
    overlap: key(z.enum(['skip', 'last', 'all'], { error: OVERLAP_HELP }).optional(), {
      description:
        'Earlier runs were in the way and no place was free to wait in: leave it out, let the newest wait, or all up to `missed_limit`.',
      reload: 'applied',
      otherwise: '`skip`',
    }),
  },
  { error: 'expected a table such as { down = "all", paused = "skip" }' },
);

/** `[[triggers.crons]]`. */
export const cronTable = z.strictObject(
  {
    id: key(triggerName, { description: 'Its name; no two crons share one.', reload: 'applied' }),
    schedule: key(text.optional(), {
      description:
        'Cron expression of 5 to 7 fields, `@daily` and the like, `@every 90m` or `@reboot`. One of `schedule`, `every` and `at` is needed.',
      reload: 'applied',
    }),
    every: key(text.optional(), {
      description: 'A length of time between fires, such as `90m`.',
      reload: 'applied',
      written: 'duration',
    }),
    at: key(text.optional(), {
      description: 'One moment, such as `2026-12-24T18:00`; it fires then and never again.',
      reload: 'applied',
      written: 'date and time',
    }),
    timezone: key(text.optional(), {
      description: 'Zone in which the schedule is read, an IANA name such as `Europe/Berlin`.',
      reload: 'applied',
      otherwise: '`default_timezone`',
    }),
    dst: key(word(['vixie', 'skip', 'both']).default('vixie'), {
      description:
        'What happens to times of day that a clock change skips or repeats: `vixie` fires once either way, `skip` leaves skipped ones out, `both` fires repeated ones twice.',
      reload: 'applied',
    }),
    start: key(text.optional(), {
      description:
        'First moment that counts, such as `2026-12-01` or `2026-12-01T08:00`, in the zone of the schedule. Not where `every` counts from.',
      reload: 'applied',
      otherwise: 'none',
      written: 'date, or date and time',
    }),
    end: key(text.optional(), {
      description: 'Last moment that counts; of a date the whole day.',
      reload: 'applied',
      otherwise: 'none',
      written: 'date, or date and time',
    }),
    blackout: key(
      z.array(text, { error: 'expected a list such as ["22:00-06:00", "2026-12-24/2026-12-26"]' }).optional(),
      {
        description:
          'Time in which it is not due, in the zone of the schedule: `22:00-06:00` every day, its end left out; the day `2026-12-24`; the days `2026-12-24/2026-12-26`; or `2026-12-24T18:00/2026-12-26T08:00`. What falls into it has no run and is not made up.',
        reload: 'applied',
        otherwise: 'none',
        written: 'list of times',
      },
    ),
    run_once: key(flag.default(false), {
      description:
        'Fire once, then never again until the schedule changes. What overlap or a budget leaves out does not count.',
      reload: 'applied',
    }),
    overlap: key(word(['skip', 'queue', 'allow', 'replace']).default('queue'), {
      description:
        'When it is due while it still runs: leave it out, let one wait, run both, or end the older one.',
      reload: 'applied',
    }),
    max_queued: key(whole(0, 10_000).optional(), {
      description: 'With `overlap = "queue"`: how many may wait while one runs.',
      reload: 'applied',
      otherwise: '`1`',
    }),
    jitter: key(duration.optional(), {
      description: 'Each fire starts up to this much later, by chance; the row says how much it was.',
      reload: 'applied',
      otherwise: 'none',
    }),
    missed: key(word(missedWords).optional(), {
      description:
        'Which moments are made up that nobody could serve, because the service was down or it was paused: none, the last, all, or what somebody says who is asked in its chat.',
      reload: 'applied',
      otherwise: '`last`; `all` for those that fire once',
    }),
    missed_when: key(missedWhenTable.optional(), {
      description: 'The same for one cause, whatever `missed` says.',
      reload: 'applied',
    }),
    missed_grace: key(duration.optional(), {
      description: 'Moments older than this are not made up.',
      reload: 'applied',
      otherwise: '`1h`; no bound for those that fire once',
    }),
    missed_limit: key(whole(1, 10_000).default(defaultMissed.limit), {
      description: 'Most moments that `missed = "all"` makes up.',
      reload: 'applied',
    }),
    ...contextKeys,
    ...actionKeys,
    ...policyKeys,
  },
  { error: 'expected a table' },
);

/** A cron as written. */
export type CronConfig = z.infer<typeof cronTable>;
