/** Decides the keys of a webhook. */
import * as z from 'zod';
import { DEFAULT_MAX_QUEUED } from '../../core/policy.ts';
import { providerNames } from '../../triggers/auth.ts';
import type { ProviderName } from '../../triggers/auth.ts';
import { actionKeys } from './action.ts';
import { coalesceTable } from './coalesce.ts';
import { contextKeys, triggerName } from './context.ts';
import { expectTable } from './expect.ts';
import { filterKey } from './filter.ts';
import { key, oneOf, text, whole } from './key.ts';
import { policyKeys } from './policy.ts';
import { responseKeys } from './response.ts';
import { secret, secrets } from './secret.ts';
import { signatureTable } from './signature.ts';
import { uploadKeys } from './upload.ts';

const PATH_HELP = 'expected "/" and then letters, digits, "/", "_", "." or "-"';

const auths = ['bearer', 'basic', 'hmac-sha256', 'hmac-sha1', 'none'] as const;

/** One of them, or a plugin that knows the sender. */
const authWord = z.union([z.enum(auths), z.templateLiteral(['plugin:', z.string()])], {
  error: `expected ${oneOf([...auths, 'plugin:ID'])}`,
});

/** `[[triggers.webhooks]]`. */
export const webhookTable = z.strictObject(
  {
    id: key(triggerName, { description: 'Its name; no two webhooks share one.', reload: 'applied' }),
    path: key(text.regex(/^\/[A-Za-z0-9/_.-]+$/, PATH_HELP), {
      description: 'The path of its URL, compared exactly; no two webhooks share one.',
      reload: 'applied',
    }),
    auth: key(authWord.optional(), {
      description:
        'How a sender proves itself; `plugin:ID` asks a plugin that knows, `plugin:ID.VERIFIER` where it knows several senders.',
      reload: 'applied',
      otherwise: '`bearer`, unless `provider` is set',
    }),
    provider: key(
      z
        .enum(providerNames as readonly [ProviderName, ...ProviderName[]], { error: providerHelp() })
        .optional(),
      {
        description: `A sender's own way: sets signature, tolerance of its clock, delivery id, event name and handshake at once. One of ${providerNames.map((name) => `\`${name}\``).join(', ')}.`,
        reload: 'applied',
        written: 'name of a sender',
      },
    ),
    secret: key(secrets.optional(), {
      description:
        'What the sender knows: a string, `{ env = "NAME" }`, `{ file = "path" }`, `{ credential = "name" }`, or a list of those while one is rotated. Needed unless `auth` is `none` or a plugin.',
      reload: 'applied',
      written: 'secret, or list of secrets',
    }),
    username: key(text.optional(), {
      description: 'The user name, for `auth = "basic"`.',
      reload: 'applied',
    }),
    signature: key(signatureTable.optional(), {
      description:
        'The way of a sender that `provider` has no name for: where its signature is, and what is signed.',
      reload: 'applied',
    }),
    verify_token: key(secret.optional(), {
      description:
        'What Meta is told beside the address; it asks with it, by GET, before it sends anything. A secret, for `provider = "meta"`.',
      reload: 'applied',
      otherwise: 'such a request is answered 405',
      written: 'secret',
    }),
    allow_ips: key(
      z
        .array(text, { error: 'expected a list of addresses and ranges' })
        .min(1, 'must not be empty')
        .optional(),
      {
        description:
          'Addresses and ranges (CIDR) that deliveries are taken from; others get the answer of a wrong signature. Behind a proxy, list that one in `trusted_proxies`.',
        reload: 'applied',
        otherwise: 'anywhere',
      },
    ),
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
    filter: filterKey,
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
    ...responseKeys,
    ...uploadKeys,
    ...contextKeys,
    ...actionKeys,
    ...policyKeys,
  },
  { error: 'expected a table' },
);

/** A webhook as written. */
export type WebhookConfig = z.infer<typeof webhookTable>;

function providerHelp(): string {
  return `expected ${providerNames.map((name) => `"${name}"`).join(', ')}`;
}
