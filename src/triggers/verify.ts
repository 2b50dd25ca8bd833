/** Decides whether a delivery comes from who knows the secret: over the raw bytes, without throwing, in constant time. */
import { hash } from 'node:crypto';
import type {
  Delivery,
  DeliveryHead,
  StreamVerification,
  Verdict,
  Verify,
  VerifyStream,
} from '../core/trigger.ts';
import { readAll, readPlace } from './place.ts';
import { placeText } from './schemes.ts';
import type { SignatureScheme, TokenScheme } from './schemes.ts';
import { isAmong } from './signature-check.ts';
import type { SignatureCheck } from './signature-check.ts';
import { compileSignatures, isAscii, readTimeText } from './signatures.ts';
import { compileText, formText, isUrlEncoded, needsWholeBody, portForms, readId } from './signed-text.ts';
import type { SignedText } from './signed-text.ts';
import { readTime, unitText } from './timestamp.ts';

/** Both ways to verify one sender. */
export interface Verifier {
  readonly verify: Verify;
  /** Undefined: only the whole body can be verified. */
  readonly verifyStream?: VerifyStream;
}

/** What there is of a delivery; the body is absent while it is still to come. */
type Heard = DeliveryHead & Partial<Delivery>;

const GOOD: Verdict = { ok: true };
const bad = (reason: string): Verdict => ({ ok: false, reason });

/** Lets every delivery pass. */
export const verifyNothing: Verifier = byHead(() => GOOD);

/**
 * `Authorization: <scheme> <credentials>` (RFC 9110 §11): the scheme in any case, exactly one space, credentials equal
 * to one of `accepted` after `decode`.
 */
export function verifyAuthorization(
  scheme: string,
  accepted: readonly Buffer[],
  decode: 'latin1' | 'base64',
): Verifier {
  const start = `${scheme.toLowerCase()} `;
  return byHead(function authorization({ headers }): Verdict {
    const value = headers['authorization'];
    if (typeof value !== 'string') return bad('authorization header absent');
    if (!isAscii(value)) return bad('authorization header is not ASCII');
    if (value.slice(0, start.length).toLowerCase() !== start)
      return bad(`authorization scheme is not ${scheme}`);
    return isAmong(Buffer.from(value.slice(start.length), decode), accepted)
      ? GOOD
      : bad('wrong credentials');
  });
}

/** The secret itself at the scheme's place; where that names several, in each. */
export function verifyToken({ place }: TokenScheme, accepted: readonly Buffer[]): Verifier {
  const verify = function token(carrier: Heard): Verdict {
    const given = readAll(place, carrier);
    if (given.length === 0 || given.includes(undefined)) return bad(`${placeText(place)} absent`);
    if (place.kind === 'header' && !given.every((one) => isAscii(one ?? '')))
      return bad(`${placeText(place)} is not ASCII`);
    let areGood = true;
    for (const one of given) {
      if (!isAmong(Buffer.from(one ?? ''), accepted)) areGood = false;
    }
    return areGood ? GOOD : bad('wrong token');
  };
  return place.kind === 'json' ? { verify } : byHead(verify);
}

/** One good signature under one of the keys that `checks` hold, over what the scheme says, made about now. */
export function verifySignature(scheme: SignatureScheme, checks: readonly SignatureCheck[]): Verifier {
  const textsOf = compileTexts(scheme);
  const signaturesOf = compileSignatures(scheme);
  const verify = function signature(delivery: Delivery): Verdict {
    const texts = textsOf(delivery);
    const { signatures, reason } = signaturesOf(delivery);
    // Digests are computed even when the request is lost already, so that time tells nothing about what is wrong.
    let isGood = false;
    for (const text of typeof texts === 'string' ? UNKNOWN : texts) {
      for (const check of checks) if (check.isGood(text, delivery.body, signatures)) isGood = true;
    }
    if (typeof texts === 'string') return bad(texts);
    if (signatures.length === 0) return bad(reason);
    return isGood ? checkTime(scheme, delivery) : bad('wrong signature');
  };
  if (needsWholeBody(scheme)) return { verify };
  return { verify, verifyStream: streamed({ scheme, checks, textsOf, signaturesOf }) };
}

const UNKNOWN: readonly SignedText[] = [{ before: '', after: '', hasBody: true }];

type Texts = (carrier: Heard) => readonly SignedText[] | string;

