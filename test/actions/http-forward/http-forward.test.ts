/** Holds the `http_forward` action to its promises, with real servers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpForwardAction } from '../../../src/core/action.ts';
import type { Outcome } from '../../../src/core/run.ts';
import { createOutbound } from '../../../src/net/fetch.ts';
import { Bench, jsonPayload } from '../attempt.ts';
import type { AttemptOptions } from '../attempt.ts';
import { serve } from '../servers.ts';

let bench: Bench;
const outbound = createOutbound();
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(async () => {
  await outbound.close();
  await bench[Symbol.asyncDispose]();
});

function forward(
  url: string,
  more: Partial<HttpForwardAction> = {},
  options: AttemptOptions = {},
): Promise<Outcome> {
  const action: HttpForwardAction = {
    kind: 'http_forward',
    url,
    method: 'POST',
    headers: {},
    relayHeaders: [],
    timeoutMs: 30_000,
    maxBytes: 1_000,
    allowPrivate: ['127.0.0.0/8'],
    ...more,
  };
  return bench.execute(action, { outbound, ...options });
}

describe('what is sent', () => {
  test('the raw payload under its own content type', async () => {
    await using server = await serve();
    const body = Buffer.from([0, 255, 10]);
    const payload = {
      body,
      contentType: 'image/png',
      headers: { 'x-github-event': 'push', authorization: 'no' },
    };
    expect(await forward(`${server.url}/in?x=1`, { method: 'PUT' }, { payload })).toEqual({
      kind: 'succeeded',
      exitCode: null,
      endedBy: null,
      reason: 'forwarded (200)',
    });
    expect(server.received).toMatchObject([
      { method: 'PUT', url: '/in?x=1', body, headers: { 'content-type': 'image/png' } },
    ]);
    expect(server.received[0]?.headers).not.toHaveProperty('x-github-event');
    expect(server.received[0]?.headers).not.toHaveProperty('authorization');
  });

  test('URL, headers and body are templates', async () => {
    await using server = await serve();
    const action = {
      headers: { Authorization: 'Bearer {{env.TOKEN}}', 'X-Ref': '{{ref}}', 'content-type': 'text/plain' },
      body: '{{repo | json}} {{secrets.S}}',
    };
    const payload = jsonPayload({ ref: 'main', repo: { id: 1 } });
    await forward(`${server.url}/{{ref | url_encode}}`, action, {
      payload,
      environment: { TOKEN: 't0ken' },
      secrets: { S: 'hush' },
    });
    expect(server.received).toMatchObject([
      {
        url: '/main',
        headers: { authorization: 'Bearer t0ken', 'x-ref': 'main', 'content-type': 'text/plain' },
      },
    ]);
    expect(server.received[0]?.body.toString()).toBe('{"id":1} hush');
  });

  test('the headers of the delivery that are wanted, below those configured', async () => {
    await using server = await serve();
    const headers = {
      'x-event': 'push',
      'x-id': 'theirs',
      'x-other': 'no',
      host: 'evil.example',
      'content-length': '999',
      connection: 'x',
    };
    const relayHeaders = ['X-Event', 'x-id', 'Host', 'content-length', 'connection'];
    const outcome = await forward(
      server.url,
      { relayHeaders, headers: { 'X-ID': 'ours' } },
      { payload: jsonPayload({}, headers) },
    );
    expect(outcome).toMatchObject({ kind: 'succeeded' });
    const [received] = server.received;
    expect(received?.headers).toMatchObject({ 'x-event': 'push', 'x-id': 'ours', 'content-length': '2' });
    expect(received?.headers).not.toHaveProperty('x-other');
    expect(received?.headers.host).toBe(new URL(server.url).host);
  });

  test('nothing without a payload', async () => {
    await using server = await serve();
    await forward(server.url);
    expect(server.received).toMatchObject([
      { body: Buffer.alloc(0), headers: { 'content-type': 'application/json' } },
    ]);
  });
});

describe('what a status means', () => {
  test.each([
    [200, 'succeeded', 'forwarded (200)'],
    [202, 'succeeded', 'forwarded (202)'],
    [204, 'succeeded', 'forwarded (204)'],
    [301, 'failed', 'http_forward failed: 301'],
    [302, 'failed', 'http_forward failed: 302'],
    [404, 'failed', 'http_forward failed: 404'],
    [429, 'failed', 'http_forward failed: 429'],
    [500, 'failed', 'http_forward: server error 500'],
    [503, 'failed', 'http_forward: server error 503'],
  ])('%i: %s, and one request only', async (status, kind, reason) => {
    await using server = await serve((response) =>
      response.writeHead(status, { location: '/elsewhere' }).end(),
    );
    expect(await forward(server.url)).toMatchObject({ kind, reason, exitCode: null, endedBy: null });
    expect(server.received).toHaveLength(1);
  });

  test('the answer is kept in the output, without path and query of the URL', async () => {
    await using server = await serve((response) => response.writeHead(422).end('no such thing'));
    await forward(`${server.url}/token-in-path?key=hush`);
    expect(await bench.output()).toBe(`POST ${new URL(server.url).host}: 422\nno such thing\n`);
  });
});

describe('what goes wrong is a failure, never an exception', () => {
  test('a server that hangs up in the middle of its answer', async () => {
    await using server = await serve((response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      response.socket?.end();
    });
    const outcome = await forward(server.url);
    expect(outcome).toMatchObject({ kind: 'failed', endedBy: null });
    expect(outcome.reason).toMatch(/^http_forward failed: ./);
  });

  test('nobody listening', async () => {
    const { url } = await (async () => {
      await using server = await serve();
      return server;
    })();
    expect((await forward(url)).reason).toMatch(/^http_forward failed: ./);
  });

  test('an answer that is too large', async () => {
    await using server = await serve((response) => response.end('x'.repeat(2_000)));
    expect((await forward(server.url)).reason).toMatch(/^http_forward failed: .*larger than 1000 bytes/);
  });

  test.each(['', 'nonsense', 'ftp://127.0.0.1/', 'http://'])('the URL %j', async (url) => {
    expect((await forward(url)).reason).toMatch(/^http_forward blocked: ./);
  });

  test('being ended while it waits for the answer', async () => {
    await using server = await serve(() => {
      bench.end('timeout');
    });
    expect(await forward(server.url)).toMatchObject({ kind: 'interrupted', reason: null });
  });
});

describe('what is refused before anything is sent', () => {
  test.each(['a\r\nx-evil: 1', 'a\nb', 'a\rb', 'a\0b', 'a\n'])(
    'a header value of a payload like %j',
    async (value) => {
      await using server = await serve();
      const outcome = await forward(
        server.url,
        { headers: { 'X-Title': '{{t}}' } },
        { payload: jsonPayload({ t: value }) },
      );
      expect(outcome.reason).toMatch(/^http_forward blocked: .*x-title/i);
      expect(server.received).toEqual([]);
    },
  );

  test('a place that is not public', async () => {
    await using server = await serve();
    const outcome = await forward(server.url, { allowPrivate: [] });
    expect(outcome).toMatchObject({ kind: 'failed' });
    expect(outcome.reason).toMatch(/^http_forward blocked: /);
    expect(server.received).toEqual([]);
  });

  test('a payload that makes the host of the URL a user name', async () => {
    await using server = await serve();
    const outcome = await forward(
      `http://127.0.0.1{{path}}`,
      {},
      { payload: jsonPayload({ path: `@${new URL(server.url).host}/` }) },
    );
    expect(outcome.reason).toBe('http_forward blocked: url: the payload changes its host');
    expect(server.received).toEqual([]);
  });

  test('a credential that is missing', async () => {
    await using server = await serve();
    const outcome = await forward(server.url, { headers: { Authorization: 'Bearer {{env.TOKEN}}' } });
    expect(outcome.reason).toBe(
      'http_forward blocked: header Authorization: the environment variable TOKEN is not set',
    );
    expect(server.received).toEqual([]);
  });
});
