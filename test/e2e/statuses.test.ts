/** What a sender is told, in every case, word for word: the table of answers against the running service. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sandbox, eventually } from '../support/untether.ts';
import type { Reply, Service } from '../support/untether.ts';

const hook = (id: string, ...lines: readonly string[]): string =>
  [
    '[[triggers.webhooks]]',
    `id = "${id}"`,
    `path = "/${id}"`,
    'secret = "pass-word"',
    'action = "command"',
    'command = ["true"]',
    ...lines,
    '',
  ].join('\n');

const server = (...lines: readonly string[]): string =>
  ['[triggers.server]', 'port = 0', ...lines, ''].join('\n');

const toml = [
  server('rate_limit = 1000', 'trusted_proxies = ["127.0.0.0/8"]'),
  hook('plain', 'dedupe = "header:X-Id"', 'max_body_bytes = 2048'),
  hook('push', 'event_filter = "push"'),
  hook('main', `filter = "body.ref == 'main'"`),
  hook('listed', 'allow_ips = ["203.0.113.0/24"]'),
  hook('full', 'max_queued = 1', 'max_concurrent = 1').replace('["true"]', '["sleep", "1000"]'),
].join('\n');

const bearer = { authorization: 'Bearer pass-word' };
const wrong = { authorization: 'Bearer wrong' };
const plainJson = { ...bearer, 'content-type': 'application/json' };

/** The answer in one line, its run's id left out. */
function told({ status, body }: Reply): string {
  return `${status} ${body.replace(/("run":)"[0-9a-f-]{36}"/, '$1"ID"')}`;
}

const ACCEPTED = '202 {"status":"accepted","run":"ID"}';
const FILTERED = '200 {"status":"filtered"}';
const INVALID = '400 {"error":"invalid json"}';
const UNAUTHORIZED = '401 {"error":"unauthorized"}';
const NOT_FOUND = '404 {"error":"not found"}';
const NOT_ALLOWED = '405 {"error":"method not allowed"}';

