/** Decides how an HMAC (RFC 2104) is computed on the way of a request: two one-shot hashes over precomputed pads. */
import { createHash, createHmac, hash } from 'node:crypto';

/** The hash inside the HMAC, as the file and the senders name it. */
export type HmacAlgorithm = 'sha1' | 'sha256';

/** Length of a digest, bytes. */
export const digestBytes = { sha1: 20, sha256: 32 } as const satisfies Record<HmacAlgorithm, number>;

// Both algorithms hash in blocks of 64 bytes (FIPS 180-4).
const BLOCK_BYTES = 64;
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
  /** The outer pad, followed by room for the inner digest. */
  readonly #outer: Buffer;
  /** The inner pad, followed by the message; grows to what this webhook's deliveries need. */
  #inner: Buffer;
  readonly #digest: Buffer;

  constructor(algorithm: HmacAlgorithm, key: Uint8Array) {
    const block = key.length > BLOCK_BYTES ? createHash(algorithm).update(key).digest() : key;
    this.#algorithm = algorithm;
    this.#key = key;
    this.#inner = padded(block, INNER_PAD, 0);
    this.#outer = padded(block, OUTER_PAD, digestBytes[algorithm]);
    this.#digest = Buffer.alloc(digestBytes[algorithm]);
  }

  /** Digest of `prefix` (ASCII) and `body`; the buffer belongs to this object and is overwritten by the next call. */
  digest(prefix: string, body: Uint8Array): Buffer {
    const length = BLOCK_BYTES + prefix.length + body.length;
    if (length > MAX_SCRATCH_BYTES)
      return createHmac(this.#algorithm, this.#key).update(prefix, 'latin1').update(body).digest();
    const inner = this.#roomFor(length);
    if (prefix !== '') inner.write(prefix, BLOCK_BYTES, 'latin1');
    inner.set(body, BLOCK_BYTES + prefix.length);
    // Digests as latin1 text: a string is cheaper than a buffer of its own.
    this.#outer.write(hash(this.#algorithm, inner.subarray(0, length), 'latin1'), BLOCK_BYTES, 'latin1');
    this.#digest.write(hash(this.#algorithm, this.#outer, 'latin1'), 0, 'latin1');
    return this.#digest;
  }

  #roomFor(length: number): Buffer {
    if (this.#inner.length >= length) return this.#inner;
    const larger = Buffer.alloc(2 ** Math.ceil(Math.log2(length)));
    larger.set(this.#inner.subarray(0, BLOCK_BYTES));
    this.#inner = larger;
    return larger;
  }
}

function padded(block: Uint8Array, pad: number, extraBytes: number): Buffer {
  const buffer = Buffer.alloc(BLOCK_BYTES + extraBytes);
  buffer.set(block);
  for (let at = 0; at < BLOCK_BYTES; at++) buffer.writeUInt8(buffer.readUInt8(at) ^ pad, at);
  return buffer;
}
