import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { newRunId } from '../../src/core/ids.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Coalescing, WebhookTrigger } from '../../src/core/trigger.ts';
import { compileBurstKey } from '../../src/triggers/coalesce.ts';
import { createTemplates } from '../../src/triggers/template.ts';
import { FAILURES_PER_MINUTE } from '../../src/triggers/throttle.ts';
import { SAMPLE_SECRET, hexHmac, hmacSha256, sampleWebhook } from '../triggers/samples.ts';
import { snapshotOf, startServer } from './harness.ts';
import type { TestServer } from './harness.ts';

const hook = sampleWebhook('hook');
const AUTHORIZED = `Authorization: Bearer ${SAMPLE_SECRET}\r\n`;

function withHook(change: Parameters<typeof sampleWebhook>[1] = {}): Promise<TestServer> {
  return startServer({ webhooks: [sampleWebhook('hook', change)] });
}

describe('a delivery that is taken in', () => {
  it('is answered 202 with its run and where to look at it', async () => {
    await using server = await withHook();
    const { status, body, headers } = await server.post('/hook', { body: '{"a":1}' });
    const run = server.admissions[0]?.id;
    expect({ status, body }).toEqual({ status: 202, body: { status: 'accepted', run } });
    expect(headers.get('location')).toBe(`/-/runs/${run}`);
    expect(headers.get('content-type')).toBe('application/json');
  });

  it('is in the store, raw, before it is answered', async () => {
    await using server = await withHook();
    const committed = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    let answered = false;
    server.world.store = async ({ id, state }) => {
      arrived.resolve();
      await committed.promise;
      expect(answered).toBe(false);
      return { kind: 'admitted', run: id, state };
    };
    const answer = server.post('/hook', { body: '{ "a": 1 }' }).finally(() => (answered = true));
    await arrived.promise;
    committed.resolve();
    expect((await answer).status).toBe(202);
    expect(server.admissions[0]).toMatchObject({
      source: 'webhook',
      revision: 7,
      dueAt: server.clock.now(),
      state: 'queued',
    });
    expect(Buffer.from(server.admissions[0]?.payload?.body ?? []).toString()).toBe('{ "a": 1 }');
  });

  it('is stored without the credentials it came with', async () => {
    await using server = await withHook();
    await server.post('/hook', { headers: { 'x-custom': 'kept', cookie: 'session=1' } });
    const stored = JSON.stringify(server.admissions[0]);
    expect(server.admissions[0]?.payload?.headers).toMatchObject({ 'x-custom': 'kept' });
    expect(stored).not.toContain(SAMPLE_SECRET);
    expect(stored).not.toContain('session=1');
  });

  it('may have a query, which takes no part in the lookup', async () => {
    await using server = await withHook();
    expect((await server.post('/hook?a=1&b=/x')).status).toBe(202);
  });

  it('may come in any number of pieces', async () => {
    await using server = await withHook({ auth: hmacSha256 });
    const body = JSON.stringify({ text: 'é'.repeat(500) });
    const head = `POST /hook HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nX-Signature: ${hexHmac('sha256', body)}\r\n\r\n`;
    const bytes = Buffer.from(body);
    const pieces = [bytes.subarray(0, 11), bytes.subarray(11, 700), bytes.subarray(700)];
    const chunks = pieces.flatMap((piece) => [`${piece.length.toString(16)}\r\n`, piece, '\r\n']);
    expect(await server.raw(head, ...chunks, '0\r\n\r\n')).toMatch(/^HTTP\/1.1 202 /);
    expect(Buffer.from(server.admissions[0]?.payload?.body ?? []).toString()).toBe(body);
  });

  it('may be empty', async () => {
    await using server = await withHook();
    expect(
      await server.raw(`POST /hook HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${AUTHORIZED}\r\n`),
    ).toMatch(/^HTTP\/1.1 202 /);
    expect(server.admissions[0]?.payload?.body).toHaveLength(0);
  });

  it('is asked for its body when it waits for leave to send it', async () => {
    await using server = await withHook();
    const head = `POST /hook HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n${AUTHORIZED}\r\n`;
    expect(await server.raw(head, '{}')).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 202 /);
  });

  it('is followed by the next one on the same connection', async () => {
    await using server = await withHook();
    const one = `POST /hook HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n${AUTHORIZED}`;
    const answers = await server.raw(`${one}\r\n{}`, `${one}Connection: close\r\n\r\n{}`);
    expect(answers.match(/HTTP\/1.1 202 /g)).toHaveLength(2);
  });
});

