/** Holds the plugin that knows Google Cloud Pub/Sub to letting in what Google signed for this subscription, and nothing else. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { Asked } from '../../src/core/trigger.ts';
import { createAskSender } from '../../src/service/plugins/verifying.ts';
import { PluginDesk } from '../service/plugins/desk.ts';
import type { Receiver } from '../support/receiver.ts';
import { authorization, claimsAt, pushed, startGoogle, SUBSCRIPTION } from './google.ts';

const AT = Date.UTC(2026, 10, 26, 12);
const FOLDER = new URL('../../contrib/plugins/', import.meta.url);

let google: Receiver;
let desk: PluginDesk;

beforeAll(async () => {
  google = await startGoogle();
  desk = await PluginDesk.make(FOLDER, { configs: { pubsub: { keys: google.url } } });
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await google[Symbol.asyncDispose]();
});

interface Sent {
  readonly header?: string;
  readonly body?: string;
  readonly at?: number;
  readonly given?: Readonly<Record<string, string>>;
}

function ask(
  { header, body = pushed('{}'), at = AT, given = SUBSCRIPTION }: Sent,
  by = desk,
): Promise<Asked> {
  const askSender = createAskSender({ plugins: by.plugins, mask: (text) => text, clock: systemClock });
  const headers = { ...(header !== undefined && { authorization: header }) };
  const delivery = { method: 'POST', url: '/orders', headers, body: Buffer.from(body), receivedAt: at };
  const verifier = { plugin: 'pubsub', secrets: [], with: given, takesId: true };
  return askSender(verifier, { delivery, address: '203.0.113.7' });
}

const good = claimsAt(AT);
const [head = '', claims = '', signature = ''] = authorization(good).split('.');

describe('a push', () => {
  test('with a token of Google is let in under the id of its message', async () => {
    expect(await ask({ header: authorization(good) })).toMatchObject({
      kind: 'asked',
      verdict: { ok: true },
      delivery: { id: '2070443601311540' },
    });
    expect(await ask({ header: authorization(good), body: 'no json' })).toMatchObject({
      verdict: { ok: true },
    });
  });

  test.for([
    ['just now', 0],
    ['an hour later', 3_600_000],
    ['a little beyond', 3_659_000],
    ['by a clock that is behind', -59_000],
  ] as const)('is let in %s', async ([, lateMs]) => {
    expect(await ask({ header: authorization(good), at: AT + lateMs })).toMatchObject({
      verdict: { ok: true },
    });
  });

  test.for([
    ['no header', undefined, /there is no token/],
    ['another scheme', 'Basic YTpi', /there is no token/],
    ['no token', 'Bearer abc', /there is no token/],
    ['no JSON in it', 'Bearer YQ.YQ.YQ', /there is no token/],
    ['another algorithm', authorization(good, { alg: 'HS256' }), /there is no token/],
    ['none', authorization(good, { alg: 'none' }), /there is no token/],
    ['a key that is not published', authorization(good, { kid: 'two' }), /key that Google does not publish/],
    ['a key of another kind', authorization(good, { kid: 'other' }), /key that Google does not publish/],
    ['a signature cut short', `${head}.${claims}.${signature.slice(4)}`, /wrong signature/],
    ['other claims', `${head}.${Buffer.from('{}').toString('base64url')}.${signature}`, /wrong signature/],
    ['another issuer', authorization({ ...good, iss: 'https://evil.example' }), /not issued by Google/],
    ['another audience', authorization({ ...good, aud: 'https://other.example' }), /another audience/],
    ['several audiences', authorization({ ...good, aud: [SUBSCRIPTION.audience] }), /another audience/],
    ['another account', authorization({ ...good, email: 'x@evil.example' }), /another account/],
    ['an account nobody verified', authorization({ ...good, email_verified: 'true' }), /another account/],
    ['no end', authorization({ ...good, exp: undefined }), /has expired/],
    ['no beginning', authorization({ ...good, iat: undefined }), /of another time/],
  ] as const)('with %s is refused', async ([, header, reason]) => {
    const asked = await ask(header === undefined ? {} : { header });
    expect(asked).toMatchObject({
      kind: 'asked',
      verdict: { ok: false, reason: expect.stringMatching(reason) as unknown },
    });
  });

  test.for([
    ['too late', 3_661_000, /has expired/],
    ['too early', -61_000, /of another time/],
  ] as const)('is refused %s', async ([, lateMs, reason]) => {
    const verdict = { ok: false, reason: expect.stringMatching(reason) as unknown };
    expect(await ask({ header: authorization(good), at: AT + lateMs })).toMatchObject({ verdict });
  });

  test('cannot be judged without the subscription in `with`, which is not its fault', async () => {
    const asked = await ask({ header: authorization(good), given: {} });
    expect(asked).toEqual({ kind: 'unasked', reason: expect.stringMatching(/needs with = \{/) as unknown });
  });
});

describe('the keys', () => {
  test('are fetched once, again for an unknown one after a minute, and when they are old', async () => {
    let code = 503;
    await using page = await startGoogle(() => code);
    await using own = await PluginDesk.make(FOLDER, { configs: { pubsub: { keys: page.url } } });
    const header = authorization(good);
    const unknown = authorization(good, { kid: 'two' });
    const asks = async (sent: Sent): Promise<number> => {
      await ask(sent, own);
      return page.received.length;
    };
    expect(await ask({ header }, own)).toEqual({
      kind: 'unasked',
      reason: expect.stringContaining('HTTP 503') as unknown,
    });
    code = 200;
    expect(await ask({ header }, own)).toMatchObject({ kind: 'asked', verdict: { ok: true } });
    expect(await asks({ header })).toBe(2);
    expect(await asks({ header: unknown, at: AT + 59_000 })).toBe(2);
    expect(await asks({ header: unknown, at: AT + 60_000 })).toBe(3);
    expect(await asks({ header: unknown, at: AT + 61_000 })).toBe(3);
    expect(await asks({ header, at: AT + 60_000 + 6 * 3_600_000 })).toBe(4);
  });
});
