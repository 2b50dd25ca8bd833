import { sign } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Delivery } from '../../src/core/trigger.ts';
import type { AuthSpec } from '../../src/triggers/auth.ts';
import { compileAuth } from '../../src/triggers/auth.ts';
import { header } from '../../src/triggers/schemes.ts';
import { SAMPLE_SECRET, bearer, hexHmac, hmacSha256, sampleDelivery } from './samples.ts';

const secret = new Secret(SAMPLE_SECRET);
const other = new Secret('another secret');
const basic: AuthSpec = { kind: 'basic', username: 'hook', secrets: [secret] };
const hmacSha1: AuthSpec = { kind: 'hmac', algorithm: 'sha1', secrets: [secret] };
const github: AuthSpec = { kind: 'provider', provider: 'github', secrets: [secret] };

const BODY = '{"action":"opened"}';

/** `ok`, or why not. */
function verdictOf(spec: AuthSpec, headers: Delivery['headers'], body: string | Buffer = BODY): string {
  const verdict = compileAuth(spec).verify(sampleDelivery(headers, body));
  return verdict.ok ? 'ok' : verdict.reason;
}

describe('auth = "none"', () => {
  it('lets everything pass', () => {
    expect(verdictOf({ kind: 'none' }, {})).toBe('ok');
  });
});

describe('auth = "bearer"', () => {
  it.each([`Bearer ${SAMPLE_SECRET}`, `bearer ${SAMPLE_SECRET}`, `BEARER ${SAMPLE_SECRET}`])(
    'accepts %s',
    (authorization) => {
      expect(verdictOf(bearer, { authorization })).toBe('ok');
    },
  );

  it.each([
    ['no header', undefined, 'authorization header absent'],
    ['nothing in the header', '', 'authorization scheme is not Bearer'],
    ['no scheme', SAMPLE_SECRET, 'authorization scheme is not Bearer'],
    ['another scheme', `Basic ${SAMPLE_SECRET}`, 'authorization scheme is not Bearer'],
    ['two spaces', `Bearer  ${SAMPLE_SECRET}`, 'wrong credentials'],
    ['another secret', 'Bearer another secret', 'wrong credentials'],
    ['a secret that goes on', `Bearer ${SAMPLE_SECRET}!`, 'wrong credentials'],
    ['the beginning of the secret', `Bearer ${SAMPLE_SECRET.slice(0, -1)}`, 'wrong credentials'],
    ['the secret in another case', `Bearer ${SAMPLE_SECRET.toUpperCase()}`, 'wrong credentials'],
    ['no secret', 'Bearer ', 'wrong credentials'],
    ['bytes beyond ASCII', `Bearer ${SAMPLE_SECRET}\u00e9`, 'authorization header is not ASCII'],
    ['a control character', `Bearer ${SAMPLE_SECRET}\u0000`, 'authorization header is not ASCII'],
  ])('refuses %s', (_what, authorization, reason) => {
    expect(verdictOf(bearer, { authorization })).toBe(reason);
  });

  it('accepts each of several secrets while one is being rotated, and no other', () => {
    const rotating: AuthSpec = { kind: 'bearer', secrets: [secret, other] };
    expect(verdictOf(rotating, { authorization: `Bearer ${SAMPLE_SECRET}` })).toBe('ok');
    expect(verdictOf(rotating, { authorization: 'Bearer another secret' })).toBe('ok');
    expect(verdictOf(rotating, { authorization: 'Bearer a third' })).toBe('wrong credentials');
  });
});

