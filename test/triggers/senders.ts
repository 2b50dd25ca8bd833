/** Decides how each provider signs, written a second time from its own page, so that no mistake of ours can hide in both. */
import { createHash, createHmac, generateKeyPairSync, sign as signAsymmetric } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Delivery } from '../../src/core/trigger.ts';
import type { ProviderName } from '../../src/triggers/auth.ts';

/** What a sender signs. */
export interface Sending {
  readonly secret: string;
  readonly body: string;
  /** Epoch ms. */
  readonly at: number;
  readonly id: string;
  /** With scheme and host. */
  readonly url: string;
}

/** What it sends: path and query as received, and headers in lower case. */
export interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly url?: string;
}

/** One provider. */
export interface Sender {
  /** What is configured: the shared secret, or the public key. */
  readonly secret: string;
  readonly other: string;
  readonly contentType: string;
  /** A body as this provider sends it at that time, and the same with one byte changed. */
  readonly body: (at: number, secret: string) => string;
  readonly send: (sending: Sending) => Sent;
  /** The header or place of what proves it. */
  readonly proof: string;
  /** How far its time may be off, seconds; undefined: nothing says when it was sent. */
  readonly toleranceS?: number;
}

const shared = {
  secret: 'correct horse battery staple',
  other: 'another secret of theirs',
  contentType: 'application/json',
};
const whsec = (text: string): string => `whsec_${Buffer.from(text).toString('base64')}`;
const based = {
  ...shared,
  secret: whsec('a key of twenty-four byte'),
  other: whsec('another key of its own go'),
};
const plainBody = (): string => '{"action":"opened","n":1}';

function hmac(algorithm: string, secret: string | Buffer, text: string): string {
  return createHmac(algorithm, secret).update(text).digest('hex');
}

/** What stands in hex, in base64. */
function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

const seconds = (at: number): string => String(Math.floor(at / 1_000));

/** Private keys by the public ones that are configured. */
const privateKeys = new Map<string, KeyObject>();

function keyPair(kind: 'discord' | 'sendgrid' | 'whpk'): string {
  const { publicKey, privateKey } =
    kind === 'sendgrid' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const der = publicKey.export({ format: 'der', type: 'spki' });
  const bare = der.subarray(-32);
  const text =
    kind === 'sendgrid'
      ? der.toString('base64')
      : kind === 'discord'
        ? bare.toString('hex')
        : `whpk_${bare.toString('base64')}`;
  privateKeys.set(text, privateKey);
  return text;
}

/** A signature by the private half of a configured public key. */
export function signedWith(publicKey: string, text: string, digest: 'sha256' | null): Buffer {
  const key = privateKeys.get(publicKey);
  if (key === undefined) throw new Error('no private key of that public one');
  return signAsymmetric(digest, Buffer.from(text), key);
}

function simple(proof: string, make: (sending: Sending) => string, more: Partial<Sender> = {}): Sender {
  return {
    ...shared,
    body: plainBody,
    proof,
    send: (sending) => ({ headers: { [proof]: make(sending) } }),
    ...more,
  };
}

function standard(prefix: string): Sender {
  return {
    ...based,
    body: plainBody,
    proof: `${prefix}-signature`,
    toleranceS: 300,
    send: ({ secret, id, at, body }) => ({
      headers: {
        [`${prefix}-id`]: id,
        [`${prefix}-timestamp`]: seconds(at),
        [`${prefix}-signature`]: `v1,${base64(hmac('sha256', Buffer.from(secret.slice(6), 'base64'), `${id}.${seconds(at)}.${body}`))}`,
      },
    }),
  };
}

