/** Decides what is wrong with a delivery that its verifier refuses, in words for a person who knows the secret. Pure. */
import type { Delivery, Verify } from '../core/trigger.ts';

/** What was found; neither says what a good signature would have been. */
export type Diagnosis =
  { readonly ok: true } | { readonly ok: false; readonly finding: string; readonly remedy: string };

/** Judges one delivery, and where its signature is wrong, what it would be right for. */
export function diagnose(verify: Verify, delivery: Delivery): Diagnosis {
  const verdict = verify(delivery);
  if (verdict.ok) return verdict;
  const { reason } = verdict;
  return reason === 'wrong signature'
    ? otherwise(verify, delivery)
    : { ok: false, finding: reason, remedy: remedyFor(reason) };
}

/** Looks for the change on the way that explains a wrong signature. */
function otherwise(verify: Verify, delivery: Delivery): Diagnosis {
  const fits = (change: Partial<Delivery>): boolean => {
    const verdict = verify({ ...delivery, ...change });
    // A signature that is only too old is a good one.
    return verdict.ok || verdict.reason.startsWith('timestamp off');
  };
  const text = Buffer.from(delivery.body).toString();
  for (const [what, changed] of variants(text)) {
    if (changed === text || changed === undefined || !fits({ body: Buffer.from(changed) })) continue;
    return {
      ok: false,
      finding: `body re-encoded: the signature fits the body ${what}`,
      remedy: 'hand on the bytes as they came: no parsing, no printing, no editor between sender and service',
    };
  }
  const origin = otherScheme(delivery.origin?.() ?? '');
  if (fits({ origin: () => origin }))
    return {
      ok: false,
      finding: `another URL: the signature fits ${origin}${delivery.url}`,
      remedy: 'write what senders have before the path as `public_url` in [triggers.server]',
    };
  return {
    ok: false,
    finding: 'wrong signature: the secret is another, or the request is not what was signed',
    remedy:
      'compare the secret with that of the sender, spaces and line ends included, and send the delivery again',
  };
}

/** What becomes of a body on its way through programs that mean well. */
function variants(text: string): ReadonlyArray<readonly [what: string, text: string | undefined]> {
  return [
    ['without its last line end', text.replace(/\r?\n$/, '')],
    ['with a line end after it', `${text}\n`],
    ['with CRLF after it', `${text}\r\n`],
    ['with LF for CRLF', text.replaceAll('\r\n', '\n')],
    ['with CRLF for LF', text.replaceAll(/\r?\n/g, '\r\n')],
    ['without the byte order mark', text.replace(/^\ufeff/, '')],
    ['as JSON without spaces', printed(text)],
    ['as JSON with two spaces of indent', printed(text, 2)],
    ['as JSON with a space after each comma and colon', spaced(text)],
  ];
}

function printed(text: string, indent?: number): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), undefined, indent);
  } catch {
    // No JSON: then nobody printed it anew.
    return undefined;
  }
}

/** As Python's `json.dumps` writes it: what lies between strings is taken apart, what is in them stays. */
function spaced(text: string): string | undefined {
  return printed(text)?.replaceAll(/"(?:[^"\\]|\\.)*"|[,:]/g, (part) =>
    part.length === 1 ? `${part} ` : part,
  );
}

function otherScheme(origin: string): string {
  return origin.startsWith('https:') ? origin.replace('https:', 'http:') : origin.replace('http:', 'https:');
}

const remedies: ReadonlyArray<readonly [RegExp, string]> = [
  [/absent/, 'the sender does not send it, or something in front of the service takes it away'],
  [
    /^timestamp off/,
    'set the clocks of both by NTP; a delivery that somebody repeats later is refused for good reason',
  ],
  [
    /not labelled/,
    'the sender uses another algorithm or version: `provider`, `auth` or `signature` says which is due',
  ],
  [/^wrong/, 'compare the secret with that of the sender, spaces and line ends included'],
];

function remedyFor(reason: string): string {
  return (
    remedies.find(([pattern]) => pattern.test(reason))?.[1] ??
    'it is cut short, or written in another way than its sender documents'
  );
}
