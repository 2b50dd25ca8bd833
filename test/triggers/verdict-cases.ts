/** Decides what the verifier must let in and what it must not, case by case, whoever judges it. */
import { createHmac } from 'node:crypto';
import { Secret } from '../../src/core/secret.ts';
import type { Delivery, Verdict } from '../../src/core/trigger.ts';
import { providerNames } from '../../src/triggers/auth.ts';
import type { AuthSpec, CompiledAuth, ProviderName } from '../../src/triggers/auth.ts';
import { AT, deliveryOf, senders, standardAsymmetric, twilioJson } from './senders.ts';
import type { Change, Sender } from './senders.ts';

/** One delivery and what has to become of it. */
export interface VerdictCase {
  readonly name: string;
  readonly spec: AuthSpec;
  readonly delivery: Delivery;
  readonly expected: 'ok' | RegExp;
}

const ok = 'ok';
const wrong = /^wrong /;
const any = /./;

function spec(provider: ProviderName, ...secrets: readonly string[]): AuthSpec {
  return { kind: 'provider', provider, secrets: secrets.map((one) => new Secret(one)) };
}

/** What holds for every sender. */
function ofSender(name: string, provider: ProviderName, sender: Sender): readonly VerdictCase[] {
  const { secret, other, proof, toleranceS } = sender;
  const one = (what: string, change: Change, expected: VerdictCase['expected']): VerdictCase => ({
    name: `${name}: ${what}`,
    spec: spec(provider, secret),
    delivery: deliveryOf(sender, change),
    expected,
  });
  const given = deliveryOf(sender).headers[proof];
  const late = (toleranceS ?? 0) * 1_000 + 1_000;
  return [
    one('good', {}, ok),
    { ...one('good under the second secret', {}, ok), spec: spec(provider, other, secret) },
    one('another secret', { secret: other }, wrong),
    ...(given === undefined || given === secret
      ? []
      : [
          one('another body', { mangle: (body) => `${body}!` }, any),
          one('cut short', { headers: { [proof]: given.slice(0, -4) } }, any),
          one('gone on', { headers: { [proof]: `${given}0000` } }, any),
          one('beyond ASCII', { headers: { [proof]: `${given.slice(0, -1)}\u00e9` } }, /not ASCII/),
        ]),
    ...(given === undefined ? [] : [one('absent', { headers: { [proof]: undefined } }, /absent/)]),
    ...(toleranceS === undefined
      ? []
      : [
          one('too old', { sentAt: AT - late }, /off by -/),
          one('too new', { sentAt: AT + late }, /off by \d/),
        ]),
  ];
}

const standard = senders['standard-webhooks'];
const standardSpec = spec('standard-webhooks', standard.secret);
const signature = (sender: Sender): string => deliveryOf(sender).headers[sender.proof] ?? '';
const withProof = (sender: Sender, proof: string): Delivery =>
  deliveryOf(sender, { headers: { [sender.proof]: proof } });
const bearer: AuthSpec = { kind: 'bearer', secrets: [new Secret('pass-word')] };
const plain = (headers: Delivery['headers'], body = '{}'): Delivery => ({
  ...deliveryOf(senders.github),
  headers,
  body: Buffer.from(body),
});

/** A request of Slack's that is signed, whatever its time looks like. */
function slackAt(time: string): Delivery {
  const digest = createHmac('sha256', senders.slack.secret).update(`v0:${time}:{}`).digest('hex');
  return plain({ 'x-slack-request-timestamp': time, 'x-slack-signature': `v0=${digest}` });
}

function graph(body: unknown): Delivery {
  return { ...deliveryOf(senders['microsoft-graph']), body: Buffer.from(JSON.stringify(body)) };
}

const graphSecret = senders['microsoft-graph'].secret;
const item = { clientState: graphSecret };
const good = signature(senders.pagerduty);
const bad = `v1=${'0'.repeat(64)}`;
const base64 = signature(senders.shopify);
const seconds = String(AT / 1_000);

/** A signature over the URL alone, and a body that nothing covers. */
function twilioUncovered(contentType: string): Delivery {
  const headers = {
    'content-type': contentType,
    'x-twilio-signature': createHmac('sha1', senders.twilio.secret)
      .update('https://hooks.example.com/hook')
      .digest('base64'),
  };
  return { ...deliveryOf(senders.twilio), headers, body: Buffer.from('&') };
}