describe('a sender', () => {
  let sandbox: Sandbox;
  let service: Service;
  beforeAll(async () => {
    sandbox = await Sandbox.make(toml);
    service = await sandbox.start();
  }, 60_000);
  afterAll(() => sandbox[Symbol.asyncDispose]());

  it.each<[string, string, Record<string, string>, string | Uint8Array, string]>([
    ['a delivery', '/plain', bearer, '{}', ACCEPTED],
    ['one without a body', '/plain', bearer, '', ACCEPTED],
    ['a form', '/plain', { ...bearer, 'content-type': 'application/x-www-form-urlencoded' }, 'a=1', ACCEPTED],
    ['XML', '/plain', { ...bearer, 'content-type': 'application/xml' }, '<a/>', ACCEPTED],
    ['another event', '/push', { ...bearer, 'x-github-event': 'issues' }, '{}', FILTERED],
    ['no event', '/push', bearer, '{}', FILTERED],
    ['what the filter leaves out', '/main', bearer, '{"ref":"dev"}', FILTERED],
    ['what the filter lets pass', '/main', bearer, '{"ref":"main"}', ACCEPTED],
    ['half a JSON text', '/plain', plainJson, '{"a":', INVALID],
    ['NaN', '/plain', plainJson, '{"a":NaN}', INVALID],
    ['Infinity', '/plain', plainJson, '{"a":-Infinity}', INVALID],
    ['bytes that are not UTF-8', '/plain', plainJson, Buffer.from('{"a":"\xff\xfe"}', 'latin1'), INVALID],
    ['201 levels', '/plain', plainJson, '['.repeat(201) + ']'.repeat(201), INVALID],
    [
      'an upload where none is taken',
      '/plain',
      { ...bearer, 'content-type': 'multipart/form-data; boundary=x' },
      '--x--',
      INVALID,
    ],
    ['no secret', '/plain', {}, '{}', UNAUTHORIZED],
    ['a wrong secret', '/plain', wrong, '{}', UNAUTHORIZED],
    ['a wrong secret and a broken body', '/plain', wrong, '{', UNAUTHORIZED],
    ['a wrong secret and another event', '/push', wrong, '{}', UNAUTHORIZED],
    [
      'an address that is not listed',
      '/listed',
      { ...bearer, 'x-forwarded-for': '192.0.2.1' },
      '{}',
      UNAUTHORIZED,
    ],
    ['that and a wrong secret', '/listed', { ...wrong, 'x-forwarded-for': '192.0.2.2' }, '{}', UNAUTHORIZED],
    ['a listed address', '/listed', { ...bearer, 'x-forwarded-for': '203.0.113.1' }, '{}', ACCEPTED],
    ['a path that nobody has', '/nothing', bearer, '{}', NOT_FOUND],
    ['a path in another case', '/Plain', bearer, '{}', NOT_FOUND],
    ['too much', '/plain', bearer, 'x'.repeat(2_049), '413 {"error":"payload too large"}'],
    [
      'too much in chunks',
      '/plain',
      { ...bearer, 'transfer-encoding': 'chunked' },
      'x'.repeat(2_049),
      '413 {"error":"payload too large"}',
    ],
  ])('with %s is told so', async (...[, path, headers, body, expected]) => {
    const reply = await service.post(path, body, headers);
    expect(told(reply)).toBe(expected);
    expect(reply.headers['content-type']).toBe('application/json');
    expect(Object.keys(reply.headers).filter((name) => /powered|server/.test(name))).toEqual([]);
  });

  it.each([
    ['GET', '/plain', NOT_ALLOWED],
    ['PUT', '/plain', NOT_ALLOWED],
    ['DELETE', '/plain', NOT_ALLOWED],
    ['OPTIONS', '/plain', NOT_ALLOWED],
    ['HEAD', '/plain', '405 '],
    ['GET', '/nothing', NOT_FOUND],
    ['OPTIONS', '/nothing', NOT_FOUND],
    ['HEAD', '/nothing', '404 '],
  ])('that tries %s %s is told what is allowed where there is something', async (method, path, expected) => {
    const reply = await service.send(method, path, { headers: bearer });
    expect(told(reply)).toBe(expected);
    expect(reply.headers['allow']).toBe(path === '/plain' ? 'POST' : undefined);
  });

  it('that repeats itself is given the first run; with another body it is a conflict', async () => {
    const headers = { ...bearer, 'x-id': 'one' };
    const first = await service.post('/plain', '{"a":1}', headers);
    const { run } = JSON.parse(first.body) as { run: string };
    expect(first.headers['location']).toBe(`/-/runs/${run}`);
    const again = await service.post('/plain', '{"a":1}', headers);
    const other = await service.post('/plain', '{"a":2}', headers);
    expect([again, other].map(({ status, body }) => `${status} ${body}`)).toEqual([
      `200 {"status":"duplicate","run":"${run}"}`,
      `409 {"error":"conflict","run":"${run}"}`,
    ]);
  });

  it('that finds the queue full is told when to come again', async () => {
    const replies: Reply[] = [];
    await eventually('the queue is full', async () => {
      replies.push(await service.post('/full', '{}', bearer));
      return replies.at(-1)?.status === 429;
    });
    expect(told(replies.at(-1) as Reply)).toBe('429 {"error":"queue full"}');
    expect(Number(replies.at(-1)?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await service.post('/plain', '{}', bearer)).status).toBe(202);
  });

  it('learns of a pause only after it has proved itself', async () => {
    await sandbox.json('pause', 'webhook:plain');
    const reply = await service.post('/plain', '{}', bearer);
    expect(told(reply)).toBe('503 {"error":"paused"}');
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(told(await service.post('/plain', '{}', wrong))).toBe(UNAUTHORIZED);
    expect(told(await service.post('/plain', '{', bearer))).toBe('503 {"error":"paused"}');
    expect((await service.post('/nothing', '{}', bearer)).status).toBe(404);
    expect((await service.post('/main', '{"ref":"main"}', bearer)).status).toBe(202);
    await sandbox.json('resume', 'webhook:plain');
    expect((await service.post('/plain', '{}', bearer)).status).toBe(202);
  });

  // The last one: it stops the service.
  it('learns that the service stops only after it has proved itself', async () => {
    service.signal('SIGTERM');
    await eventually('it drains', async () => (await service.get('/ready')).status === 503);
    const reply = await service.post('/plain', '{}', bearer);
    expect(told(reply)).toBe('503 {"error":"draining"}');
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(told(await service.post('/plain', '{}', wrong))).toBe(UNAUTHORIZED);
  });
});

describe('the rate limits', () => {
  it('of a webhook and of all webhooks refuse apart: what one refuses costs the other nothing', async () => {
    const file = server('rate_limit = 1000', 'rate_limit_total = 4');
    await using sandbox = await Sandbox.make(file + hook('one', 'rate_limit = 2') + hook('two'));
    const service = await sandbox.start();
    const statuses = async (path: string, times: number): Promise<readonly number[]> => {
      const seen: number[] = [];
      for (let count = 0; count < times; count += 1)
        seen.push((await service.post(path, '{}', bearer)).status);
      return seen;
    };
    expect(await statuses('/one', 5)).toEqual([202, 202, 429, 429, 429]);
    expect(await statuses('/two', 3)).toEqual([202, 202, 429]);
    const reply = await service.post('/two', '{}', bearer);
    expect(told(reply)).toBe('429 {"error":"rate limited"}');
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect((await service.post('/two', '{}', wrong)).status).toBe(401);
  });

  it('let a minute’s worth of a burst pass and refuse the rest', async () => {
    await using sandbox = await Sandbox.make(server('rate_limit = 60') + hook('one'));
    const service = await sandbox.start();
    const startedAt = performance.now();
    const replies = await Promise.all(Array.from({ length: 80 }, () => service.post('/one', '{}', bearer)));
    const passed = replies.filter(({ status }) => status === 202).length;
    // A token comes back each second, also while a slow machine takes its time.
    expect(passed).toBeGreaterThanOrEqual(60);
    expect(passed).toBeLessThanOrEqual(61 + Math.floor((performance.now() - startedAt) / 1_000));
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(80 - passed);
  });
});
