/** Decides what a sender adds to a request to prove itself: the mirror image of verifying. */
import { createHmac } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import type { AuthSpec } from './auth.ts';
import { commonEventHeaders, plainSchemes, presets } from './schemes.ts';
import type { SignatureScheme } from './schemes.ts';

/** A request that is to be sent. */
export interface Unsigned {
  readonly body: Uint8Array;
  /** The sender's own id of this delivery. */
  readonly deliveryId: string;
  /** Epoch ms. */
  readonly at: number;
  /** Name of the event, where the sender has such. */
  readonly event?: string | undefined;
}

/**
 * The headers that the sender would set, names in lower case. Of several secrets the first one signs. Throws
 * `invalid_config` where there is none; the message holds no secret.
 */
export function sign(auth: AuthSpec, request: Unsigned): Readonly<Record<string, string>> {
  switch (auth.kind) {
    case 'none':
      return eventHeader(undefined, request);
    case 'bearer':
      return { authorization: `Bearer ${firstOf(auth.secrets)}`, ...eventHeader(undefined, request) };
    case 'basic': {
      const credentials = Buffer.from(`${auth.username}:${firstOf(auth.secrets)}`).toString('base64');
      return { authorization: `Basic ${credentials}`, ...eventHeader(undefined, request) };
    }
    case 'hmac':
      return {
        ...signature(plainSchemes[auth.algorithm], firstOf(auth.secrets), request),
        ...eventHeader(undefined, request),
      };
    case 'provider': {
      const { scheme, deliveryId, eventHeaders } = presets[auth.provider];
      const id = { [deliveryId.name]: request.deliveryId };
      return {
        ...id,
        ...signature(scheme, firstOf(auth.secrets), request),
        ...eventHeader(eventHeaders[0], request),
      };
    }
  }
}

function eventHeader(name: string | undefined, { event }: Unsigned): Readonly<Record<string, string>> {
  if (event === undefined) return {};
  return { [name ?? commonEventHeaders.at(-1) ?? 'x-event-type']: event };
}

function signature(
  scheme: SignatureScheme,
  secret: string,
  request: Unsigned,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(request.at / 1_000));
  const prefix = scheme.signed
    .slice(0, -'{body}'.length)
    .replace('{id}', () => request.deliveryId)
    .replace('{timestamp}', () => timestamp);
  const digest = createHmac(scheme.algorithm, keyOf(scheme, secret))
    .update(prefix)
    .update(request.body)
    .digest(scheme.encoding);
  const [header = ''] = scheme.headers;
  return {
    [header]: `${scheme.label}${digest}`,
    ...(scheme.idHeader === undefined ? {} : { [scheme.idHeader]: request.deliveryId }),
    ...(scheme.timestamp === undefined ? {} : { [scheme.timestamp.header]: timestamp }),
  };
}

function keyOf(scheme: SignatureScheme, secret: string): Buffer {
  return scheme.secret === 'text'
    ? Buffer.from(secret)
    : Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}

function firstOf(secrets: readonly Secret[]): string {
  const [first] = secrets;
  if (first === undefined) throw new AppError('invalid_config', 'a secret is required');
  return first.reveal();
}
