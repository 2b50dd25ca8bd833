/** Holds signing to its promise: what it makes is what the vendors' own packages and our verifier accept. */
import { verify as verifyGithub } from '@octokit/webhooks-methods';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { compileAuth, providerNames } from '../../src/triggers/auth.ts';
import type { AuthSpec } from '../../src/triggers/auth.ts';
import { sign } from '../../src/triggers/sign.ts';
import type { Unsigned } from '../../src/triggers/sign.ts';

const NOW = Date.parse('2026-11-22T05:00:00.250Z');
const encodedKey = Buffer.from('a key of many random bytes').toString('base64');
const secrets = [new Secret(`whsec_${encodedKey}`), new Secret('whsec_b2xk')];

const specs: readonly AuthSpec[] = [
  { kind: 'none' },
  { kind: 'bearer', secrets },
  { kind: 'basic', username: 'robot', secrets },
  { kind: 'hmac', algorithm: 'sha1', secrets },
  { kind: 'hmac', algorithm: 'sha256', secrets },
  ...providerNames.map((provider): AuthSpec => ({ kind: 'provider', provider, secrets })),
];
const named = specs.map((spec) => [JSON.stringify({ ...spec, secrets: undefined }), spec] as const);
const signed = named.filter(([, { kind }]) => kind === 'hmac' || kind === 'provider');

function request(body: Uint8Array): Unsigned {
  return { body, deliveryId: 'msg_1', at: NOW, event: 'push' };
}

function accepts(spec: AuthSpec, headers: Readonly<Record<string, string>>, body: Uint8Array): boolean {
  return compileAuth(spec).verify({ method: 'POST', url: '/hook', headers, body, receivedAt: NOW }).ok;
}

describe('our own verifier', () => {
  test.each(named)('accepts what %s signs, whatever the bytes', (_name, spec) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        expect(accepts(spec, sign(spec, request(body)), body)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test.each(signed)('refuses it with %s when a byte of the body changed', (_name, spec) => {
    const headers = sign(spec, request(Buffer.from('{"a":1}')));
    expect(accepts(spec, headers, Buffer.from('{"a":2}'))).toBe(false);
  });

  test.each(named.filter(([, { kind }]) => kind !== 'none'))(
    'with %s the first secret signs, not an old one',
    (_name, spec) => {
      const body = Buffer.from('{}');
      const headers = sign(spec, request(body));
      expect(accepts({ ...spec, secrets: secrets.slice(0, 1) } as AuthSpec, headers, body)).toBe(true);
      expect(accepts({ ...spec, secrets: secrets.slice(1) } as AuthSpec, headers, body)).toBe(false);
    },
  );
});

describe("the vendors' packages", () => {
  test('GitHub’s accepts what we sign for it', async () => {
    const body = '{"ref":"refs/heads/main"}';
    const spec: AuthSpec = { kind: 'provider', provider: 'github', secrets: [new Secret('s3cret')] };
    const headers = sign(spec, request(Buffer.from(body)));
    expect(await verifyGithub('s3cret', body, headers['x-hub-signature-256'] ?? '')).toBe(true);
  });

  test('Standard Webhooks’ accepts what we sign for it', () => {
    const body = '{"type":"user.created"}';
    const spec: AuthSpec = { kind: 'provider', provider: 'standard-webhooks', secrets };
    const headers = sign(spec, { ...request(Buffer.from(body)), at: Date.now() });
    expect(new Webhook(`whsec_${encodedKey}`).verify(body, headers)).toEqual({ type: 'user.created' });
  });
});

describe('the event and the delivery id', () => {
  test('stand where the receiver looks for them', () => {
    for (const [, spec] of named) {
      const { eventHeaders, deliveryId } = compileAuth(spec);
      const headers = sign(spec, request(Buffer.from('{}')));
      expect(eventHeaders.map((name) => headers[name]).find((value) => value !== undefined)).toBe('push');
      if (deliveryId?.kind === 'header') expect(headers[deliveryId.name]).toBe('msg_1');
    }
  });

  test('GitHub’s event is in GitHub’s header', () => {
    const headers = sign({ kind: 'provider', provider: 'github', secrets }, request(Buffer.from('{}')));
    expect(headers).toMatchObject({ 'x-github-event': 'push', 'x-github-delivery': 'msg_1' });
  });

  test('an event that was not named has no header', () => {
    const headers = sign({ kind: 'none' }, { ...request(Buffer.from('{}')), event: undefined });
    expect(headers).toEqual({});
  });
});

test('without a secret there is nothing to sign with', () => {
  expect(() => sign({ kind: 'bearer', secrets: [] }, request(Buffer.from('')))).toThrow(
    'a secret is required',
  );
});
