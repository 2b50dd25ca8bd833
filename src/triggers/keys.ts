/** Decides what key the text of a secret is, by the scheme that it serves. */
import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import type { SecretFormat, SignatureScheme } from './schemes.ts';

/** The DER that stands before the 32 bytes of an Ed25519 public key (RFC 8410 §4). */
const ED25519_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const ED25519_BYTES = 32;

/** The bytes of a shared secret. Throws `invalid_config` for what it cannot be; the message holds no secret. */
export function secretBytes(
  secret: Secret,
  scheme: Pick<SignatureScheme, 'secret' | 'secretPrefix'>,
): Buffer {
  const bytes = decode(withoutPrefix(secret, scheme.secretPrefix), scheme);
  if (bytes.length === 0) throw invalid('a secret must not be empty');
  return bytes;
}

/**
 * The public key that a secret is: PEM, the SPKI in the scheme's encoding, or of Ed25519 its 32 bytes. Throws
 * `invalid_config` for anything else.
 */
export function publicKey(secret: Secret, scheme: SignatureScheme): KeyObject {
  const key = parseKey(withoutPrefix(secret, scheme.secretPrefix), scheme);
  const isOfKind =
    scheme.algorithm === 'ed25519'
      ? key?.asymmetricKeyType === 'ed25519'
      : key?.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  if (key !== undefined && isOfKind) return key;
  throw invalid(
    `the secret here is the sender's public key (${scheme.algorithm}): PEM, or in ${scheme.secret} as the sender shows it`,
  );
}

function parseKey(text: string, scheme: SignatureScheme): KeyObject | undefined {
  try {
    if (text.includes('-----BEGIN')) return createPublicKey(text);
    const bytes = decode(text, scheme);
    const isBare = scheme.algorithm === 'ed25519' && bytes.length === ED25519_BYTES;
    const der = isBare ? Buffer.concat([ED25519_HEAD, bytes]) : bytes;
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    // Whatever OpenSSL says of it, it is no key; its message could quote the text.
    return undefined;
  }
}

function withoutPrefix(secret: Secret, prefix: string | undefined): string {
  const text = secret.reveal();
  return prefix !== undefined && text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function decode(
  text: string,
  { secret, secretPrefix }: Pick<SignatureScheme, 'secret' | 'secretPrefix'>,
): Buffer {
  if (secret === 'text') return Buffer.from(text);
  const bytes = Buffer.from(text, secret);
  if (isWhole(text, bytes, secret)) return bytes;
  const usual = secretPrefix === undefined ? '' : `, usually after "${secretPrefix}"`;
  throw invalid(`this secret must be ${secret}${usual}`);
}

/** Node decodes up to the first character that is no digit; only what encodes to the same text again was all read. */
function isWhole(text: string, bytes: Buffer, format: Exclude<SecretFormat, 'text'>): boolean {
  const plain = (encoded: string): string =>
    format === 'hex' ? encoded.toLowerCase() : encoded.replace(/=+$/, '');
  return plain(bytes.toString(format)) === plain(text);
}

function invalid(message: string): AppError {
  return new AppError('invalid_config', message);
}
