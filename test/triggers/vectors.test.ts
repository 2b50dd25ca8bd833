/** Holds the verifier to what providers themselves publish and to what their own packages sign and accept. */
import { sign as signGithub } from '@octokit/webhooks-methods';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Delivery } from '../../src/core/trigger.ts';
import { compileAuth } from '../../src/triggers/auth.ts';
import type { AuthSpec, ProviderName } from '../../src/triggers/auth.ts';
import { header, plainSchemes } from '../../src/triggers/schemes.ts';
import { sign } from '../../src/triggers/sign.ts';

interface Vector {
  /** Where it is published. */
  readonly source: string;
  readonly secret: string;
  readonly body: string;
  readonly headers: Delivery['headers'];
  /** Seconds. */
  readonly at?: number;
  /** Scheme, host and path. */
  readonly url?: readonly [origin: string, url: string];
}

const FORM = 'application/x-www-form-urlencoded';

const published: ReadonlyArray<readonly [ProviderName, Vector]> = [
  [
    'github',
    {
      source: 'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries',
      secret: "It's a Secret to Everybody",
      body: 'Hello, World!',
      headers: {
        'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
      },
    },
  ],
  [
    'bitbucket',
    {
      source: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/#Examples',
      secret: "It's a Secret to Everybody",
      body: 'Hello World!',
      headers: {
        'x-hub-signature': 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9',
      },
    },
  ],
  [
    'slack',
    {
      source: 'https://docs.slack.dev/authentication/verifying-requests-from-slack',
      secret: '8f742231b10e8888abcd99yyyzzz85a5',
      at: 1_531_420_618,
      body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
      headers: {
        'x-slack-request-timestamp': '1531420618',
        'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
      },
    },
  ],
  [
    'twilio',
    {
      source: 'https://github.com/twilio/twilio-node/blob/main/spec/validation.spec.js',
      secret: '12345',
      url: ['https://mycompany.com', '/myapp.php?foo=1&bar=2'],
      body: 'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212',
      headers: { 'content-type': FORM, 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' },
    },
  ],
  [
    'standard-webhooks',
    {
      source:
        'https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/javascript/src/index.test.ts',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      at: 1_614_265_330,
      body: '{"test": 2432232314}',
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
    },
  ],
  [
    'sendgrid',
    {
      source:
        'https://github.com/sendgrid/sendgrid-nodejs/blob/main/packages/eventwebhook/src/eventwebhook.spec.js',
      secret:
        'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==',
      at: 1_600_112_502,
      body: `${JSON.stringify([
        {
          email: 'hello@world.com',
          event: 'dropped',
          reason: 'Bounced Address',
          sg_event_id: 'ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA',
          sg_message_id: 'LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0',
          'smtp-id': '<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>',
          timestamp: 1_600_112_492,
        },
      ])}\r\n`,
      headers: {
        'x-twilio-email-event-webhook-timestamp': '1600112502',
        'x-twilio-email-event-webhook-signature':
          'MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=',
      },
    },
  ],
];

function verdictOf(
  spec: AuthSpec,
  { body, headers, at = 0, url = ['', '/hook'] }: Omit<Vector, 'source' | 'secret'>,
): string {
  const [origin, path] = url;
  const verdict = compileAuth(spec).verify({
    method: 'POST',
    url: path,
    origin: () => origin,
    headers,
    body: Buffer.from(body),
    receivedAt: at * 1_000,
  });
  return verdict.ok ? 'ok' : verdict.reason;
}

function provider(name: ProviderName, secret: string): AuthSpec {
  return { kind: 'provider', provider: name, secrets: [new Secret(secret)] };
}

describe('the published example', () => {
  it.each(published)('of %s passes, and with another body does not', (name, vector) => {
    const spec = provider(name, vector.secret);
    expect(verdictOf(spec, vector)).toBe('ok');
    expect(verdictOf(spec, { ...vector, body: vector.body.replace('e', 'E') })).toBe('wrong signature');
  });

  it('of Ed25519 (RFC 8032 §7.1, test 2) passes under its bare key', () => {
    const scheme = {
      ...plainSchemes.sha256,
      algorithm: 'ed25519',
      secret: 'hex',
      places: [header('x-sig')],
      labels: [],
    } as const;
    const key = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
    const signature =
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';
    const spec: AuthSpec = { kind: 'signature', scheme, secrets: [new Secret(key)] };
    expect(verdictOf(spec, { body: '\x72', headers: { 'x-sig': signature } })).toBe('ok');
    expect(verdictOf(spec, { body: '\x73', headers: { 'x-sig': signature } })).toBe('wrong signature');
  });
});

describe("the vendors' own packages", () => {
  const stripe = new Stripe('sk_test_none');
  const body = '{"id":"evt_1","object":"event","type":"charge.succeeded","text":"a café"}';
  const at = Math.floor(Date.now() / 1_000);
  const whsec = `whsec_${Buffer.from('a key of twenty-four byte').toString('base64')}`;
  const request = {
    url: 'https://a.example/hook',
    contentType: 'application/json',
    body: Buffer.from(body),
    deliveryId: 'msg_1',
    at: at * 1_000,
  };

  it('sign what passes: GitHub', async () => {
    const headers = { 'x-hub-signature-256': await signGithub('pass-word', body) };
    expect(verdictOf(provider('github', 'pass-word'), { body, headers })).toBe('ok');
  });

  it('sign what passes: Stripe, with one good signature among several of several versions', () => {
    const good = stripe.webhooks.generateTestHeaderString({
      payload: body,
      secret: 'whsec_abc',
      timestamp: at,
    });
    const many = good.replace(',v1=', `,v1=${'0'.repeat(64)},v0=${'1'.repeat(64)},v1=`);
    for (const signature of [good, many])
      expect(
        verdictOf(provider('stripe', 'whsec_abc'), { body, at, headers: { 'stripe-signature': signature } }),
      ).toBe('ok');
  });

  it('sign what passes: Svix and Standard Webhooks', () => {
    const svix = new SvixWebhook(whsec).sign('msg_1', new Date(at * 1_000), body);
    const standard = new StandardWebhook(whsec).sign('msg_1', new Date(at * 1_000), body);
    const under = (prefix: string, signature: string): Delivery['headers'] => ({
      [`${prefix}-id`]: 'msg_1',
      [`${prefix}-timestamp`]: String(at),
      [`${prefix}-signature`]: `v1,${'A'.repeat(43)}= ${signature}`,
    });
    expect(verdictOf(provider('svix', whsec), { body, at, headers: under('svix', svix) })).toBe('ok');
    expect(verdictOf(provider('gitlab', whsec), { body, at, headers: under('webhook', standard) })).toBe(
      'ok',
    );
  });

  it('accept what we sign: Stripe and Svix', () => {
    const ours = sign(provider('stripe', 'whsec_abc'), request).headers['stripe-signature'] ?? '';
    expect(stripe.webhooks.constructEvent(body, ours, 'whsec_abc')).toMatchObject({ id: 'evt_1' });
    const signed = { ...sign(provider('svix', whsec), request).headers };
    const svix = new SvixWebhook(whsec);
    expect(() => svix.verify(body, signed)).not.toThrow();
    expect(() => svix.verify(`${body} `, signed)).toThrow();
  });
});