describe('a path', () => {
  it.each([
    '/',
    '/hook/',
    '/Hook',
    '/hook/x',
    '//hook',
    '/./hook',
    '/x/../hook',
    '/%68ook',
    '/hook%2f',
    '/hook%00',
    '/hook;a=1',
    '/health/',
    '/-/runs',
  ])('compared as received, %s is not found', async (path) => {
    await using server = await withHook();
    const answer = await server.raw(
      `POST ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${AUTHORIZED}Content-Length: 2\r\n\r\n{}`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    expect(answer).toMatch(/\r\n\r\n{"error":"not found"}$/);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])(
    'that is not known is not found with %s either',
    async (method) => {
      await using server = await withHook();
      expect((await server.request('/nothing', { method })).status).toBe(404);
    },
  );

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'that is known answers %s with what it allows',
    async (method) => {
      await using server = await withHook();
      const { status, headers, body } = await server.request('/hook', { method });
      expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow: 'POST' });
      expect(body).toEqual(method === 'HEAD' ? undefined : { error: 'method not allowed' });
    },
  );

  it('is unknown while triggers are disabled', async () => {
    await using server = await withHook();
    server.world.snapshot = { ...server.world.snapshot, enabled: false };
    expect((await server.post('/hook')).status).toBe(404);
  });

  it('follows the snapshot from one request to the next', async () => {
    await using server = await withHook();
    expect((await server.post('/hook')).status).toBe(202);
    server.world.snapshot = snapshotOf([sampleWebhook('other')]);
    expect((await server.post('/hook')).status).toBe(404);
    expect((await server.post('/other')).status).toBe(202);
  });
});

