/** Decides how each sender signs: schemes and providers' presets as data, read by the one verifier. */
import type { HmacAlgorithm } from './hmac.ts';

/** How a signature over a delivery is carried and made. Header names are lower case. */
export interface SignatureScheme {
  readonly algorithm: HmacAlgorithm;
  /** `text`: the secret's UTF-8 bytes; `base64`: what it encodes, after `whsec_` where present. */
  readonly secret: 'text' | 'base64';
  /** Where signatures are; all that are present are tried. */
  readonly headers: readonly string[];
  readonly encoding: 'hex' | 'base64';
  /** Stands between the signatures of one header; spaces around each are dropped. */
  readonly separator: ',' | ' ';
  /** Stands before each signature; one with another label does not count. */
  readonly label: string;
  readonly labelRequired: boolean;
  /** What is signed: text with `{id}` and `{timestamp}`, then the raw body. */
  readonly signed: `${string}{body}`;
  readonly idHeader?: string;
  /** Unix time in seconds; further from the clock than the tolerance, either way, is refused as a replay. */
  readonly timestamp?: { readonly header: string; readonly toleranceMs: number };
}

/** What a provider's name in the configuration sets at once. */
export interface Preset {
  readonly scheme: SignatureScheme;
  readonly deliveryId: { readonly kind: 'header' | 'json'; readonly name: string };
  /** Where the event's name is, before the headers that every webhook looks into. */
  readonly eventHeaders: readonly string[];
}

/** `auth = "hmac-…"`: signature in hex with an optional `sha256=`, header names of the original. */
export const plainSchemes = {
  sha256: {
    algorithm: 'sha256',
    secret: 'text',
    headers: ['x-hub-signature-256', 'x-signature'],
    encoding: 'hex',
    separator: ',',
    label: 'sha256=',
    labelRequired: false,
    signed: '{body}',
  },
  sha1: {
    algorithm: 'sha1',
    secret: 'text',
    headers: ['x-hub-signature', 'x-signature'],
    encoding: 'hex',
    separator: ',',
    label: 'sha1=',
    labelRequired: false,
    signed: '{body}',
  },
} as const satisfies Record<HmacAlgorithm, SignatureScheme>;

/** `provider = "…"`: one row each. */
export const presets = {
  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
  github: {
    scheme: { ...plainSchemes.sha256, headers: ['x-hub-signature-256'], labelRequired: true },
    deliveryId: { kind: 'header', name: 'x-github-delivery' },
    eventHeaders: ['x-github-event'],
  },
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
  'standard-webhooks': {
    scheme: {
      algorithm: 'sha256',
      secret: 'base64',
      headers: ['webhook-signature'],
      encoding: 'base64',
      separator: ' ',
      label: 'v1,',
      labelRequired: true,
      signed: '{id}.{timestamp}.{body}',
      idHeader: 'webhook-id',
      timestamp: { header: 'webhook-timestamp', toleranceMs: 300_000 },
    },
    deliveryId: { kind: 'header', name: 'webhook-id' },
    eventHeaders: [],
  },
} as const satisfies Record<string, Preset>;

/** A sender whose scheme is known by name: `provider` in the file. */
export type ProviderName = keyof typeof presets;

/** The values `provider` may take. */
export const providerNames = Object.keys(presets) as readonly ProviderName[];

/** Where an event's name is when no preset says so, in order. */
export const commonEventHeaders: readonly string[] = ['x-github-event', 'x-event-type'];