/** What only some can show. */
const special: readonly VerdictCase[] = [
  [
    'another label',
    spec('slack', senders.slack.secret),
    withProof(senders.slack, signature(senders.slack).replace('v0=', 'v1=')),
    /not labelled/,
  ],
  [
    'no label',
    spec('github', senders.github.secret),
    withProof(senders.github, signature(senders.github).slice(7)),
    /not labelled/,
  ],
  [
    'the label of another algorithm',
    { kind: 'hmac', algorithm: 'sha256', secrets: [new Secret(senders.github.secret)] },
    withProof(senders.github, signature(senders.github).replace('sha256=', 'sha1=')),
    /not labelled/,
  ],
  [
    'a good one among several',
    spec('pagerduty', senders.pagerduty.secret),
    withProof(senders.pagerduty, `${bad},${good}`),
    ok,
  ],
  [
    'a good one after more than anybody sends',
    spec('pagerduty', senders.pagerduty.secret),
    withProof(senders.pagerduty, `${`${bad},`.repeat(16)}${good}`),
    wrong,
  ],
  [
    'padding that is none',
    spec('shopify', senders.shopify.secret),
    withProof(senders.shopify, base64.replace('=', '!')),
    /bytes in base64/,
  ],
  ['an id with a space', standardSpec, deliveryOf(standard, { id: 'msg 1' }), /is no id/],
  ['an id beyond ASCII', standardSpec, deliveryOf(standard, { id: 'ms\u00e9' }), /is no id/],
  [
    'no id',
    standardSpec,
    deliveryOf(standard, { headers: { 'webhook-id': undefined } }),
    /webhook-id absent/,
  ],
  ['a time with a sign', spec('slack', senders.slack.secret), slackAt(`+${seconds}`), /not seconds/],
  [
    'a time in hexadecimal',
    spec('slack', senders.slack.secret),
    slackAt(`0x${(AT / 1_000).toString(16)}`),
    /not seconds/,
  ],
  ['a time that is good', spec('slack', senders.slack.secret), slackAt(seconds), ok],
  [
    'a hash of another body',
    spec('twilio', senders.twilio.secret),
    { ...deliveryOf(twilioJson), body: Buffer.from('{}') },
    /not the body's/,
  ],
  [
    'a body that nothing covers',
    spec('twilio', senders.twilio.secret),
    twilioUncovered('application/json'),
    /is no form/,
  ],
  [
    'one item of another',
    spec('microsoft-graph', graphSecret),
    graph({ value: [item, { clientState: 'guess' }] }),
    wrong,
  ],
  ['an item without proof', spec('microsoft-graph', graphSecret), graph({ value: [item, {}] }), /absent/],
  ['no item', spec('microsoft-graph', graphSecret), graph({ value: [] }), /absent/],
  [
    'a token beyond ASCII',
    spec('gitlab', '\u00e9\u00e9'),
    plain({ 'x-gitlab-token': '\u00e9\u00e9' }),
    /not ASCII/,
  ],
  [
    'old and new way of GitLab',
    spec('gitlab', 'token', standard.secret),
    deliveryOf(senders.gitlab, { secret: 'token' }),
    ok,
  ],
  ['new and old way of GitLab', spec('gitlab', 'token', standard.secret), deliveryOf(standard), ok],
  ['bearer', bearer, plain({ authorization: 'Bearer pass-word' }), ok],
  ['bearer, another secret', bearer, plain({ authorization: 'Bearer passw0rd!' }), wrong],
  ['bearer, a shorter secret', bearer, plain({ authorization: 'Bearer pass' }), wrong],
  ['bearer, another scheme', bearer, plain({ authorization: 'Digest pass-word' }), /scheme is not/],
  [
    'bearer, beyond ASCII',
    { kind: 'bearer', secrets: [new Secret('\u00e9')] },
    plain({ authorization: 'Bearer \u00c3\u00a9' }),
    /not ASCII/,
  ],
  ['bearer, none', bearer, plain({}), /absent/],
].map(([name, one, delivery, expected]) => ({ name, spec: one, delivery, expected }) as VerdictCase);

/** All of them. */
export const verdictCases: readonly VerdictCase[] = [
  ...providerNames.flatMap((name) => ofSender(name, name, senders[name])),
  ...ofSender('standard-webhooks, asymmetric', 'standard-webhooks', standardAsymmetric),
  ...ofSender('twilio, JSON', 'twilio', twilioJson),
  ...special,
];

/** What a compiler of verifiers makes of a case, whole and in pieces; undefined: what it has to be. */
export function complaint(compile: (spec: AuthSpec) => CompiledAuth, one: VerdictCase): string | undefined {
  const isAsExpected = (verdict: Verdict): boolean =>
    verdict.ok ? one.expected === 'ok' : one.expected !== 'ok' && one.expected.test(verdict.reason);
  try {
    const { verify, verifyStream } = compile(one.spec);
    const { body, ...head } = one.delivery;
    const running = verifyStream?.(head);
    for (const byte of body) running?.update(Buffer.of(byte));
    const verdicts = [
      verify(one.delivery),
      ...(running === undefined ? [] : [running.early ?? running.end()]),
    ];
    const odd = verdicts.find((verdict) => !isAsExpected(verdict));
    return odd && `${one.name}: ${odd.ok ? 'ok' : odd.reason}`;
  } catch (error) {
    return `${one.name}: threw ${String(error)}`;
  }
}
