/** Decides how many requests a minute pass: a token bucket for each webhook and one for all of them together. */
import type { TriggerId } from '../core/ids.ts';

const MINUTE_MS = 60_000;

/** Starts full with a minute's worth of tokens and gains them back evenly. */
export interface Bucket {
  readonly perMinute: number;
  tokens: number;
  /** Monotonic ms of the last refill. */
  at: number;
}

/** A full bucket. */
export function newBucket(perMinute: number, nowMs: number): Bucket {
  return { perMinute, tokens: perMinute, at: nowMs };
}

/** Adds what the time since brought; answers with 0, or with the ms until one token is there. */
export function msUntilToken(bucket: Bucket, nowMs: number): number {
  const gained = ((nowMs - bucket.at) * bucket.perMinute) / MINUTE_MS;
  bucket.tokens = Math.min(bucket.perMinute, bucket.tokens + Math.max(0, gained));
  bucket.at = nowMs;
  return bucket.tokens >= 1 ? 0 : ((1 - bucket.tokens) * MINUTE_MS) / bucket.perMinute;
}

/** What one request asks for. Rates are requests a minute, `nowMs` is monotonic. */
export interface RateRequest {
  readonly trigger: TriggerId;
  readonly perMinute: number;
  readonly totalPerMinute: number;
  readonly nowMs: number;
}

/** The buckets of one service; they outlive snapshots, and one whose rate changed starts anew. */
export class RateLimiter {
  readonly #buckets = new Map<TriggerId, Bucket>();
  #total: Bucket | undefined;

  /** Takes a token of both buckets, or of neither; answers with 0, or with the ms after which to try again. */
  take(request: RateRequest): number {
    const own = this.#bucketOf(request);
    const total = this.#totalOf(request);
    const waitMs = Math.max(msUntilToken(own, request.nowMs), msUntilToken(total, request.nowMs));
    if (waitMs > 0) return waitMs;
    own.tokens--;
    total.tokens--;
    return 0;
  }

  /** Forgets the buckets of triggers that are gone. */
  sweep(isLive: (trigger: TriggerId) => boolean): void {
    for (const trigger of this.#buckets.keys()) {
      if (!isLive(trigger)) this.#buckets.delete(trigger);
    }
  }

  #bucketOf({ trigger, perMinute, nowMs }: RateRequest): Bucket {
    const known = this.#buckets.get(trigger);
    if (known?.perMinute === perMinute) return known;
    const bucket = newBucket(perMinute, nowMs);
    this.#buckets.set(trigger, bucket);
    return bucket;
  }

  #totalOf({ totalPerMinute, nowMs }: RateRequest): Bucket {
    if (this.#total?.perMinute !== totalPerMinute) this.#total = newBucket(totalPerMinute, nowMs);
    return this.#total;
  }
}
