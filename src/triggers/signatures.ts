/** Decides which bytes a delivery presents as its signatures, and which time stands beside them. */
import { digestBytes } from './hmac.ts';
import { readPlace } from './place.ts';
import type { Carrier } from './place.ts';
import { placeText } from './schemes.ts';
import type { SignatureScheme, TimePlace } from './schemes.ts';

/** What was found; the reason says what is wrong with the last that was not one, for the log. */
export interface GivenSignatures {
  readonly signatures: readonly Buffer[];
  readonly reason: string;
}

// Printable ASCII: anything else in a credential is an attack or a mistake, and no two programs decode it alike.
const ASCII = /^[\x20-\x7e]*$/;
// A list is as long as its sender likes, and each signature of a public key costs as much as the first.
const MAX_SIGNATURES = 16;

/** True for text that a header may carry a credential in. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** Compiles the reader of a scheme's signatures: those of all its places that have some, of the algorithm's length. */
export function compileSignatures(scheme: SignatureScheme): (carrier: Carrier) => GivenSignatures {
  const decode = compileDecode(scheme);
  const absent = `${scheme.places.map(placeText).join(' or ')} absent`;
  return function givenSignatures(carrier) {
    const signatures: Buffer[] = [];
    let reason = absent;
    for (const place of scheme.places) {
      const value = readPlace(place, carrier);
      if (value === undefined) continue;
      // The whole value: JavaScript takes more for white space than HTTP does, and takes it away below.
      if (!isAscii(value)) {
        reason = 'signature is not ASCII';
        continue;
      }
      for (const entry of entriesOf(value, scheme.separator)) {
        const signature = decode(entry);
        if (typeof signature === 'string') reason = signature;
        else if (signatures.length < MAX_SIGNATURES) signatures.push(signature);
      }
    }
    return { signatures, reason };
  };
}

/** The text in the place of a time; of `list` the first entry with that label. */
export function readTimeText(
  { places, separator }: SignatureScheme,
  place: TimePlace,
  carrier: Carrier,
): string | undefined {
  if (place.kind !== 'list') return readPlace(place, carrier);
  const [first] = places;
  const value = first && readPlace(first, carrier);
  const entry = value === undefined ? undefined : entriesOf(value, separator).find(startsWith(place.name));
  return entry?.slice(place.name.length);
}

function startsWith(label: string): (entry: string) => boolean {
  return (entry) => entry.startsWith(label);
}

function entriesOf(value: string, separator: string): readonly string[] {
  return value.includes(separator) ? value.split(separator).map((entry) => entry.trim()) : [value];
}

/** The signature's bytes, or what is wrong with it. */
function compileDecode(scheme: SignatureScheme): (entry: string) => Buffer | string {
  const { least, most } = lengthOf(scheme);
  const mostText = textLength(most, scheme.encoding);
  const length = least === most ? String(most) : `${least} to ${most}`;
  return (entry) => {
    const text = unlabelled(scheme, entry);
    if (text === undefined) return `signature is not labelled ${scheme.labels.join(' or ')}`;
    const signature = text.length > mostText ? undefined : decodeText(text, scheme.encoding);
    if (signature !== undefined && signature.length >= least && signature.length <= most) return signature;
    return `signature is not ${length} bytes in ${scheme.encoding}`;
  };
}

/** Node decodes hex up to what is no digit, and base64 without it: only what was read to the end is a signature. */
function decodeText(text: string, encoding: SignatureScheme['encoding']): Buffer | undefined {
  const bytes = Buffer.from(text, encoding);
  const isWhole = encoding === 'hex' ? bytes.length * 2 === text.length : bytes.toString('base64') === text;
  return isWhole ? bytes : undefined;
}

function textLength(bytes: number, encoding: SignatureScheme['encoding']): number {
  return encoding === 'hex' ? bytes * 2 : Math.ceil(bytes / 3) * 4;
}

/** Bytes of a signature; an ECDSA one in DER has no fixed length (SEC 1 C.8: two numbers of up to 33 bytes). */
function lengthOf({ algorithm, isRaw }: SignatureScheme): { readonly least: number; readonly most: number } {
  if (algorithm === 'ecdsa-p256' && isRaw !== true) return { least: 8, most: 72 };
  const length = algorithm === 'ed25519' || algorithm === 'ecdsa-p256' ? 64 : digestBytes[algorithm];
  return { least: length, most: length };
}

function unlabelled({ labels, labelRequired }: SignatureScheme, entry: string): string | undefined {
  if (labels.length === 0) return entry;
  const label = labels.find((one) => entry.startsWith(one));
  if (label !== undefined) return entry.slice(label.length);
  return labelRequired || entry.includes('=') ? undefined : entry;
}
