/** Decides what a sender adds to a request to prove itself: the mirror image of verifying. */
import { createHmac, hash } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Secret } from '../core/secret.ts';
import type { Place } from '../core/trigger.ts';
import type { AuthSpec } from './auth.ts';
import { secretBytes } from './keys.ts';
import { schemeOf } from './preset.ts';
import type { Preset } from './preset.ts';
import { presetOf } from './presets.ts';
import { commonEventPlaces, header, plainSchemes } from './schemes.ts';
import type { Scheme, SignatureScheme, TimePlace } from './schemes.ts';
import { compileText, formText, isUrlEncoded } from './signed-text.ts';
import { writeTime } from './timestamp.ts';

/** A request that is to be sent. */
export interface Unsigned {
  /** As its receiver knows it, with scheme and host. */
  readonly url: string;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** The sender's own id of this delivery. */
  readonly deliveryId: string;
  /** Epoch ms. */
  readonly at: number;
  /** Name of the event, where the sender has such. */
  readonly event?: string | undefined;
}

/** The same with its proof; header names in lower case, without the content type. */
export interface Signed {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * The request as the sender would make it; what it has in the body is put there. Of several secrets the first one signs.
 * Throws `invalid_config` where there is none, and `invalid_argument` where only the sender can sign or the body cannot
 * hold what it has to; the message holds no secret.
 */
export function sign(auth: AuthSpec, request: Unsigned): Signed {
  const draft = withEvent(plain(request), request.event);
  switch (auth.kind) {
    case 'none':
      return draft;
    case 'bearer':
      return put(draft, header('authorization'), `Bearer ${firstOf(auth.secrets).reveal()}`);
    case 'basic':
      return put(draft, header('authorization'), `Basic ${basic(auth.username, firstOf(auth.secrets))}`);
    case 'hmac':
      return proven(plainSchemes[auth.algorithm], firstOf(auth.secrets), { request, draft });
    case 'signature':
      return proven(auth.scheme, firstOf(auth.secrets), { request, draft });
    case 'plugin':
      throw new AppError(
        'invalid_argument',
        `only the sender itself can sign what the plugin ${auth.asks.plugin} verifies`,
      );
    case 'provider':
      return byPreset(presetOf(auth.provider), firstOf(auth.secrets), request);
  }
}

function byPreset(preset: Preset, secret: Secret, request: Unsigned): Signed {
  const { deliveryId, events } = preset;
  const named =
    deliveryId?.kind === 'header' ? put(plain(request), deliveryId, request.deliveryId) : plain(request);
  const draft = withEvent(named, request.event, events);
  return proven(schemeOf(preset, secret.reveal()), secret, { request, draft });
}

function basic(username: string, secret: Secret): string {
  return Buffer.from(`${username}:${secret.reveal()}`).toString('base64');
}

function plain({ url, body }: Unsigned): Signed {
  return { url, headers: {}, body };
}

const otherEvents = commonEventPlaces.slice(-1);

function withEvent(
  signed: Signed,
  event: string | undefined,
  places: readonly Place[] = otherEvents,
): Signed {
  const place = places[0] ?? otherEvents[0];
  return event === undefined || place === undefined ? signed : put(signed, place, event);
}

/** A request under way: what is asked for, and what has become of it so far. */
interface Draft {
  readonly request: Unsigned;
  readonly draft: Signed;
}

/** Everything else is in place by now, as the signature is over it. */
function proven(scheme: Scheme, secret: Secret, { request, draft }: Draft): Signed {
  if (scheme.kind === 'token') return put(draft, scheme.place, secret.reveal());
  const whole = withBodyHash(scheme, request, withTime(scheme, request.at, withId(scheme, request, draft)));
  const timestamp = scheme.timestamp === undefined ? '' : writeTime(request.at, scheme.timestamp.unit);
  const text = compileText(scheme.signed)({
    id: request.deliveryId,
    timestamp,
    url: () => whole.url,
    form: () => (isUrlEncoded(request.contentType) ? formText(whole.body) : ''),
  });
  const signature = createHmac(hmacOf(scheme), secretBytes(secret, scheme))
    .update(text.before, 'latin1')
    .update(text.hasBody ? whole.body : '')
    .update(text.after, 'latin1')
    .digest(scheme.encoding);
  const [place = header('x-signature')] = scheme.places;
  return put(whole, place, listed(scheme, timestamp, `${scheme.labels[0] ?? ''}${signature}`));
}

function hmacOf({
  algorithm,
}: SignatureScheme): Exclude<SignatureScheme['algorithm'], 'ed25519' | 'ecdsa-p256'> {
  if (algorithm !== 'ed25519' && algorithm !== 'ecdsa-p256') return algorithm;
  throw new AppError(
    'invalid_argument',
    `only the sender itself can sign with ${algorithm}: what is configured is its public key`,
  );
}

function withId({ id }: SignatureScheme, { deliveryId }: Unsigned, draft: Signed): Signed {
  return id === undefined ? draft : put(draft, id, deliveryId);
}

function withTime({ timestamp }: SignatureScheme, at: number, draft: Signed): Signed {
  if (timestamp === undefined || timestamp.place.kind === 'list') return draft;
  const text = writeTime(at, timestamp.unit);
  return put(
    draft,
    timestamp.place,
    timestamp.place.kind === 'json' && timestamp.unit !== 'iso' ? Number(text) : text,
  );
}

function withBodyHash({ bodyHash }: SignatureScheme, { contentType }: Unsigned, draft: Signed): Signed {
  return bodyHash === undefined || isUrlEncoded(contentType)
    ? draft
    : put(draft, bodyHash, hash('sha256', draft.body));
}

function listed({ timestamp, separator }: SignatureScheme, time: string, signature: string): string {
  const place: TimePlace | undefined = timestamp?.place;
  return place?.kind === 'list' ? `${place.name}${time}${separator}${signature}` : signature;
}

/** The request with a value in a place. */
function put(signed: Signed, { kind, name }: Place, value: string | number): Signed {
  switch (kind) {
    case 'header':
      return { ...signed, headers: { ...signed.headers, [name]: String(value) } };
    case 'query': {
      const joint = signed.url.includes('?') ? '&' : '?';
      return {
        ...signed,
        url: `${signed.url}${joint}${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
      };
    }
    case 'json':
      return {
        ...signed,
        body: Buffer.from(JSON.stringify(withValue(parse(signed.body, name), name.split('.'), value))),
      };
  }
}

function parse(body: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch (error) {
    const message = `this sender has ${name} in the body, which therefore has to be a JSON object`;
    throw new AppError('invalid_argument', message, { cause: error });
  }
}

/** A copy with `value` at the path; what is missing on the way is made, `*` stands for each item, or for a first one. */
function withValue(root: unknown, [key, ...rest]: readonly string[], value: string | number): unknown {
  if (key === undefined) return value;
  if (key === '*') {
    const items: readonly unknown[] = Array.isArray(root) && root.length > 0 ? root : [{}];
    return items.map((item) => withValue(item, rest, value));
  }
  const fields: JsonObject =
    typeof root === 'object' && root !== null && !Array.isArray(root) ? (root as JsonObject) : {};
  return { ...fields, [key]: withValue(fields[key], rest, value) };
}

function firstOf([first]: readonly Secret[]): Secret {
  if (first === undefined) throw new AppError('invalid_config', 'a secret is required');
  return first;
}