describe('auth = "basic"', () => {
  const authorize = (text: string): Delivery['headers'] => ({
    authorization: `Basic ${Buffer.from(text).toString('base64')}`,
  });

  it('accepts the user with the password, the scheme in any case', () => {
    expect(verdictOf(basic, authorize(`hook:${SAMPLE_SECRET}`))).toBe('ok');
    expect(
      verdictOf(basic, {
        authorization: authorize(`hook:${SAMPLE_SECRET}`)['authorization']?.replace('Basic', 'bAsIc'),
      }),
    ).toBe('ok');
  });

  it('accepts a password with a colon', () => {
    expect(verdictOf({ ...basic, secrets: [new Secret('a:b')] }, authorize('hook:a:b'))).toBe('ok');
  });

  it.each([
    `hook:${SAMPLE_SECRET}x`,
    `root:${SAMPLE_SECRET}`,
    `:${SAMPLE_SECRET}`,
    'hook',
    'hook:',
    SAMPLE_SECRET,
  ])('refuses %s', (text) => {
    expect(verdictOf(basic, authorize(text))).toBe('wrong credentials');
  });
});

describe('auth = "hmac-sha256" and "hmac-sha1"', () => {
  const sha256 = hexHmac('sha256', BODY);
  const sha1 = hexHmac('sha1', BODY);

  it.each([
    ['its own header with the prefix', hmacSha256, { 'x-hub-signature-256': `sha256=${sha256}` }],
    ['its own header without it', hmacSha256, { 'x-hub-signature-256': sha256 }],
    ['the common header', hmacSha256, { 'x-signature': sha256 }],
    ['upper case', hmacSha256, { 'x-signature': `sha256=${sha256.toUpperCase()}` }],
    [
      'the second header when the first is wrong',
      hmacSha256,
      { 'x-hub-signature-256': '0'.repeat(64), 'x-signature': sha256 },
    ],
    [
      'one good signature among several',
      hmacSha256,
      { 'x-signature': `${'0'.repeat(64)}, sha256=${sha256}` },
    ],
    ['sha1 in its own header', hmacSha1, { 'x-hub-signature': `sha1=${sha1}` }],
    ['sha1 in the common header', hmacSha1, { 'x-signature': sha1 }],
  ])('accepts %s', (_what, spec, headers) => {
    expect(verdictOf(spec, headers)).toBe('ok');
  });

  it.each<[string, AuthSpec, Delivery['headers'], string]>([
    ['no header', hmacSha256, {}, 'header x-hub-signature-256 or header x-signature absent'],
    ['an empty header', hmacSha256, { 'x-signature': '' }, 'signature is not 32 bytes in hex'],
    [
      'the header of sha1',
      hmacSha256,
      { 'x-hub-signature': sha256 },
      'header x-hub-signature-256 or header x-signature absent',
    ],
    [
      'the header of sha256',
      hmacSha1,
      { 'x-hub-signature-256': sha1 },
      'header x-hub-signature or header x-signature absent',
    ],
    [
      'the prefix of another algorithm',
      hmacSha256,
      { 'x-signature': `md5=${sha256}` },
      'signature is not labelled sha256=',
    ],
    [
      'sha1 where sha256 is due',
      hmacSha256,
      { 'x-signature': `sha1=${sha1}` },
      'signature is not labelled sha256=',
    ],
    [
      'a signature cut short',
      hmacSha256,
      { 'x-signature': sha256.slice(0, 62) },
      'signature is not 32 bytes in hex',
    ],
    [
      'a signature that goes on',
      hmacSha256,
      { 'x-signature': `${sha256}00` },
      'signature is not 32 bytes in hex',
    ],
    [
      'something that is not hex',
      hmacSha256,
      { 'x-signature': 'z'.repeat(64) },
      'signature is not 32 bytes in hex',
    ],
    [
      'base64',
      hmacSha256,
      { 'x-signature': Buffer.from(sha256, 'hex').toString('base64').replace('=', '') },
      'signature is not 32 bytes in hex',
    ],
    ['a wrong signature', hmacSha256, { 'x-signature': '0'.repeat(64) }, 'wrong signature'],
    ['white space beyond ASCII', hmacSha256, { 'x-signature': `\u00a0${sha256},` }, 'signature is not ASCII'],
    ['bytes beyond ASCII', hmacSha256, { 'x-signature': `\u00e9${sha256}` }, 'signature is not ASCII'],
    [
      'the signature of another body',
      hmacSha256,
      { 'x-signature': hexHmac('sha256', `${BODY} `) },
      'wrong signature',
    ],
    [
      'the signature under another secret',
      hmacSha256,
      { 'x-signature': hexHmac('sha256', BODY, 'guess') },
      'wrong signature',
    ],
  ])('refuses %s', (_what, ...[spec, headers, reason]) => {
    expect(verdictOf(spec, headers)).toBe(reason);
  });

  it('accepts each of several secrets while one is being rotated, and no other', () => {
    const rotating: AuthSpec = { kind: 'hmac', algorithm: 'sha256', secrets: [other, secret] };
    expect(verdictOf(rotating, { 'x-signature': sha256 })).toBe('ok');
    expect(verdictOf(rotating, { 'x-signature': hexHmac('sha256', BODY, 'another secret') })).toBe('ok');
    expect(verdictOf(rotating, { 'x-signature': hexHmac('sha256', BODY, 'a third') })).toBe(
      'wrong signature',
    );
  });

  it('signs the raw bytes, whatever they mean', () => {
    const body = Buffer.from([0xff, 0x00, 0xfe, 0x0a]);
    expect(verdictOf(hmacSha256, { 'x-signature': hexHmac('sha256', body) }, body)).toBe('ok');
  });
});

