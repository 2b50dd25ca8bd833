/** Holds signing to its promise: what it makes is what the vendors' own packages and our verifier accept. */
import { verify as verifyGithub } from '@octokit/webhooks-methods';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { Secret } from '../../src/core/secret.ts';
import { compileAuth, providerNames } from '../../src/triggers/auth.ts';
import type { AuthSpec } from '../../src/triggers/auth.ts';
import { deliveryIdOf, eventNameOf } from '../../src/triggers/delivery.ts';
import { sign } from '../../src/triggers/sign.ts';
import type { Signed, Unsigned } from '../../src/triggers/sign.ts';
import { AT, ORIGIN } from './senders.ts';

const tokens: readonly string[] = ['gitlab', 'telegram', 'microsoft-graph'];

const encodedKey = Buffer.from('a key of many random bytes').toString('base64');
const secrets = [new Secret(`whsec_${encodedKey}`), new Secret('whsec_b2xk')];

// Only who has the private key can sign in their name.
const unsignable = new Set<string>(['discord', 'sendgrid']);
const specs: readonly AuthSpec[] = [
  { kind: 'none' },
  { kind: 'bearer', secrets },
  { kind: 'basic', username: 'robot', secrets },
  { kind: 'hmac', algorithm: 'sha1', secrets },
  { kind: 'hmac', algorithm: 'sha256', secrets },
  ...providerNames
    .filter((provider) => !unsignable.has(provider))
    .map((provider): AuthSpec => ({ kind: 'provider', provider, secrets })),
];
const named = specs.map((spec) => [JSON.stringify({ ...spec, secrets: undefined }), spec] as const);
const signed = named.filter(
  ([, spec]) => spec.kind === 'hmac' || (spec.kind === 'provider' && !tokens.includes(spec.provider)),
);

function request(body: string | Uint8Array): Unsigned {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const url = 'https://hooks.example.com/hook';
  return { url, contentType: 'application/json', body: bytes, deliveryId: 'msg_1', at: AT, event: 'push' };
}

function accepts(spec: AuthSpec, { url, headers, body }: Signed): boolean {
  return compileAuth(spec).verify({
    method: 'POST',
    url: url.slice(ORIGIN.length),
    origin: () => ORIGIN,
    headers: { 'content-type': 'application/json', ...headers },
    body,
    receivedAt: AT,
  }).ok;
}

describe('our own verifier', () => {
  test.each(named)('accepts what %s signs, whatever is in it', (_name, spec) => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
        expect(accepts(spec, sign(spec, request(JSON.stringify(body))))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test.each(signed)('refuses it with %s when a byte of the body changed', (_name, spec) => {
    const sent = sign(spec, request('{"a":1}'));
    const body = Buffer.from(Buffer.from(sent.body).toString().replace('1', '2'));
    expect(accepts(spec, { ...sent, body })).toBe(false);
  });

  test.each(named.filter(([, { kind }]) => kind !== 'none'))(
    'with %s the first secret signs, not an old one',
    (_name, spec) => {
      const sent = sign(spec, request('{}'));
      expect(accepts({ ...spec, secrets: secrets.slice(0, 1) } as AuthSpec, sent)).toBe(true);
      expect(accepts({ ...spec, secrets: secrets.slice(1) } as AuthSpec, sent)).toBe(false);
    },
  );

  test('accepts a form of Twilio', () => {
    const spec: AuthSpec = { kind: 'provider', provider: 'twilio', secrets };
    const contentType = 'application/x-www-form-urlencoded';
    const sent = sign(spec, { ...request('B=2&A=1'), contentType, event: undefined });
    const typed = { ...sent, headers: { ...sent.headers, 'content-type': contentType } };
    expect(accepts(spec, typed)).toBe(true);
    expect(accepts(spec, { ...typed, body: Buffer.from('B=2&A=2') })).toBe(false);
    expect(sent.url).toBe('https://hooks.example.com/hook');
  });
});

describe('what cannot be signed', () => {
  test.each(['discord', 'sendgrid'] as const)('%s says that only it has the key', (provider) => {
    const spec: AuthSpec = { kind: 'provider', provider, secrets: [new Secret('00'.repeat(32))] };
    expect(() => sign(spec, request('{}'))).toThrow(
      expect.objectContaining({ code: 'invalid_argument', message: expect.stringMatching(/public key/) }),
    );
  });

  test('what a plugin verifies says that only the sender can', () => {
    const asks = { plugin: 'know', secrets: [new Secret('s')], with: {}, takesId: true };
    expect(() => sign({ kind: 'plugin', asks }, request('{}'))).toThrow(
      expect.objectContaining({
        code: 'invalid_argument',
        message: 'only the sender itself can sign what the plugin know verifies',
      }),
    );
  });

  test('a body that is no JSON says where the sender would have put something', () => {
    expect(() => sign({ kind: 'provider', provider: 'linear', secrets }, request('text'))).toThrow(
      /webhookTimestamp in the body, which therefore has to be a JSON object/,
    );
  });
});

describe("the vendors' packages", () => {
  test('GitHub’s accepts what we sign for it', async () => {
    const body = '{"ref":"refs/heads/main"}';
    const spec: AuthSpec = { kind: 'provider', provider: 'github', secrets: [new Secret('s3cret')] };
    const { headers } = sign(spec, request(body));
    expect(await verifyGithub('s3cret', body, headers['x-hub-signature-256'] ?? '')).toBe(true);
  });

  test('Standard Webhooks’ accepts what we sign for it', () => {
    const body = '{"type":"user.created"}';
    const spec: AuthSpec = { kind: 'provider', provider: 'standard-webhooks', secrets };
    const { headers } = sign(spec, { ...request(body), at: Date.now() });
    expect(new Webhook(`whsec_${encodedKey}`).verify(body, headers)).toEqual({ type: 'user.created' });
  });
});

describe('the event and the delivery id', () => {
  test('stand where the receiver looks for them', () => {
    for (const [name, spec] of named) {
      const { eventPlaces, deliveryId } = compileAuth(spec);
      const { url, headers, body } = sign(spec, request('{}'));
      const delivery = { headers, url, parsed: JSON.parse(Buffer.from(body).toString()) as JsonObject };
      expect([name, eventNameOf(delivery, eventPlaces)]).toEqual([name, 'push']);
      if (deliveryId?.kind === 'header') expect(deliveryIdOf(deliveryId, delivery)).toBe('msg_1');
    }
  });

  test('GitHub’s event is in GitHub’s header', () => {
    const { headers } = sign({ kind: 'provider', provider: 'github', secrets }, request('{}'));
    expect(headers).toMatchObject({ 'x-github-event': 'push', 'x-github-delivery': 'msg_1' });
  });

  test('an event that was not named has no header', () => {
    const { headers } = sign({ kind: 'none' }, { ...request('{}'), event: undefined });
    expect(headers).toEqual({});
  });
});

test('without a secret there is nothing to sign with', () => {
  expect(() => sign({ kind: 'bearer', secrets: [] }, request(''))).toThrow('a secret is required');
});
