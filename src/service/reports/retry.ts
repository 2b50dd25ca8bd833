/** Decides what becomes of a report that was tried: delivered, tried again and when, or given up. */
import type { ReportKind } from '../../core/report-target.ts';
import type { OutboundResult } from '../../net/fetch.ts';

const S = 1_000;
const MIN = 60 * S;
const HOUR = 60 * MIN;

/** A result is waited for by a program, which may be away for a night: eleven tries within a day. */
const CALLBACK_DELAYS_MS = [
  2 * S,
  10 * S,
  MIN,
  5 * MIN,
  30 * MIN,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  8 * HOUR,
];

/** What a ping says is old soon: five tries within five minutes. */
const PING_DELAYS_MS = [2 * S, 10 * S, MIN, 3 * MIN];

const STALE_CALLBACK_MS = 72 * HOUR;
const STALE_PING_MS = HOUR;

/**
 * True when a report is given up untried. A ping says that something happens now: an hour later that is wrong. A result of
 * three days ago is waited for by nobody, and a receiver that is gone must not fill the store.
 */
export function isStale(kind: ReportKind, ageMs: number): boolean {
  return ageMs > (kind === 'callback' ? STALE_CALLBACK_MS : STALE_PING_MS);
}

/** What is known of a try; `random` is in [0, 1). */
export interface Try {
  readonly kind: ReportKind;
  /** How often it was tried, this time included. */
  readonly attempts: number;
  readonly result: OutboundResult;
  readonly random: number;
}

/** The reason names no more of an address than its host: the rest may be a key. */
export type TryVerdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'again'; readonly delayMs: number; readonly reason: string }
  | { readonly kind: 'given-up'; readonly reason: string };

/** Any 2xx delivers it; up to a tenth is added to each delay at random. */
export function afterTry({ kind, attempts, result, random }: Try): TryVerdict {
  if (result.kind === 'response' && result.status >= 200 && result.status < 300) return { kind: 'delivered' };
  const reason = reasonOf(result);
  const delays = kind === 'callback' ? CALLBACK_DELAYS_MS : PING_DELAYS_MS;
  const delayMs = isFinal(result) ? undefined : delays[attempts - 1];
  return delayMs === undefined
    ? { kind: 'given-up', reason }
    : { kind: 'again', delayMs: Math.round(delayMs * (1 + random / 10)), reason };
}

/** An address that may not be reached, or that answers 410 Gone: "do not send more" (Standard Webhooks, Operational considerations). */
function isFinal(result: OutboundResult): boolean {
  return result.kind === 'refused' || (result.kind === 'response' && result.status === 410);
}

function reasonOf(result: OutboundResult): string {
  if (result.kind !== 'response') return result.reason;
  const isRedirect = result.status >= 300 && result.status < 400;
  return `answered ${result.status}${isRedirect ? ', and redirects are not followed' : ''}`;
}