describe('provider = "github"', () => {
  it('accepts the published example of its documentation', () => {
    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
    const spec: AuthSpec = { ...github, secrets: [new Secret("It's a Secret to Everybody")] };
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    expect(verdictOf(spec, { 'x-hub-signature-256': signature }, 'Hello, World!')).toBe('ok');
  });

  it('accepts what the vendor signs', async () => {
    const body = JSON.stringify({ zen: 'Keep it logically awesome. ☃' });
    expect(verdictOf(github, { 'x-hub-signature-256': await sign(SAMPLE_SECRET, body) }, body)).toBe('ok');
  });

  it('refuses a signature without its label, or in a header that the provider does not use', () => {
    expect(verdictOf(github, { 'x-hub-signature-256': hexHmac('sha256', BODY) })).toBe(
      'signature is not labelled sha256=',
    );
    expect(verdictOf(github, { 'x-signature': `sha256=${hexHmac('sha256', BODY)}` })).toBe(
      'header x-hub-signature-256 absent',
    );
  });

  it('knows where the event and the delivery id are', () => {
    expect(compileAuth(github)).toMatchObject({
      eventPlaces: [header('x-github-event'), header('x-event-type')],
      deliveryId: { kind: 'header', name: 'x-github-delivery' },
    });
  });
});

