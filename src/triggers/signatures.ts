/** Decides which bytes a delivery's headers present as its signatures. */
import type { Delivery } from '../core/trigger.ts';
import { digestBytes } from './hmac.ts';
import type { SignatureScheme } from './schemes.ts';

/** What was found; the reason says what is wrong with the last that was not one, for the log. */
export interface GivenSignatures {
  readonly signatures: readonly Buffer[];
  readonly reason: string;
}

// Printable ASCII: anything else in a credential is an attack or a mistake, and no two programs decode it alike.
const ASCII = /^[\x20-\x7e]*$/;

/** True for text that a header may carry a credential in. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** The decoded signatures of all the scheme's headers that are present; only those of the digest's length. */
export function readSignatures(scheme: SignatureScheme, headers: Delivery['headers']): GivenSignatures {
  const signatures: Buffer[] = [];
  let reason = 'signature header absent';
  for (const name of scheme.headers) {
    const value = headers[name];
    if (typeof value !== 'string') continue;
    for (const entry of entriesOf(value, scheme.separator)) {
      const signature = decode(scheme, entry);
      if (typeof signature === 'string') reason = signature;
      else signatures.push(signature);
    }
  }
  return { signatures, reason };
}

function entriesOf(value: string, separator: string): readonly string[] {
  return value.includes(separator) ? value.split(separator).map((entry) => entry.trim()) : [value];
}

/** The signature's bytes, or what is wrong with it. */
function decode(scheme: SignatureScheme, entry: string): Buffer | string {
  if (!isAscii(entry)) return 'signature is not ASCII';
  const text = unlabelled(scheme, entry);
  if (text === undefined) return `signature is not labelled ${scheme.label}`;
  const length = digestBytes[scheme.algorithm];
  const textLength = scheme.encoding === 'hex' ? length * 2 : Math.ceil(length / 3) * 4;
  // Decoding stops at the first character that is no digit, and so comes out short.
  const signature = text.length === textLength ? Buffer.from(text, scheme.encoding) : undefined;
  return signature?.length === length ? signature : `signature is not ${length} bytes in ${scheme.encoding}`;
}

function unlabelled({ label, labelRequired }: SignatureScheme, entry: string): string | undefined {
  if (entry.startsWith(label)) return entry.slice(label.length);
  return labelRequired || entry.includes('=') ? undefined : entry;
}
