/** Holds the verifier to its promise over what nobody thought of: it never throws, and lets nothing in that was changed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Delivery } from '../../src/core/trigger.ts';
import { compileAuth, providerNames } from '../../src/triggers/auth.ts';
import type { AuthSpec } from '../../src/triggers/auth.ts';
import { AT, ORIGIN, deliveryOf, senders, twilioText } from './senders.ts';

const isLong = process.env['UNTETHER_TEST_LONG'] === '1';
const numRuns = isLong ? 20_000 : 300;
const PATIENT = { timeout: 180_000 };

const specs: ReadonlyMap<string, AuthSpec> = new Map([
  ...providerNames.map((provider): [string, AuthSpec] => [
    provider,
    { kind: 'provider', provider, secrets: [new Secret(senders[provider].secret)] },
  ]),
  ['bearer', { kind: 'bearer', secrets: [new Secret('pass-word')] }],
  ['basic', { kind: 'basic', username: 'hook', secrets: [new Secret('pass-word')] }],
  ['hmac-sha1', { kind: 'hmac', algorithm: 'sha1', secrets: [new Secret('pass-word')] }],
]);
const verifiers = new Map([...specs].map(([name, spec]) => [name, compileAuth(spec)]));

const headerNames = [
  'authorization',
  'content-type',
  ...new Set(providerNames.flatMap((name) => Object.keys(deliveryOf(senders[name]).headers))),
];
// Node hands over header bytes as the code points of the same number.
const headerText = fc.array(fc.integer({ min: 0, max: 255 })).map((codes) => String.fromCharCode(...codes));
const marks = [
  'sha256=',
  'v1,',
  'v0=',
  't=',
  't=1,v1=',
  'Bearer ',
  'Basic =',
  ',',
  ' ',
  '=',
  '1767225600',
  '0'.repeat(64),
];
const value = fc.oneof(
  headerText,
  fc.constantFrom(...marks),
  fc.tuple(fc.constantFrom(...marks), headerText).map((two) => two.join('')),
);
const body = fc.oneof(
  fc.uint8Array(),
  fc.json().map((text) => Buffer.from(text)),
  fc
    .constantFrom('{"value":[]}', '[', '{"value":[{"clientState":""}]}', '&', '')
    .map((text) => Buffer.from(text)),
);

/** Whole, in pieces, and the two alike. */
function isLetIn(name: string, delivery: Delivery): boolean {
  const verifier = verifiers.get(name);
  const verdict = verifier?.verify(delivery);
  const running = verifier?.verifyStream?.(delivery);
  running?.update(delivery.body);
  if (running !== undefined) expect((running.early ?? running.end()).ok).toBe(verdict?.ok);
  return verdict?.ok === true;
}

test('any headers, URL and body are refused without a throw', PATIENT, () => {
  const request = fc.record({
    headers: fc.dictionary(fc.constantFrom(...headerNames), value),
    url: fc.string(),
    body,
  });
  fc.assert(
    fc.property(request, (given) => {
      const delivery = { method: 'POST', origin: () => ORIGIN, receivedAt: AT, ...given };
      for (const name of verifiers.keys()) expect([name, isLetIn(name, delivery)]).toEqual([name, false]);
    }),
    { numRuns },
  );
});

// Of these the secret itself is what proves the sender, and it covers nothing.
const tokens: readonly string[] = ['gitlab', 'microsoft-graph', 'telegram'];

test(
  'a good delivery of which a byte of the body was changed, left out or added is let in by no signature',
  PATIENT,
  () => {
    const change = fc.record({
      name: fc.constantFrom(...providerNames.filter((name) => !tokens.includes(name))),
      at: fc.nat(),
      byte: fc.integer({ min: 1, max: 255 }),
      kind: fc.constantFrom('change', 'drop', 'add'),
    });
    fc.assert(
      fc.property(change, ({ name, at, byte, kind }) => {
        const delivery = deliveryOf(senders[name]);
        const bytes = [...delivery.body];
        const index = at % bytes.length;
        if (kind === 'change') bytes[index] = (bytes[index] ?? 0) ^ byte;
        else bytes.splice(index, kind === 'drop' ? 1 : 0, ...(kind === 'add' ? [byte] : []));
        const changed = { ...delivery, body: Buffer.from(bytes) };
        // Twilio signs names and values one after the other: what joins to the same text is the same to it.
        const isSame = name === 'twilio' && twilioText(textOf(changed)) === twilioText(textOf(delivery));
        if (!isSame) expect([name, isLetIn(name, changed)]).toEqual([name, false]);
      }),
      { numRuns },
    );
  },
);

function textOf({ body: bytes }: Delivery): string {
  return Buffer.from(bytes).toString();
}

test('a proof of which a character was changed, left out or added is let in by nobody', PATIENT, () => {
  const change = fc.record({
    name: fc.constantFrom(...providerNames.filter((name) => name !== 'microsoft-graph')),
    at: fc.nat(),
    char: fc.integer({ min: 33, max: 255 }).map((code) => String.fromCharCode(code)),
    kind: fc.constantFrom('change', 'drop', 'add'),
  });
  fc.assert(
    fc.property(change, ({ name, at, char, kind }) => {
      const { proof } = senders[name];
      const delivery = deliveryOf(senders[name]);
      const given = delivery.headers[proof] ?? '';
      const index = at % given.length;
      const changed =
        given.slice(0, index) +
        (kind === 'drop' ? '' : char) +
        given.slice(kind === 'add' ? index : index + 1);
      // Hex may be written in either case; a list may have further entries.
      const isSame = changed.toLowerCase() === given.toLowerCase() || withoutEmpty(changed) === given;
      const isIn = isLetIn(name, { ...delivery, headers: { ...delivery.headers, [proof]: changed } });
      if (!isSame) expect([name, changed, isIn]).toEqual([name, changed, false]);
    }),
    // A space of Latin-1, which is no white space of HTTP.
    { numRuns, examples: [[{ name: 'stripe', at: 0, char: '\u00a0', kind: 'add' }]] },
  );
});

function withoutEmpty(list: string): string {
  return list
    .split(',')
    .filter((entry) => entry !== '')
    .join(',');
}