describe('provider = "standard-webhooks"', () => {
  const signing = `whsec_${Buffer.from('a key of twenty-four byte').toString('base64')}`;
  const rotated = `whsec_${Buffer.from('another key of its own go').toString('base64')}`;
  const spec: AuthSpec = { kind: 'provider', provider: 'standard-webhooks', secrets: [new Secret(signing)] };
  const receivedAt = new Date(sampleDelivery().receivedAt);

  function signed(
    changes: { readonly sentAt?: Date; readonly secret?: string; readonly body?: string } = {},
  ): Delivery['headers'] {
    const { sentAt = receivedAt, secret: key = signing, body = BODY } = changes;
    return {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
      'webhook-signature': new Webhook(key).sign('msg_1', sentAt, body),
    };
  }
  const offBy = (seconds: number): Date => new Date(receivedAt.getTime() + seconds * 1_000);

  it('accepts what the reference library signs', () => {
    expect(verdictOf(spec, signed())).toBe('ok');
  });

  it('accepts a secret without whsec_', () => {
    expect(verdictOf({ ...spec, secrets: [new Secret(signing.slice(6))] }, signed())).toBe('ok');
  });

  it.each([-300, 300])('accepts a timestamp off by %i s', (seconds) => {
    expect(verdictOf(spec, signed({ sentAt: offBy(seconds) }))).toBe('ok');
  });

  it.each([-301, 301, -3_600])('refuses a well-signed request off by %i s as a replay', (seconds) => {
    expect(verdictOf(spec, signed({ sentAt: offBy(seconds) }))).toBe(`timestamp off by ${seconds} s`);
  });

  it('accepts one good signature among several, of versions it does not know too', () => {
    const headers = signed();
    const list = `v1a,${'A'.repeat(88)} ${signed({ secret: rotated })['webhook-signature']} ${headers['webhook-signature']}`;
    expect(verdictOf(spec, { ...headers, 'webhook-signature': list })).toBe('ok');
  });

  it.each<[string, Delivery['headers'], string]>([
    ['another secret', signed({ secret: rotated }), 'wrong signature'],
    ['another body', signed({ body: '{}' }), 'wrong signature'],
    ['another id', { ...signed(), 'webhook-id': 'msg_2' }, 'wrong signature'],
    [
      'a fresh timestamp on an old signature',
      { ...signed({ sentAt: offBy(-900) }), 'webhook-timestamp': signed()['webhook-timestamp'] },
      'wrong signature',
    ],
    ['no id', { ...signed(), 'webhook-id': undefined }, 'header webhook-id absent'],
    ['no timestamp', { ...signed(), 'webhook-timestamp': undefined }, 'header webhook-timestamp absent'],
    [
      'an odd timestamp',
      { ...signed(), 'webhook-timestamp': '1e9' },
      'header webhook-timestamp is not seconds since 1970',
    ],
    [
      'an id beyond ASCII',
      { ...signed(), 'webhook-id': '\u00e9' },
      'header webhook-id is no id: it holds more than visible ASCII',
    ],
    ['no signature', { ...signed(), 'webhook-signature': undefined }, 'header webhook-signature absent'],
    [
      'a signature of an unknown version only',
      { ...signed(), 'webhook-signature': signed()['webhook-signature']?.replace('v1,', 'v2,') },
      'signature is not labelled v1,',
    ],
  ])('refuses %s', (_what, headers, reason) => {
    expect(verdictOf(spec, headers)).toBe(reason);
  });

  it('takes the id of the message as the id of the delivery', () => {
    expect(compileAuth(spec).deliveryId).toEqual({ kind: 'header', name: 'webhook-id' });
  });
});

describe('compileAuth', () => {
  it.each<[string, AuthSpec, RegExp]>([
    ['no secret', { kind: 'bearer', secrets: [] }, /secret is required/],
    ['an empty bearer secret', { kind: 'bearer', secrets: [secret, new Secret('')] }, /must not be empty/],
    [
      'an empty hmac secret',
      { kind: 'hmac', algorithm: 'sha1', secrets: [new Secret('')] },
      /must not be empty/,
    ],
    [
      'an empty password',
      { kind: 'basic', username: 'hook', secrets: [new Secret('')] },
      /must not be empty/,
    ],
    ['a user name with a colon', { kind: 'basic', username: 'a:b', secrets: [secret] }, /no colon/],
    [
      'a secret that is not base64',
      { kind: 'provider', provider: 'standard-webhooks', secrets: [new Secret('whsec_not base64!')] },
      /base64/,
    ],
    [
      'a secret that is only whsec_',
      { kind: 'provider', provider: 'standard-webhooks', secrets: [new Secret('whsec_')] },
      /must not be empty/,
    ],
  ])('refuses %s as a configuration error that shows no secret', (_what, spec, message) => {
    expect(() => compileAuth(spec)).toThrow(
      expect.objectContaining({ code: 'invalid_config', message: expect.stringMatching(message) }),
    );
    expect(() => compileAuth(spec)).not.toThrow(/not base64!/);
  });
});