/** Sorted by name, each name followed by its value. */
export function twilioText(body: string): string {
  return [...new URLSearchParams(body)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat()
    .join('');
}

/** Every provider, as its page says; what it is for is in `src/triggers/presets.ts`. */
export const senders = {
  bitbucket: simple('x-hub-signature', ({ secret, body }) => `sha256=${hmac('sha256', secret, body)}`),
  discord: simple('x-signature-ed25519', () => '', {
    secret: keyPair('discord'),
    other: keyPair('discord'),
    toleranceS: 300,
    body: () => '{"id":"1","type":2,"data":{"name":"deploy"}}',
    send: ({ secret, at, body }) => ({
      headers: {
        'x-signature-timestamp': seconds(at),
        'x-signature-ed25519': signedWith(secret, seconds(at) + body, null).toString('hex'),
      },
    }),
  }),
  forgejo: simple('x-forgejo-signature', ({ secret, body }) => hmac('sha256', secret, body)),
  gitea: simple('x-gitea-signature', ({ secret, body }) => hmac('sha256', secret, body)),
  github: simple('x-hub-signature-256', ({ secret, body }) => `sha256=${hmac('sha256', secret, body)}`),
  gitlab: simple('x-gitlab-token', ({ secret }) => secret),
  linear: simple('linear-signature', ({ secret, body }) => hmac('sha256', secret, body), {
    toleranceS: 60,
    body: (at) => `{"action":"create","webhookTimestamp":${at}}`,
  }),
  meta: simple('x-hub-signature-256', ({ secret, body }) => `sha256=${hmac('sha256', secret, body)}`),
  'microsoft-graph': simple('clientState', () => '', {
    body: (_at, secret) =>
      JSON.stringify({ value: [{ clientState: secret, changeType: 'created' }, { clientState: secret }] }),
    send: () => ({ headers: {} }),
  }),
  pagerduty: simple('x-pagerduty-signature', ({ secret, body }) => `v1=${hmac('sha256', secret, body)}`),
  sendgrid: simple('x-twilio-email-event-webhook-signature', () => '', {
    secret: keyPair('sendgrid'),
    other: keyPair('sendgrid'),
    toleranceS: 300,
    body: () => '[{"event":"delivered"}]\r\n',
    send: ({ secret, at, body }) => ({
      headers: {
        'x-twilio-email-event-webhook-timestamp': seconds(at),
        'x-twilio-email-event-webhook-signature': signedWith(secret, seconds(at) + body, 'sha256').toString(
          'base64',
        ),
      },
    }),
  }),
  sentry: simple('sentry-hook-signature', ({ secret, body }) => hmac('sha256', secret, body)),
  shopify: simple('x-shopify-hmac-sha256', ({ secret, body }) => base64(hmac('sha256', secret, body))),
  slack: simple('x-slack-signature', () => '', {
    toleranceS: 300,
    send: ({ secret, at, body }) => ({
      headers: {
        'x-slack-request-timestamp': seconds(at),
        'x-slack-signature': `v0=${hmac('sha256', secret, `v0:${seconds(at)}:${body}`)}`,
      },
    }),
  }),
  'standard-webhooks': standard('webhook'),
  stripe: simple(
    'stripe-signature',
    ({ secret, at, body }) => `t=${seconds(at)},v1=${hmac('sha256', secret, `${seconds(at)}.${body}`)}`,
    { toleranceS: 300, body: () => '{"id":"evt_1","type":"charge.succeeded"}' },
  ),
  svix: standard('svix'),
  telegram: simple('x-telegram-bot-api-secret-token', ({ secret }) => secret, {
    secret: 'letters_and-digits',
    other: 'other_letters',
    body: () => '{"update_id":7,"message":{}}',
  }),
  twilio: simple(
    'x-twilio-signature',
    ({ secret, url, body }) => base64(hmac('sha1', secret, url + twilioText(body))),
    {
      contentType: 'application/x-www-form-urlencoded',
      body: () => 'From=%2B15551234&Body=a+caf%C3%A9&CallSid=CA1',
    },
  ),
  twitch: simple('twitch-eventsub-message-signature', () => '', {
    toleranceS: 600,
    send: ({ secret, id, at, body }) => {
      // Nanoseconds, as Twitch writes them.
      const time = new Date(at).toISOString().replace('Z', '123456Z');
      return {
        headers: {
          'twitch-eventsub-message-id': id,
          'twitch-eventsub-message-timestamp': time,
          'twitch-eventsub-message-signature': `sha256=${hmac('sha256', secret, id + time + body)}`,
        },
      };
    },
  }),
} as const satisfies Record<ProviderName, Sender>;

/** The asymmetric form of Standard Webhooks. */
export const standardAsymmetric: Sender = {
  ...standard('webhook'),
  secret: keyPair('whpk'),
  other: keyPair('whpk'),
  send: ({ secret, id, at, body }) => ({
    headers: {
      'webhook-id': id,
      'webhook-timestamp': seconds(at),
      'webhook-signature': `v1a,${signedWith(secret, `${id}.${seconds(at)}.${body}`, null).toString('base64')}`,
    },
  }),
};

/** JSON from Twilio: the hash of the body is in the query. */
export const twilioJson: Sender = {
  ...senders.twilio,
  contentType: 'application/json',
  body: plainBody,
  send: ({ secret, url, body }) => {
    const hashed = `${url}?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    return { url: hashed, headers: { 'x-twilio-signature': base64(hmac('sha1', secret, hashed)) } };
  },
};

/** When and where everything arrives in these tests. */
export const AT = Date.UTC(2026, 10, 26, 3);
export const ORIGIN = 'https://hooks.example.com';

/** What can be different about a delivery. */
export interface Change {
  readonly secret?: string;
  readonly sentAt?: number;
  readonly id?: string;
  /** Changes the body after it was signed. */
  readonly mangle?: (body: string) => string;
  readonly headers?: Delivery['headers'];
}

/** A delivery of `sender` that arrives at `AT`. */
export function deliveryOf(sender: Sender, change: Change = {}): Delivery {
  const {
    secret = sender.secret,
    sentAt = AT,
    id = 'msg_1',
    mangle = (body: string) => body,
    headers = {},
  } = change;
  const body = sender.body(sentAt, secret);
  const sent = sender.send({ secret, body, at: sentAt, id, url: `${ORIGIN}/hook` });
  return {
    method: 'POST',
    url: (sent.url ?? `${ORIGIN}/hook`).slice(ORIGIN.length),
    origin: () => ORIGIN,
    headers: { 'content-type': sender.contentType, ...sent.headers, ...headers },
    body: Buffer.from(mangle(body)),
    receivedAt: AT,
  };
}
