/** Decides whether a delivery comes from who knows the secret: over the raw bytes, without throwing, in constant time. */
import { timingSafeEqual } from 'node:crypto';
import type { Delivery, Verdict, Verify } from '../core/trigger.ts';
import { Hmac } from './hmac.ts';
import type { SignatureScheme } from './schemes.ts';
import { isAscii, readSignatures } from './signatures.ts';

const GOOD: Verdict = { ok: true };
const bad = (reason: string): Verdict => ({ ok: false, reason });

const ID = /^[\x21-\x7e]+$/;
const UNIX_SECONDS = /^\d{1,12}$/;

/** Lets every delivery pass. */
export const verifyNothing: Verify = () => GOOD;

/**
 * `Authorization: <scheme> <credentials>` (RFC 9110 §11): the scheme in any case, exactly one space, credentials equal
 * to one of `accepted` after `decode`.
 */
export function verifyAuthorization(
  scheme: string,
  accepted: readonly Buffer[],
  decode: 'latin1' | 'base64',
): Verify {
  const start = `${scheme.toLowerCase()} `;
  return function authorization({ headers }): Verdict {
    const value = headers['authorization'];
    if (typeof value !== 'string') return bad('authorization header absent');
    if (!isAscii(value)) return bad('authorization header is not ASCII');
    if (value.slice(0, start.length).toLowerCase() !== start)
      return bad(`authorization scheme is not ${scheme}`);
    return equalsAny(Buffer.from(value.slice(start.length), decode), accepted)
      ? GOOD
      : bad('wrong credentials');
  };
}

/** One good signature under one of `keys` in one of the scheme's headers; each key is the decoded secret. */
export function verifySignature(scheme: SignatureScheme, keys: readonly Uint8Array[]): Verify {
  const hmacs = keys.map((key) => new Hmac(scheme.algorithm, key));
  const prefixOf = compilePrefix(scheme);
  return function signature(delivery): Verdict {
    const prefix = prefixOf(delivery);
    // Digests are computed even when the request is lost already, so that time tells nothing about what is wrong.
    const digests = hmacs.map((hmac) => hmac.digest(prefix ?? '', delivery.body));
    if (prefix === undefined) return bad('id or timestamp header absent or malformed');
    const { signatures, reason } = readSignatures(scheme, delivery.headers);
    if (signatures.length === 0) return bad(reason);
    if (!signatures.some((given) => equalsAny(given, digests))) return bad('wrong signature');
    return checkTimestamp(scheme, delivery);
  };
}

function checkTimestamp({ timestamp }: SignatureScheme, delivery: Delivery): Verdict {
  if (timestamp === undefined) return GOOD;
  const offByMs = Number(delivery.headers[timestamp.header]) * 1_000 - delivery.receivedAt;
  if (Math.abs(offByMs) <= timestamp.toleranceMs) return GOOD;
  return bad(`timestamp off by ${Math.round(offByMs / 1_000)} s`);
}

/** What stands before the body in the signed text; undefined when the delivery lacks a part of it. */
function compilePrefix({
  signed,
  idHeader,
  timestamp,
}: SignatureScheme): (delivery: Delivery) => string | undefined {
  const template = signed.slice(0, -'{body}'.length);
  if (template === '') return () => '';
  return ({ headers }) => {
    const id = part(headers, idHeader, ID);
    const time = part(headers, timestamp?.header, UNIX_SECONDS);
    if (id === undefined || time === undefined) return undefined;
    return template.replace('{id}', () => id).replace('{timestamp}', () => time);
  };
}

function part(headers: Delivery['headers'], name: string | undefined, shape: RegExp): string | undefined {
  if (name === undefined) return '';
  const value = headers[name];
  return typeof value === 'string' && shape.test(value) ? value : undefined;
}

/** Length first: `timingSafeEqual` throws on unequal ones, and a secret's length is no secret. All are compared. */
function equalsAny(given: Buffer, accepted: readonly Buffer[]): boolean {
  let equal = false;
  for (const candidate of accepted) {
    if (candidate.length === given.length && timingSafeEqual(candidate, given)) equal = true;
  }
  return equal;
}