/** The texts that a good signature may be over, or what is missing for one. */
function compileTexts(scheme: SignatureScheme): Texts {
  const { signed, id: idPlace, timestamp, isAnyPort = false, bodyHash } = scheme;
  const render = compileText(signed);
  const isSigned = (part: string): boolean => signed.includes(`{${part}}`);
  if (!/\{(?:id|timestamp|url|form)\}/.test(signed)) {
    const constant = [render({ id: '', timestamp: '', url: () => '', form: () => '' })];
    return () => constant;
  }
  return function texts(carrier) {
    const id = isSigned('id') ? readId(idPlace, carrier) : { id: '' };
    if (typeof id === 'string') return id;
    const time = timestamp && isSigned('timestamp') ? readTimeOf(scheme, carrier) : { text: '' };
    if (typeof time === 'string') return time;
    const form = isSigned('form') ? readForm(bodyHash, carrier) : { text: '' };
    if (typeof form === 'string') return form;
    const url = isSigned('url') ? (carrier.origin?.() ?? '') + carrier.url : '';
    const urls = isAnyPort ? portForms(url) : [url];
    return urls.map((one) =>
      render({ id: id.id, timestamp: time.text, url: () => one, form: () => form.text }),
    );
  };
}

interface GivenTime {
  readonly text: string;
  readonly at: number;
}

/** The time that a delivery names, or what is wrong with it. */
function readTimeOf(scheme: SignatureScheme, carrier: Heard): GivenTime | string {
  const { timestamp } = scheme;
  if (timestamp === undefined) return { text: '', at: carrier.receivedAt };
  const text = readTimeText(scheme, timestamp.place, carrier);
  if (text === undefined) return `${placeText(timestamp.place)} absent`;
  const at = readTime(text, timestamp.unit);
  return at === undefined ? `${placeText(timestamp.place)} is not ${unitText[timestamp.unit]}` : { text, at };
}

function checkTime(scheme: SignatureScheme, carrier: Heard): Verdict {
  if (scheme.timestamp === undefined) return GOOD;
  const time = readTimeOf(scheme, carrier);
  if (typeof time === 'string') return bad(time);
  const offByMs = time.at - carrier.receivedAt;
  if (Math.abs(offByMs) <= scheme.timestamp.toleranceMs) return GOOD;
  return bad(`timestamp off by ${Math.round(offByMs / 1_000)} s`);
}

/** What is signed of a body by its parameters, or by its hash at `bodyHash`, which is part of the signed URL. */
function readForm(
  bodyHash: SignatureScheme['bodyHash'],
  { headers, url, body = new Uint8Array() }: Heard,
): { readonly text: string } | string {
  const given = bodyHash && readPlace(bodyHash, { headers, url });
  if (bodyHash !== undefined && given !== undefined)
    return given.toLowerCase() === hash('sha256', body)
      ? { text: '' }
      : `${placeText(bodyHash)} is not the body's`;
  if (body.length === 0 || isUrlEncoded(headers['content-type'])) return { text: formText(body) };
  return `${bodyHash === undefined ? 'form' : placeText(bodyHash)} absent, and the body is no form`;
}

interface Parts {
  readonly scheme: SignatureScheme;
  readonly checks: readonly SignatureCheck[];
  readonly textsOf: Texts;
  readonly signaturesOf: ReturnType<typeof compileSignatures>;
}

function streamed({ scheme, checks, textsOf, signaturesOf }: Parts): VerifyStream {
  return function signatureStream(head): StreamVerification {
    const texts = textsOf(head);
    if (typeof texts === 'string') return known(bad(texts));
    const { signatures, reason } = signaturesOf(head);
    if (signatures.length === 0) return known(bad(reason));
    const running = texts.flatMap(({ before, after }) =>
      checks.map((check) => ({ after, check: check.begin(before, signatures) })),
    );
    return {
      early: undefined,
      update(chunk) {
        for (const { check } of running) check.update(chunk);
      },
      end() {
        let isGood = false;
        for (const { check, after } of running) if (check.isGood(after)) isGood = true;
        return isGood ? checkTime(scheme, head) : bad('wrong signature');
      },
    };
  };
}

/** What needs no body says so before any of it. */
function byHead(verify: (head: DeliveryHead) => Verdict): Verifier {
  return { verify, verifyStream: (head) => known(verify(head)) };
}

function known(verdict: Verdict): StreamVerification {
  return { early: verdict, update: () => {}, end: () => verdict };
}
