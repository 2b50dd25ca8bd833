/** Decides whether one of the signatures given is one over a text under one key. */
import { createVerify, timingSafeEqual, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Secret } from '../core/secret.ts';
import { Hmac } from './hmac.ts';
import type { HmacAlgorithm } from './hmac.ts';
import { publicKey, secretBytes } from './keys.ts';
import type { SignatureScheme } from './schemes.ts';
import type { SignedText } from './signed-text.ts';

/** A check of a text that comes in pieces; what stands before the body is in it. */
export interface RunningCheck {
  update(chunk: Uint8Array): void;
  /** To be called once, with what stands after the body. */
  isGood(after: string): boolean;
}

/** Holds one key. Never throws; takes the same time whatever is wrong with the signatures. */
export interface SignatureCheck {
  isGood(text: SignedText, body: Uint8Array, given: readonly Buffer[]): boolean;
  /** Begins with a text whose body is still to come. */
  begin(before: string, given: readonly Buffer[]): RunningCheck;
}

/** Compiles one key. Throws `invalid_config` where the secret is none. */
export function signatureCheck(scheme: SignatureScheme, secret: Secret): SignatureCheck {
  const { algorithm } = scheme;
  return algorithm === 'ed25519' || algorithm === 'ecdsa-p256'
    ? byPublicKey(scheme, publicKey(secret, scheme))
    : byHmac(algorithm, secretBytes(secret, scheme));
}

const NOTHING = Buffer.alloc(0);

function byHmac(algorithm: HmacAlgorithm, key: Uint8Array): SignatureCheck {
  const hmac = new Hmac(algorithm, key);
  return {
    isGood: (text, body, given) =>
      isAmong(hmac.digest(text.before, text.hasBody ? body : NOTHING, text.after), given),
    begin(before, given) {
      const running = hmac.begin(before);
      return {
        update: (chunk) => void running.update(chunk),
        isGood: (after) => isAmong(running.update(after, 'latin1').digest(), given),
      };
    },
  };
}

/** Length first: `timingSafeEqual` throws on unequal ones, and a secret's length is no secret. All are compared. */
export function isAmong(expected: Uint8Array, given: readonly Uint8Array[]): boolean {
  let isEqual = false;
  for (const one of given) {
    if (one.length === expected.length && timingSafeEqual(one, expected)) isEqual = true;
  }
  return isEqual;
}

function byPublicKey({ algorithm, isRaw }: SignatureScheme, key: KeyObject): SignatureCheck {
  const sealed = { key, dsaEncoding: isRaw === true ? 'ieee-p1363' : 'der' } as const;
  return {
    isGood(text, body, given) {
      const message = Buffer.concat([
        Buffer.from(text.before, 'latin1'),
        text.hasBody ? body : NOTHING,
        Buffer.from(text.after, 'latin1'),
      ]);
      const digest = algorithm === 'ed25519' ? null : 'sha256';
      return given.some((signature) => verify(digest, message, sealed, signature));
    },
    // Ed25519 goes over its message twice and so has no such form; nobody asks it for one, see `needsWholeBody`.
    begin(before, given) {
      const running = given.map((signature) => ({
        signature,
        verifier: createVerify('sha256').update(before, 'latin1'),
      }));
      return {
        update(chunk) {
          for (const { verifier } of running) verifier.update(chunk);
        },
        isGood: (after) =>
          running.some(({ signature, verifier }) =>
            verifier.update(after, 'latin1').verify(sealed, signature),
          ),
      };
    },
  };
}
