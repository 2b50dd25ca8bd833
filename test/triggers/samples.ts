/** Decides what an ordinary delivery and webhook look like in tests. */
import { createHmac } from 'node:crypto';
import { triggerId } from '../../src/core/ids.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Delivery, WebhookTrigger } from '../../src/core/trigger.ts';
import type { AuthSpec } from '../../src/triggers/auth.ts';
import { compileAuth } from '../../src/triggers/auth.ts';
import { sampleSpec } from '../support/samples.ts';

export const SAMPLE_SECRET = 'correct horse battery staple';
export const bearer: AuthSpec = { kind: 'bearer', secrets: [new Secret(SAMPLE_SECRET)] };
export const hmacSha256: AuthSpec = {
  kind: 'hmac',
  algorithm: 'sha256',
  secrets: [new Secret(SAMPLE_SECRET)],
};

/** A delivery of `body` with these headers. */
export function sampleDelivery(headers: Delivery['headers'] = {}, body: string | Buffer = '{}'): Delivery {
  return { method: 'POST', url: '/hook', headers, body: Buffer.from(body), receivedAt: Date.UTC(2026, 0, 1) };
}

/** A webhook `name` at `/name`, with a bearer secret unless told otherwise. */
export function sampleWebhook(
  name = 'hook',
  change: Partial<WebhookTrigger> & { readonly auth?: AuthSpec } = {},
): WebhookTrigger {
  const { auth = bearer, ...fields } = change;
  const id = triggerId('webhook', name);
  return {
    kind: 'webhook',
    id,
    path: `/${name}`,
    method: 'POST',
    open: auth.kind === 'none',
    ...compileAuth(auth),
    maxBodyBytes: 4_096,
    rateLimit: 60,
    events: new Set(),
    maxQueued: 10,
    spec: { ...sampleSpec(), trigger: id },
    ...fields,
  };
}

/** HMAC of `body` in lower-case hex. */
export function hexHmac(algorithm: 'sha1' | 'sha256', body: string | Buffer, secret = SAMPLE_SECRET): string {
  return createHmac(algorithm, secret).update(body).digest('hex');
}
