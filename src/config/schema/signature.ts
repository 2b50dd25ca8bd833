/** Decides the keys that describe a signature of a sender that has no name here. */
import * as z from 'zod';
import { duration, flag, key, text, word } from './key.ts';

const PLACE_HELP =
  'expected a header such as "X-Signature", or "header:X-Name", "json:path.to.it" or "query:name"';
const place = text.regex(/^(?:(?:header:)?[A-Za-z0-9!#$%&'*+.^_`|~-]+|json:\S+|query:\S+)$/, PLACE_HELP);
const time = text.regex(
  /^(?:(?:header:)?[A-Za-z0-9!#$%&'*+.^_`|~-]+|json:\S+|query:\S+|list:\S+)$/,
  `${PLACE_HELP}, or "list:t=" for what stands beside the signature`,
);
const label = z
  .string({ error: 'expected a string' })
  .regex(/^[\x21-\x7e]+$/, 'expected visible ASCII without spaces');

/** `[triggers.webhooks.signature]`. */
export const signatureTable = z.strictObject(
  {
    header: key(place, {
      description: 'Where the signature is: a header, or `json:PATH`, or `query:NAME`.',
      reload: 'applied',
    }),
    algorithm: key(word(['sha1', 'sha256', 'sha512', 'ed25519', 'ecdsa-p256']).default('sha256'), {
      description:
        'An HMAC with this hash; or a signature by the sender’s private key, whose public half is `secret` then.',
      reload: 'applied',
    }),
    encoding: key(word(['hex', 'base64']).default('hex'), {
      description: 'How the bytes of the signature are written.',
      reload: 'applied',
    }),
    signed: key(z.string({ error: 'expected a string' }).min(1, 'must not be empty').default('{body}'), {
      description: 'What is signed: a text with `{id}`, `{timestamp}`, `{url}` and `{body}`.',
      reload: 'applied',
    }),
    timestamp: key(time.optional(), {
      description:
        'Where the time is at which it was signed: a header, `json:PATH`, `query:NAME`, or `list:t=` for the entry with that label beside the signature.',
      reload: 'applied',
      otherwise: 'requests do not grow old',
    }),
    timestamp_unit: key(word(['s', 'ms', 'iso']).default('s'), {
      description: 'Seconds or milliseconds since 1970, or a date and time (RFC 3339).',
      reload: 'applied',
    }),
    tolerance: key(duration.default('5m'), {
      description: 'How far that time may be from now, either way.',
      reload: 'applied',
    }),
    id: key(place.optional(), {
      description: 'Where the sender’s id of a delivery is; a repeated one runs once.',
      reload: 'applied',
    }),
    versions: key(
      z
        .union([label, z.array(label).min(1, 'must not be empty')], {
          error: 'expected a label such as "v1=", or a list of them',
        })
        .optional(),
      {
        description:
          'What stands before a signature, such as `v1=`; one that begins with nothing of this does not count.',
        reload: 'applied',
        otherwise: 'nothing does',
        written: 'string, or list of strings',
      },
    ),
    separator: key(word([',', ' ', ';']).default(','), {
      description: 'What stands between several signatures; one good one is enough.',
      reload: 'applied',
    }),
    secret_format: key(word(['text', 'base64', 'hex']).optional(), {
      description: 'How `secret` is written: as it is, or encoded. A public key may also be PEM.',
      reload: 'applied',
      otherwise: '`text`, of a public key `hex` (ed25519) or `base64` (ecdsa-p256)',
    }),
    raw: key(flag.default(false), {
      description: 'Of ecdsa-p256: the two numbers side by side (IEEE P1363) instead of DER.',
      reload: 'applied',
    }),
  },
  {
    error:
      'expected a table such as { header = "X-Signature", signed = "{timestamp}.{body}", timestamp = "X-Time" }',
  },
);

/** The table as written. */
export type SignatureConfig = z.infer<typeof signatureTable>;
