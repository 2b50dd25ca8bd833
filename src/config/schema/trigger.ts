/** Decides the keys of crons and webhooks. */
import * as z from 'zod';
import { DEFAULT_MAX_QUEUED, defaultMissed } from '../../core/policy.ts';
import { missedWords } from '../../core/trigger.ts';
import { providerNames } from '../../triggers/auth.ts';
import type { ProviderName } from '../../triggers/auth.ts';
import { actionKeys } from './action.ts';
import { coalesceTable } from './coalesce.ts';
import { contextKeys } from './context.ts';
import { expectTable } from './expect.ts';
import { body, duration, flag, ignored, integer, key, text, whole, word } from './key.ts';
import { policyKeys } from './policy.ts';
import { secrets } from './secret.ts';

const id = text
  .max(200, 'at most 200 characters')
  .refine((value) => !/\p{Cc}/u.test(value), 'holds a control character');

const OVERLAP_HELP =
  'expected "skip", "last" or "all"; a job that is slower than its interval would ask at every moment';

const PATH_HELP = 'expected "/" and then letters, digits, "/", "_", "." or "-"';

/** `[[triggers.webhooks]]`. */
export const webhookTable = z.strictObject(
  {
    id: key(id, { description: 'Its name; no two webhooks share one.', reload: 'applied' }),
    path: key(text.regex(/^\/[A-Za-z0-9/_.-]+$/, PATH_HELP), {
      description: 'The path of its URL, compared exactly; no two webhooks share one.',
      reload: 'applied',
    }),
    auth: key(word(['bearer', 'basic', 'hmac-sha256', 'hmac-sha1', 'none']).optional(), {
      description: 'How a sender proves itself.',
      reload: 'applied',
      otherwise: '`bearer`, unless `provider` is set',
    }),
    provider: key(
      z
        .enum(providerNames as readonly [ProviderName, ...ProviderName[]], { error: providerHelp() })
        .optional(),
      {
        description:
          "A sender's own way: sets signature, tolerance of its clock, delivery id and event name at once.",
        reload: 'applied',
      },
    ),
    secret: key(secrets.optional(), {
      description:
        'What the sender knows: a string, `{ env = "NAME" }`, `{ file = "path" }`, `{ credential = "name" }`, or a list of those while one is rotated. Needed unless `auth = "none"`.',
      reload: 'applied',
      written: 'secret, or list of secrets',
    }),
    username: key(text.optional(), {
      description: 'The user name, for `auth = "basic"`.',
      reload: 'applied',
    }),
    event_filter: key(
      z
        .union([text, z.array(text).min(1, 'must not be empty')], {
          error: 'expected an event name or a list of them',
        })
        .optional(),
      {
        description:
          'Events that pass, exactly as the sender names them; others are answered 200 `filtered`.',
        reload: 'applied',
        otherwise: 'every event passes',
        written: 'string, or list of strings',
      },
    ),
    dedupe: key(
      text
        .regex(
          /^(header:[A-Za-z0-9!#$%&'*+.^_`|~-]+|json:\S+|none)$/,
          'expected "header:X-My-Id", "json:event.id" or "none"',
        )
        .optional(),
      {
        description:
          "Where the sender's id of a delivery is, so that a repeated one runs once: `header:NAME`, `json:PATH` or `none`.",
        reload: 'applied',
        otherwise: "the provider's, else none",
      },
    ),
    max_body_bytes: key(whole(1024, 104_857_600).optional(), {
      description: 'Longest body, in bytes; longer ones are answered 413.',
      reload: 'applied',
      otherwise: "the server's",
    }),
    rate_limit: key(whole(1, 1_000_000).optional(), {
      description: 'Requests a minute; more are answered 429.',
      reload: 'applied',
      otherwise: "the server's",
    }),
    max_queued: key(whole(1, 1_000_000).default(DEFAULT_MAX_QUEUED), {
      description:
        'Waiting runs beyond which requests are answered 429. With `coalesce`, those that wait for their time count, too.',
      reload: 'applied',
    }),
    expect: key(expectTable.optional(), {
      description:
        'How often something has to arrive. When nothing does, a chat is told, once, and again when something does: that of `notify`, else that of the trigger.',
      reload: 'applied',
      otherwise: 'nobody minds',
    }),
    loop_limit: key(whole(1, 100_000).optional(), {
      description:
        'Requests within ten minutes that come while a run of it is under way, or ten seconds after one: more of them mean that its runs call it, and it is paused.',
      reload: 'applied',
      otherwise: 'none',
    }),
    coalesce: key(coalesceTable.optional(), {
      description:
        'Deliveries that follow each other closely run once: the newest, after a pause; those before it end as `superseded`.',
      reload: 'applied',
      otherwise: 'every delivery runs',
    }),
    response: key(
      z.enum(['ack'], { error: 'expected "ack", the one way of answering that there is' }).default('ack'),
      {
        description: 'What the sender is answered: `ack` is 202 at once, before the run begins.',
        reload: 'applied',
      },
    ),
    accept_multipart: ignored('Take uploads.', flag),
    file_destination: ignored('Where uploads go.', body),
    max_file_size_bytes: ignored('Longest uploaded file.', integer),
    ...contextKeys,
    ...actionKeys,
    ...policyKeys,
  },
  { error: 'expected a table' },
);

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
    id: key(id, { description: 'Its name; no two crons share one.', reload: 'applied' }),
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
      description: 'Fire once, then never again until the schedule changes.',
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

/** A webhook as written. */
export type WebhookConfig = z.infer<typeof webhookTable>;
/** A cron as written. */
export type CronConfig = z.infer<typeof cronTable>;
/** What crons and webhooks have in common. */
export type TriggerConfig = Pick<CronConfig, Extract<keyof CronConfig, keyof WebhookConfig>>;

function providerHelp(): string {
  return `expected ${providerNames.map((name) => `"${name}"`).join(', ')}`;
}
