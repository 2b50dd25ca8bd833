/** Decides what a sender's way to prove itself can be made of, and how the two plain HMAC schemes are. */
import type { Place } from '../core/trigger.ts';
import type { HmacAlgorithm } from './hmac.ts';

/** What makes a signature: an HMAC over a shared secret, or a private key whose public half is the secret here. */
export type SignatureAlgorithm = HmacAlgorithm | 'ed25519' | 'ecdsa-p256';

/** How the text of a secret becomes a key: its UTF-8 bytes, or what it encodes. Public keys may also be PEM. */
export type SecretFormat = 'text' | 'base64' | 'hex';

/** How a time is written: seconds or milliseconds since 1970, or a date and time (RFC 3339). */
export type TimeUnit = 's' | 'ms' | 'iso';

/** Where the time of a signature is; `list`: beside the signature, an entry with this label. */
export type TimePlace = Place | { readonly kind: 'list'; readonly name: string };

/** How a signature over a delivery is carried and made. */
export interface SignatureScheme {
  readonly kind: 'signature';
  readonly algorithm: SignatureAlgorithm;
  readonly secret: SecretFormat;
  /** What a secret of this scheme may begin with; it is no part of the key. */
  readonly secretPrefix?: string;
  /** Where signatures are; all that are present are tried. */
  readonly places: readonly Place[];
  readonly encoding: 'hex' | 'base64';
  /** Of ecdsa-p256: DER, unless it is the two numbers side by side (IEEE P1363). */
  readonly isRaw?: boolean;
  /** Stands between the signatures of one place; spaces around each are dropped. */
  readonly separator: ',' | ' ' | ';';
  /** What may stand before each signature; one with another label does not count. Empty: nothing does. */
  readonly labels: readonly string[];
  readonly labelRequired: boolean;
  /** What is signed: text with `{id}`, `{timestamp}`, `{url}`, and `{body}` or `{form}` (its parameters, sorted). */
  readonly signed: string;
  readonly id?: Place;
  /** Further from the clock than the tolerance, either way, is refused as a replay. */
  readonly timestamp?: {
    readonly place: TimePlace;
    readonly unit: TimeUnit;
    readonly toleranceMs: number;
  };
  /** Where the body's SHA-256 in hex is, within what is signed, of bodies that are no form. */
  readonly bodyHash?: Place;
  /** The signed URL may name the default port of its scheme, or not. */
  readonly isAnyPort?: boolean;
}

/** The secret itself, as it is, in every place that the name describes. */
export interface TokenScheme {
  readonly kind: 'token';
  readonly place: Place;
  readonly secretPrefix?: string;
}

/** One way to prove oneself. */
export type Scheme = SignatureScheme | TokenScheme;

/** `auth = "hmac-…"`: signature in hex with an optional `sha256=`, header names of the original. */
export const plainSchemes = {
  sha256: {
    kind: 'signature',
    algorithm: 'sha256',
    secret: 'text',
    places: [header('x-hub-signature-256'), header('x-signature')],
    encoding: 'hex',
    separator: ',',
    labels: ['sha256='],
    labelRequired: false,
    signed: '{body}',
  },
  sha1: {
    kind: 'signature',
    algorithm: 'sha1',
    secret: 'text',
    places: [header('x-hub-signature'), header('x-signature')],
    encoding: 'hex',
    separator: ',',
    labels: ['sha1='],
    labelRequired: false,
    signed: '{body}',
  },
} as const satisfies Record<'sha1' | 'sha256', SignatureScheme>;

/** A header, its name in lower case. */
export function header(name: string): Place {
  return { kind: 'header', name };
}

/** A dotted path in the body. */
export function json(name: string): Place {
  return { kind: 'json', name };
}

/** Where an event's name is when no preset says so, in order. */
export const commonEventPlaces: readonly Place[] = [header('x-github-event'), header('x-event-type')];

/** How a place is called in a reason. */
export function placeText({ kind, name }: TimePlace): string {
  switch (kind) {
    case 'header':
      return `header ${name}`;
    case 'query':
      return `query parameter ${name}`;
    case 'json':
      return `${name} in the body`;
    case 'list':
      return `${name} beside the signature`;
  }
}
