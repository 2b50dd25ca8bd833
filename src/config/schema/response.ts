/** Decides the keys that say what the sender of a delivery is told, and when. */
import * as z from 'zod';
import { duration, key, text, whole, word } from './key.ts';
import { secret, textOrSecret } from './secret.ts';
import { ranges } from './values.ts';

/** The ways of answering. */
export const responseKinds = ['ack', 'wait', 'stream', 'callback'] as const;

/** How long the sender of `wait` is kept, as written. */
export const DEFAULT_RESPONSE_TIMEOUT = '30s';

const SECRET_FORMS = '`{ env = "NAME" }`, `{ file = "path" }` or `{ credential = "name" }`';

/** Keys of a webhook about its answer. */
export const responseKeys = {
  response: key(word(responseKinds).default('ack'), {
    description:
      'What the sender is answered: `ack` is 202 before the run begins, `wait` its result, `stream` its output as it comes, `callback` 202 and then its result, posted to `callback_url`.',
    reload: 'applied',
  }),
  response_timeout: key(duration.optional(), {
    description: '`wait`: how long the sender is kept; then it is answered 202, and the run goes on.',
    reload: 'applied',
    otherwise: `\`${DEFAULT_RESPONSE_TIMEOUT}\``,
  }),
  response_status: key(
    z
      .record(text, whole(200, 599), { error: 'expected a table such as { "0" = 200, "1" = 422 }' })
      .optional(),
    {
      description:
        '`wait`: HTTP status by exit code, or by the state in which the run ended, such as `{ "3" = 422, cancelled = 409 }`; the exit code goes before the state.',
      reload: 'applied',
      otherwise: '200 for `succeeded`, 500 for every other end',
      written: 'table of whole numbers',
    },
  ),
  response_type: key(
    text
      .regex(
        /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;[\x20-\x7e]*)?$/,
        'expected a type such as "application/json"',
      )
      .optional(),
    {
      description: '`wait`, `stream`: the `Content-Type` of the output.',
      reload: 'applied',
      otherwise: '`text/plain; charset=utf-8`',
    },
  ),
  callback_url: key(textOrSecret.optional(), {
    description: `\`callback\`: where the result is posted. \`{{run_id}}\`, \`{{trigger_id}}\` and \`{{secrets.NAME}}\` work; ${SECRET_FORMS} keeps all of it out of the file.`,
    reload: 'applied',
    written: 'string, or secret',
  }),
  callback_secret: key(secret.optional(), {
    description: '`callback`: what signs it, by Standard Webhooks: base64, usually after `whsec_`.',
    reload: 'applied',
    written: 'secret',
  }),
  callback_allow_private: key(ranges.optional(), {
    description: '`callback`: address ranges (CIDR) that may be reached although they are not public.',
    reload: 'applied',
    otherwise: 'none',
  }),
} as const;

/** The keys that only one way of answering reads, or two. */
export const keysOfResponse = {
  ack: [],
  wait: ['response_timeout', 'response_status', 'response_type'],
  stream: ['response_type'],
  callback: ['callback_url', 'callback_secret', 'callback_allow_private'],
} as const satisfies Record<(typeof responseKinds)[number], ReadonlyArray<keyof typeof responseKeys>>;
