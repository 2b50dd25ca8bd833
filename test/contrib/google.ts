/** Decides how a test plays Google: it publishes a key, and signs tokens of a push subscription by it. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { Receiver } from '../support/receiver.ts';

/** What the webhook of these tests is told. */
export const SUBSCRIPTION = {
  audience: 'https://hooks.example.com/orders',
  email: 'push@my.iam.gserviceaccount.com',
};

/** Claims of a good token, in the order of Google's own documentation. */
export function claimsAt(nowMs: number): Readonly<Record<string, unknown>> {
  const iat = Math.floor(nowMs / 1_000);
  const { audience: aud, email } = SUBSCRIPTION;
  const account = { azp: '113774264463038321964', email, sub: '113774264463038321964', email_verified: true };
  return { aud, ...account, exp: iat + 3_600, iat, iss: 'https://accounts.google.com' };
}

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });

/** Google's page of keys, with one that signs tokens; `code` is the status that it answers with. */
export function startGoogle(code: () => number = () => 200): Promise<Receiver> {
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' };
  return Receiver.start((outgoing) => {
    outgoing.writeHead(code(), { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify({ keys: [{ kty: 'EC', kid: 'other' }, key] }));
  });
}

/** The header of a push (RFC 7515, compact). */
export function authorization(
  claims: Readonly<Record<string, unknown>>,
  head: Readonly<Record<string, unknown>> = {},
): string {
  const parts = [{ alg: 'RS256', kid: 'one', typ: 'JWT', ...head }, claims];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url');
  return `Bearer ${text}.${signature}`;
}

/** The body of a push. */
export function pushed(data: string, messageId = '2070443601311540'): string {
  const message = {
    data: Buffer.from(data).toString('base64'),
    messageId,
    publishTime: '2026-11-26T00:00:00Z',
  };
  return JSON.stringify({ message, subscription: 'projects/my/subscriptions/orders' });
}