describe('a body above the cap', () => {
  it('is refused by its declared length, before it is read and whoever sends it', async () => {
    await using server = await withHook();
    const answer = await server.raw(
      'POST /hook HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 4097\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('{"error":"payload too large"}');
  });

  it('that waits for leave to be sent never gets it', async () => {
    await using server = await withHook();
    const answer = await server.raw(
      'POST /hook HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4097\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).not.toContain('100 Continue');
  });

  it('is cut at the cap when it comes in chunks, and the connection closed', async () => {
    await using server = await withHook();
    const chunk = `1000\r\n${'x'.repeat(4_096)}\r\n`;
    const answer = await server.raw(
      `POST /hook HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n${AUTHORIZED}\r\n${chunk}`,
      `1\r\nx\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toMatch(/connection: close/i);
    expect(server.admissions).toEqual([]);
  });

  it('reaches a sender that is still sending as an answer, not as a reset', async () => {
    await using server = await withHook();
    const { status, body } = await server.post('/hook', { body: Buffer.alloc(5_000_000, 'x') });
    expect({ status, body }).toEqual({ status: 413, body: { error: 'payload too large' } });
  });

  it('is one byte more than the cap, not the cap itself', async () => {
    await using server = await withHook();
    expect((await server.post('/hook', { body: `"${'x'.repeat(4_094)}"` })).status).toBe(202);
    expect((await server.post('/hook', { body: `"${'x'.repeat(4_095)}"` })).status).toBe(413);
  });

  it('is judged by the webhook’s own cap', async () => {
    await using server = await withHook({ maxBodyBytes: 10 });
    expect((await server.post('/hook', { body: '"23456789"' })).status).toBe(202);
    expect((await server.post('/hook', { body: '"234567890"' })).status).toBe(413);
  });
});

describe('a sender that does not prove itself', () => {
  it.each([
    ['no header', {}],
    ['a wrong secret', { authorization: 'Bearer wrong' }],
    ['another scheme', { authorization: 'Basic d3Jvbmc=' }],
    [
      'a body that could not be read anyway',
      { authorization: 'Bearer wrong', 'content-type': 'multipart/mixed' },
    ],
  ])('gets the same 401 for %s', async (_what, headers) => {
    await using server = await withHook();
    const { status, body } = await server.request('/hook', {
      method: 'POST',
      headers,
      body: '{',
    });
    expect({ status, body }).toEqual({ status: 401, body: { error: 'unauthorized' } });
    expect(server.admissions).toEqual([]);
  });

  it('gets 401 for bytes beyond ASCII in the header', async () => {
    await using server = await withHook();
    const head = Buffer.from(
      `POST /hook HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\nAuthorization: Bearer \xff\xfe\r\n\r\n{}`,
      'latin1',
    );
    expect(await server.raw(head)).toMatch(/^HTTP\/1.1 401 /);
  });

  it('is told apart in the log and the event only', async () => {
    await using server = await withHook({ auth: hmacSha256 });
    await server.request('/hook', {
      method: 'POST',
      headers: { 'x-signature': `md5=${hexHmac('sha256', '{}')}` },
      body: '{}',
    });
    expect(server.events).toEqual([
      {
        kind: 'delivery',
        trigger: hook.id,
        status: 401,
        verdict: 'unauthorized',
        reason: 'signature is not labelled sha256=',
        at: server.clock.now(),
      },
    ]);
    expect(server.logged.join('\n')).toContain('signature is not labelled');
  });

  it('is throttled when it keeps failing, with the right secret too, until it has waited', async () => {
    await using server = await startServer({ webhooks: [hook, sampleWebhook('other')] });
    const fail = () => server.post('/hook', { headers: { authorization: 'Bearer wrong' } });
    for (let count = 0; count < FAILURES_PER_MINUTE; count++) expect((await fail()).status).toBe(401);
    const { status, body, headers } = await server.post('/hook');
    expect({ status, body, wait: headers.get('retry-after') }).toEqual({
      status: 429,
      body: { error: 'rate limited' },
      wait: '2',
    });
    expect((await server.post('/other')).status).toBe(202);
    server.clock.advance(2_000);
    expect((await server.post('/hook')).status).toBe(202);
  });

  it('is known by the address that a trusted proxy names, and by no other', async () => {
    await using server = await startServer({
      webhooks: [hook],
      settings: { trustedProxies: ['127.0.0.0/8'] },
    });
    const from = (address: string, secret: string) =>
      server.post('/hook', {
        headers: { authorization: `Bearer ${secret}`, 'x-forwarded-for': `198.51.100.99, ${address}` },
      });
    for (let count = 0; count < FAILURES_PER_MINUTE; count++) await from('192.0.2.1', 'wrong');
    expect((await from('192.0.2.1', SAMPLE_SECRET)).status).toBe(429);
    expect((await from('192.0.2.2', SAMPLE_SECRET)).status).toBe(202);
  });

  it('is let in under the new secret, and no longer under the old, as soon as the snapshot says so', async () => {
    await using server = await withHook();
    server.world.snapshot = snapshotOf([
      sampleWebhook('hook', { auth: { kind: 'bearer', secrets: [new Secret('rotated')] } }),
    ]);
    expect((await server.post('/hook')).status).toBe(401);
    expect((await server.post('/hook', { headers: { authorization: 'Bearer rotated' } })).status).toBe(202);
  });
});

describe('a webhook without verification', () => {
  const open = sampleWebhook('open', { auth: { kind: 'none' } });
  const post = (server: TestServer, path: string) => server.request(path, { method: 'POST', body: '{}' });

  it('is served on a loopback address', async () => {
    await using server = await startServer({ webhooks: [open] });
    expect((await post(server, '/open')).status).toBe(202);
  });

  it('is not found on an address that others reach, while the others are served', async () => {
    await using server = await startServer({ webhooks: [open, hook], host: '0.0.0.0' });
    expect((await post(server, '/open')).status).toBe(404);
    expect((await server.request('/open', { method: 'GET' })).status).toBe(404);
    expect((await server.post('/hook')).status).toBe(202);
  });

  it('stays withheld when the file says loopback but the listener is bound elsewhere', async () => {
    await using server = await startServer({ webhooks: [open], host: '0.0.0.0' });
    server.world.snapshot = snapshotOf([open], { host: '127.0.0.1' });
    expect((await post(server, '/open')).status).toBe(404);
  });

  it('is served anywhere when the file allows it', async () => {
    await using server = await startServer({
      webhooks: [open],
      host: '0.0.0.0',
      settings: { allowUnauthenticated: true },
    });
    expect((await post(server, '/open')).status).toBe(202);
  });
});

describe('while deliveries are held back', () => {
  it.each([
    ['paused', 60],
    ['draining', 5],
  ] as const)('a verified sender learns that it is %s, and when to come again', async (kind, retryAfterS) => {
    await using server = await withHook();
    server.world.gate = { kind, retryAfterS };
    const { status, body, headers } = await server.post('/hook');
    expect({ status, body, wait: headers.get('retry-after') }).toEqual({
      status: 503,
      body: { error: kind },
      wait: String(retryAfterS),
    });
    expect(server.admissions).toEqual([]);
  });

  it('a probe learns nothing', async () => {
    await using server = await withHook();
    server.world.gate = { kind: 'paused', retryAfterS: 60 };
    expect((await server.post('/hook', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await server.post('/nothing')).status).toBe(404);
  });
});

describe('the rate limit', () => {
  it('lets exactly a minute’s worth of a burst pass and says when to come again', async () => {
    await using server = await withHook();
    const answers = await Promise.all(Array.from({ length: 80 }, () => server.post('/hook')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(60);
    expect(refused).toHaveLength(20);
    expect(refused[0]).toMatchObject({ body: { error: 'rate limited' } });
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
  });

  it('counts no request whose sender was refused', async () => {
    await using server = await withHook({ rateLimit: 1 });
    await server.post('/hook', { headers: { authorization: 'Bearer wrong' } });
    expect((await server.post('/hook')).status).toBe(202);
  });

  it('survives a reload that does not change it, and starts anew with one that does', async () => {
    await using server = await withHook({ rateLimit: 1 });
    expect((await server.post('/hook')).status).toBe(202);
    server.world.snapshot = snapshotOf([sampleWebhook('hook', { rateLimit: 1, maxQueued: 3 })]);
    expect((await server.post('/hook')).status).toBe(429);
    server.world.snapshot = snapshotOf([sampleWebhook('hook', { rateLimit: 2 })]);
    expect((await server.post('/hook')).status).toBe(202);
  });

  it('forgets a webhook that is gone', async () => {
    await using server = await withHook({ rateLimit: 1 });
    expect((await server.post('/hook')).status).toBe(202);
    const before = server.world.snapshot;
    server.world.snapshot = snapshotOf([]);
    expect((await server.post('/hook')).status).toBe(404);
    server.world.snapshot = before;
    expect((await server.post('/hook')).status).toBe(202);
  });

  it('of the whole service is shared, but a noisy webhook cannot take the others’ part', async () => {
    await using server = await startServer({
      webhooks: [sampleWebhook('noisy', { rateLimit: 2 }), hook],
      settings: { rateLimitTotal: 5 },
    });
    for (let count = 0; count < 10; count++) await server.post('/noisy');
    const statuses = [];
    for (let count = 0; count < 4; count++) statuses.push((await server.post('/hook')).status);
    expect(statuses).toEqual([202, 202, 202, 429]);
  });
});

describe('what a delivery holds', () => {
  it.each([
    ['broken JSON', '{', undefined],
    ['NaN', '{"a":NaN}', undefined],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), undefined],
    ['ten thousand levels', '['.repeat(2_000) + ']'.repeat(2_000), undefined],
    ['several parts', '--x--', 'multipart/form-data; boundary=x'],
  ])('is refused for %s', async (_what, payload, type) => {
    await using server = await withHook();
    const { status, body } = await server.post('/hook', {
      body: payload,
      ...(type && { headers: { 'content-type': type } }),
    });
    expect({ status, body }).toEqual({ status: 400, body: { error: 'invalid json' } });
    expect(server.admissions).toEqual([]);
  });

  it('is filtered by its event, which must be there', async () => {
    await using server = await withHook({ events: new Set(['push']) });
    const event = (name?: string) =>
      server.post('/hook', name === undefined ? {} : { headers: { 'x-github-event': name } });
    expect((await event('push')).status).toBe(202);
    expect(await event('issues')).toMatchObject({ status: 200, body: { status: 'filtered' } });
    expect(await event()).toMatchObject({ status: 200, body: { status: 'filtered' } });
    expect(server.admissions).toHaveLength(1);
  });
});

describe('a delivery that comes again', () => {
  const deduplicated: Partial<WebhookTrigger> = { deliveryId: { kind: 'header', name: 'x-id' } };
  const run = newRunId();

  it('enters the store with its id and the hash of its body', async () => {
    await using server = await withHook(deduplicated);
    await server.post('/hook', { headers: { 'x-id': 'd1' } });
    expect(server.admissions[0]?.delivery).toEqual({
      id: 'd1',
      bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('with the same body is answered with its first run', async () => {
    await using server = await withHook(deduplicated);
    server.world.store = () => ({ kind: 'duplicate', run, sameBody: true });
    expect(await server.post('/hook', { headers: { 'x-id': 'd1' } })).toMatchObject({
      status: 200,
      body: { status: 'duplicate', run },
    });
  });

  it('with another body is a conflict', async () => {
    await using server = await withHook(deduplicated);
    server.world.store = () => ({ kind: 'duplicate', run, sameBody: false });
    expect(await server.post('/hook', { headers: { 'x-id': 'd1' } })).toMatchObject({
      status: 409,
      body: { error: 'conflict', run },
    });
  });

  it('with another body is the same one where its sender writes it anew', async () => {
    await using server = await withHook({ ...deduplicated, isRewritten: true });
    server.world.store = () => ({ kind: 'duplicate', run, sameBody: false });
    expect(await server.post('/hook', { headers: { 'x-id': 'd1' } })).toMatchObject({
      status: 200,
      body: { status: 'duplicate', run },
    });
  });
});

describe('a delivery to a webhook that coalesces', () => {
  const coalescing = (key: string): Coalescing => ({
    ...{ key, keyOf: compileBurstKey(key, createTemplates()) },
    ...{ windowMs: 1_000, maxWaitMs: 9_000 },
  });

  it('enters the store with the burst that it is of, and is answered as any other', async () => {
    await using server = await withHook({ coalesce: coalescing('{{n}}') });
    const { status, body } = await server.post('/hook', { body: '{"n":7}' });
    const [admission] = server.admissions;
    expect({ status, body }).toEqual({ status: 202, body: { status: 'accepted', run: admission?.id } });
    expect(admission).toMatchObject({
      state: 'scheduled',
      coalesce: { key: '7', windowMs: 1_000, maxWaitMs: 9_000 },
    });
  });

  it('is queued at once, and a line is in the log, where its key cannot be rendered', async () => {
    await using server = await withHook({
      coalesce: coalescing('{{a | split: "" | join: b}}'),
      maxBodyBytes: 1_000_000,
    });
    const body = JSON.stringify({ a: 'x'.repeat(1_000), b: 'y'.repeat(100_000) });
    expect((await server.post('/hook', { body })).status).toBe(202);
    expect(server.admissions).toMatchObject([{ state: 'queued' }]);
    expect(server.logged).toMatchObject([expect.stringContaining('a delivery is not coalesced')]);
  });
});

describe('a store', () => {
  it.each([
    ['is away', () => Promise.reject(new AppError('unavailable', 'disk full'))],
    ['is broken', () => Promise.reject(new TypeError('undefined is not a function'))],
  ])('that %s means 503 and when to come again, never 202', async (_what, store) => {
    await using server = await withHook();
    server.world.store = store;
    const { status, body, headers } = await server.post('/hook');
    expect({ status, body, wait: headers.get('retry-after') }).toEqual({
      status: 503,
      body: { error: 'unavailable' },
      wait: '5',
    });
    server.world.store = ({ id, state }) => ({ kind: 'admitted', run: id, state });
    expect((await server.post('/hook')).status).toBe(202);
  });

  it('whose queue is full means 429', async () => {
    await using server = await withHook();
    server.world.store = () => ({ kind: 'refused', waiting: 10 });
    const { status, body, headers } = await server.post('/hook');
    expect({ status, body, wait: headers.get('retry-after') }).toEqual({
      status: 429,
      body: { error: 'queue full' },
      wait: '30',
    });
  });
});

describe('a fault in the program', () => {
  it('is a plain 500 whose words stay in the log', async () => {
    await using server = await withHook({
      verify: () => {
        throw new TypeError('the secret is hunter2');
      },
    });
    const { status, body } = await server.post('/hook');
    expect({ status, body }).toEqual({ status: 500, body: { error: 'internal error' } });
    expect(server.logged).toHaveLength(1);
  });

  it('is the same before the body of a request is looked at', async () => {
    await using server = await withHook({
      earlyHandshake: () => {
        throw new TypeError('the secret is hunter2');
      },
    });
    const { status, body } = await server.post('/hook');
    expect({ status, body }).toEqual({ status: 500, body: { error: 'internal error' } });
    expect(server.logged).toHaveLength(1);
  });
});

describe('every verdict', () => {
  it('is published with its status, once for each request to a webhook', async () => {
    await using server = await withHook({ rateLimit: 2 });
    await server.post('/hook');
    await server.post('/hook', { body: '{' });
    await server.post('/hook');
    await server.request('/hook', { method: 'GET' });
    await server.post('/hook', { body: 'x'.repeat(5_000) });
    await server.post('/nothing');
    const seen = server.events.map((event) =>
      event.kind === 'delivery' ? `${event.status} ${event.verdict}` : event.kind,
    );
    expect(seen).toEqual([
      '202 accepted',
      '400 invalid',
      '429 rate_limited',
      '405 wrong_method',
      '413 too_large',
    ]);
  });
});
