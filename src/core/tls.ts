/** Decides what the listener proves itself with, and when that is about to be worth nothing. */
import type { Secret } from './secret.ts';

/** A certificate with its key, as TLS is spoken with it. */
export interface TlsPair {
  /** PEM: the service's own certificate first, then those between it and its root. */
  readonly cert: string;
  /** PEM. */
  readonly key: Secret;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  /** Epoch ms. */
  readonly validTo: number;
  /** SHA-256 of the own certificate: pairs of hex digits with colons between them. */
  readonly fingerprint: string;
}

// Certificates of 90 days are renewed a month before their end: who sees this has missed that.
const SOON_MS = 14 * 86_400_000;

/** When a certificate that ends at `validTo` begins to be worth a word. */
export function endsSoonFrom(validTo: number): number {
  return validTo - SOON_MS;
}

/** Whether both are the same to whoever connects. */
export function isSamePair(a: TlsPair | undefined, b: TlsPair | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.cert === b.cert && a.minVersion === b.minVersion && a.key.reveal() === b.key.reveal();
}
