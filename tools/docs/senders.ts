/** Decides how the page about verifying senders reads: what to write, and one row for each provider, from the presets themselves. */
import type { Place } from '../../src/core/trigger.ts';
import { presetOf, providerNames } from '../../src/triggers/presets.ts';
import type { ProviderName } from '../../src/triggers/presets.ts';
import { placeText } from '../../src/triggers/schemes.ts';
import type { Scheme } from '../../src/triggers/schemes.ts';

const PROSE = `# Verify a sender

Made from the table of presets in the source; \`npm run docs\` writes it anew.

A webhook runs only what its sender can prove to have sent. Each says how in one of five ways; the secret is never in the
log, in the store or in an answer, and every failure is answered alike: 401 \`{"error":"unauthorized"}\`.

## A sender that is known by name

\`\`\`toml
[[triggers.webhooks]]
id = "deploy"
path = "/hooks/deploy"
provider = "github"
secret = { env = "GITHUB_WEBHOOK_SECRET" }
event_filter = "push"
command = ["./deploy.sh", "{{ref}}"]
action = "command"
\`\`\`

The name sets the signature, how old a request may be, where its id and its event stand, and how the provider's question
whether somebody listens is answered. While a secret is rotated, \`secret\` is a list: each of them verifies.
`;

const OTHERS = `
\`event\` is what \`event_filter\` compares, \`id\` what tells a repeated delivery, which runs once. Another body under an id
that is known is answered 409; but Stripe and Linear write a delivery anew whenever they send it again, and theirs counts
as the same. That Twitch ends a subscription is answered, and runs nothing. What no column names the provider does not say. Sentry's timestamp and the tokens of GitLab, Telegram and Microsoft Graph cover nothing: who sees one
request can send it again, so have it come by HTTPS. Twilio signs the URL as well: behind a proxy, write
\`public_url = "https://hooks.example.com"\` into \`[triggers.server]\`. Meta is answered with \`verify_token\`, a secret beside
\`secret\` that it is told with the address. \`untether send\` plays every provider but those with a private key of their own.

## Any other sender that signs

Five lines say where the signature is and what is signed:

\`\`\`toml
[triggers.webhooks.signature]
header = "X-Acme-Signature"
timestamp = "X-Acme-Time"
signed = "{timestamp}.{body}"
versions = ["v1="]
\`\`\`

The other keys are in [configuration.md](../configuration.md): algorithms (\`sha1\`, \`sha256\`, \`sha512\`, \`ed25519\`,
\`ecdsa-p256\`), encodings, units of time, separators, the format of the secret. A time in a header counts only where it is
signed.

## A sender that knows a secret

\`auth = "bearer"\` (the default), \`"basic"\`, \`"hmac-sha256"\` or \`"hmac-sha1"\` with \`secret\`; \`"none"\` is served on a
loopback address only.

## A sender that only a program knows

\`auth = "plugin:ID"\` asks a plugin of yours, for what no key here can say: [write-a-plugin.md](write-a-plugin.md#verifiers).

## When a delivery is refused

The log has the reason. Record the request and ask at which step it fails:

\`\`\`console
$ untether verify --webhook deploy --headers headers.txt --body body.json --at 2026-11-26T03:14:00Z
refused: body re-encoded: the signature fits the body without its last line end
  hand on the bytes as they came: no parsing, no printing, no editor between sender and service
\`\`\`
`;

/** The text of docs/how-to/verify-a-sender.md, to be formatted. */
export function sendersPage(): string {
  const rows = providerNames.map(row).join('\n');
  const head =
    '| provider | secret | proof | time may be off | event | id | handshake |\n| --- | --- | --- | --- | --- | --- | --- |';
  return `${PROSE}\n${head}\n${rows}\n${OTHERS}`;
}

function row(name: ProviderName): string {
  const { schemes, deliveryId, events, handshake, page } = presetOf(name);
  const cells = [
    `[\`${name}\`](${page})`,
    schemes.map(secretOf).join(', or '),
    schemes.map(proofOf).join(', or '),
    schemes.flatMap(toleranceOf)[0] ?? '',
    places(events),
    deliveryId === undefined ? '' : places([deliveryId]),
    handshake === undefined ? '' : 'yes',
  ];
  return `| ${cells.join(' | ')} |`;
}

function secretOf(scheme: Scheme): string {
  const prefix = scheme.secretPrefix === undefined ? '' : `\`${scheme.secretPrefix}…\` `;
  if (scheme.kind === 'token') return 'token';
  const isPublic = scheme.algorithm === 'ed25519' || scheme.algorithm === 'ecdsa-p256';
  return `${prefix}${isPublic ? 'public key' : 'secret'}`;
}

function proofOf(scheme: Scheme): string {
  if (scheme.kind === 'token') return `the token, ${places([scheme.place])}`;
  return `${scheme.algorithm} of \`${scheme.signed}\`, ${places(scheme.places)}`;
}

function toleranceOf(scheme: Scheme): readonly string[] {
  const toleranceMs = scheme.kind === 'token' ? undefined : scheme.timestamp?.toleranceMs;
  return toleranceMs === undefined ? [] : [`${toleranceMs / 60_000} min`];
}

function places(list: readonly Place[]): string {
  return list.map((place) => placeText(place).replace(place.name, `\`${place.name}\``)).join(', else ');
}
