/** Decides what a sender signs: the scheme's template with the parts of one delivery, for verifying and for signing alike. */
import type { Place } from '../core/trigger.ts';
import { readPlace } from './place.ts';
import type { Carrier } from './place.ts';
import { placeText } from './schemes.ts';
import type { SignatureScheme } from './schemes.ts';

/** The signed bytes around the body, each character one byte; the body itself stays where it is. */
export interface SignedText {
  readonly before: string;
  readonly after: string;
  /** False: what is signed of the body is in `before` already. */
  readonly hasBody: boolean;
}

/** What fills a template. */
export interface TextParts {
  readonly id: string;
  readonly timestamp: string;
  /** As the sender wrote it. */
  readonly url: () => string;
  readonly form: () => string;
}

const PART = /\{(id|timestamp|url|form)\}/g;

/** Compiles a template, which holds `{body}` at most once. */
export function compileText(template: string): (parts: TextParts) => SignedText {
  const [before = '', after = ''] = template.split('{body}');
  const hasBody = template.includes('{body}');
  if (!before.includes('{') && !after.includes('{')) {
    const constant = { before, after, hasBody };
    return () => constant;
  }
  return (parts) => ({ before: fill(before, parts), after: fill(after, parts), hasBody });
}

function fill(template: string, parts: TextParts): string {
  const text = template.replace(PART, (_, name: keyof TextParts) => {
    const part = parts[name];
    return typeof part === 'string' ? part : part();
  });
  // One character a byte, which is what text beyond ASCII is signed as.
  return Buffer.from(text).toString('latin1');
}

/** The parameters of a form as Twilio signs them: sorted by name, each followed by its value, repeated ones once. */
export function formText(body: Uint8Array): string {
  const form = new URLSearchParams(Buffer.from(body).toString());
  const names = [...new Set(form.keys())].sort();
  return names
    .flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value))
    .join('');
}

/** True for the content type of a form without files. */
export function isUrlEncoded(contentType: string | undefined): boolean {
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType ?? '');
}

/** The forms of a URL whose sender signs any of them: as it is, and with or without the default port of its scheme. */
export function portForms(url: string): readonly string[] {
  const match = /^(https?):\/\/([^/?#]*)(.*)$/s.exec(url);
  if (match === null) return [url];
  const [, scheme = '', host = '', rest = ''] = match;
  const bare = host.replace(/:\d+$/, '');
  const port = scheme === 'https' ? 443 : 80;
  return [...new Set([url, `${scheme}://${bare}${rest}`, `${scheme}://${bare}:${port}${rest}`])];
}

// Visible ASCII without spaces: no two programs read anything else alike.
const ID = /^[\x21-\x7e]+$/;

/** The id of a delivery as it is signed, or what is wrong with it. */
export function readId(place: Place | undefined, carrier: Carrier): { readonly id: string } | string {
  if (place === undefined) return { id: '' };
  const id = readPlace(place, carrier);
  if (id === undefined || id === '') return `${placeText(place)} absent`;
  return ID.test(id) ? { id } : `${placeText(place)} is no id: it holds more than visible ASCII`;
}

/** True where a verifier has to have the whole body in its hands. */
export function needsWholeBody({ algorithm, signed, places, id, timestamp }: SignatureScheme): boolean {
  const isInBody = [...places, id, timestamp?.place].some((place) => place?.kind === 'json');
  return algorithm === 'ed25519' || !signed.includes('{body}') || isInBody;
}
