/** Decides how an HMAC (RFC 2104) is computed on the way of a request: two one-shot hashes over precomputed pads. */
import { createHash, createHmac, hash } from 'node:crypto';

/** The hash inside the HMAC, as the file and the senders name it. */
export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha512';

/** Length of a digest, bytes. */
export const digestBytes = { sha1: 20, sha256: 32, sha512: 64 } as const satisfies Record<
  HmacAlgorithm,
  number
>;

// FIPS 180-4, figure 1.
const blockBytes = { sha1: 64, sha256: 64, sha512: 128 } as const satisfies Record<HmacAlgorithm, number>;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
// Above this the hashing itself dominates, and a buffer kept for each webhook would cost more than it saves.
const MAX_SCRATCH_BYTES = 16 * 1024;

/**
 * One key under one algorithm. `createHmac` costs an object and twice its own time in garbage collection for each
 * request; this keeps one buffer per key and makes none while the message is short.
 */
export class Hmac {
  readonly #algorithm: HmacAlgorithm;
  readonly #key: Uint8Array;
  readonly #blockBytes: number;
  /** The outer pad, followed by room for the inner digest. */
  readonly #outer: Buffer;
  /** The inner pad, followed by the message; grows to what this webhook's deliveries need. */
  #inner: Buffer;
  readonly #digest: Buffer;

  constructor(algorithm: HmacAlgorithm, key: Uint8Array) {
    const length = blockBytes[algorithm];
    const block = Buffer.alloc(length);
    block.set(key.length > length ? createHash(algorithm).update(key).digest() : key);
    this.#algorithm = algorithm;
    this.#key = key;
    this.#blockBytes = length;
    this.#inner = padded(block, INNER_PAD, 0);
    this.#outer = padded(block, OUTER_PAD, digestBytes[algorithm]);
    this.#digest = Buffer.alloc(digestBytes[algorithm]);
  }

  /**
   * Digest of `before`, `body` and `after`, of the texts each character one byte; the buffer belongs to this object and
   * is overwritten by the next call.
   */
  digest(before: string, body: Uint8Array, after = ''): Buffer {
    const bodyAt = this.#blockBytes + before.length;
    const length = bodyAt + body.length + after.length;
    if (length > MAX_SCRATCH_BYTES) return this.begin(before).update(body).update(after, 'latin1').digest();
    const inner = this.#roomFor(length);
    if (before !== '') inner.write(before, this.#blockBytes, 'latin1');
    inner.set(body, bodyAt);
    if (after !== '') inner.write(after, bodyAt + body.length, 'latin1');
    // Digests as latin1 text: a string is cheaper than a buffer of its own.
    const digest = hash(this.#algorithm, inner.subarray(0, length), 'latin1');
    this.#outer.write(digest, this.#blockBytes, 'latin1');
    this.#digest.write(hash(this.#algorithm, this.#outer, 'latin1'), 0, 'latin1');
    return this.#digest;
  }

  /** The same for a body that comes in pieces: `before` is in it. */
  begin(before: string): ReturnType<typeof createHmac> {
    return createHmac(this.#algorithm, this.#key).update(before, 'latin1');
  }

  #roomFor(length: number): Buffer {
    if (this.#inner.length >= length) return this.#inner;
    const larger = Buffer.alloc(2 ** Math.ceil(Math.log2(length)));
    larger.set(this.#inner.subarray(0, this.#blockBytes));
    this.#inner = larger;
    return larger;
  }
}

function padded(block: Buffer, pad: number, extraBytes: number): Buffer {
  const buffer = Buffer.alloc(block.length + extraBytes);
  for (let at = 0; at < block.length; at++) buffer.writeUInt8(block.readUInt8(at) ^ pad, at);
  return buffer;
}
