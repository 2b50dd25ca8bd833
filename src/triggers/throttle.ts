/** Decides when a source has failed to prove itself too often: each address may fail so many times a minute per webhook. */
import { isIPv6 } from 'node:net';
import type { TriggerId } from '../core/ids.ts';
import { msUntilToken, newBucket } from './limiter.ts';
import type { Bucket } from './limiter.ts';

/** Failures at once, and afterwards a minute, before a source is told to wait. */
export const FAILURES_PER_MINUTE = 30;
// Bounds the memory that senders from many addresses can claim; the oldest is forgotten first.
const MAX_SOURCES = 10_000;

/**
 * Counts refused credentials by source and webhook. Who guesses is kept waiting even with the right answer, as a
 * throttle that lets it through would stop nobody; other webhooks and other addresses are not touched by it.
 */
export class FailureThrottle {
  readonly #buckets = new Map<string, Bucket>();

  /** True while nobody has failed lately: then a request need not know its source. */
  get isIdle(): boolean {
    return this.#buckets.size === 0;
  }

  /** 0, or the ms that this source must wait. */
  waitMs(source: string, trigger: TriggerId, nowMs: number): number {
    const key = keyOf(source, trigger);
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return 0;
    const waitMs = msUntilToken(bucket, nowMs);
    if (bucket.tokens >= bucket.perMinute) this.#buckets.delete(key);
    return waitMs;
  }

  /** Counts one failure. */
  fail(source: string, trigger: TriggerId, nowMs: number): void {
    const key = keyOf(source, trigger);
    const bucket = this.#buckets.get(key) ?? newBucket(FAILURES_PER_MINUTE, nowMs);
    msUntilToken(bucket, nowMs);
    bucket.tokens = Math.max(0, bucket.tokens - 1);
    // Set anew, so that the map's order is the order of the last failure.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    this.#forget(nowMs);
  }

  /** Drops the oldest source when there are too many, and up to two that have recovered. */
  #forget(nowMs: number): void {
    let looked = 0;
    for (const [key, bucket] of this.#buckets) {
      if (++looked > 2) return;
      msUntilToken(bucket, nowMs);
      if (bucket.tokens < bucket.perMinute && this.#buckets.size <= MAX_SOURCES) return;
      this.#buckets.delete(key);
    }
  }
}

/** Whoever has one IPv6 address has its /64. */
function keyOf(source: string, trigger: TriggerId): string {
  return `${isIPv6(source) && !source.startsWith('::ffff:') ? networkOf(source) : source} ${trigger}`;
}

function networkOf(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const groupsAfter = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - groupsAfter.length) }, () => '0');
  return [...groups, ...zeros, ...groupsAfter].slice(0, 4).join(':');
}
