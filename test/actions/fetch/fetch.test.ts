/** Holds what is fetched before an action to its promises, with real servers and files. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FetchSpec } from '../../../src/core/action.ts';
import type { Outcome } from '../../../src/core/run.ts';
import { createOutbound } from '../../../src/net/fetch.ts';
import { Bench, jsonPayload } from '../attempt.ts';
import type { AttemptOptions } from '../attempt.ts';
import { serve } from '../servers.ts';

let bench: Bench;
const outbound = createOutbound();
beforeAll(async () => {
  bench = await Bench.open();
  await mkdir(bench.path('root'));
});
afterAll(async () => {
  await outbound.close();
  await bench[Symbol.asyncDispose]();
});

function spec(more: Partial<FetchSpec>): FetchSpec {
  return {
    kind: 'http_get',
    headers: {},
    root: bench.path('root'),
    timeoutMs: 30_000,
    parseAs: 'text',
    storeAs: 'data',
    onFailure: 'abort',
    maxBytes: 100,
    allowPrivate: ['127.0.0.0/8'],
    ...more,
  };
}

/** Fetches and then sends `message`; answers the outcome and, if one was sent, the message. */
async function fetched(
  fetch: Partial<FetchSpec>,
  message = '{{data}}',
  options: AttemptOptions = {},
): Promise<Outcome | string> {
  bench.messages.length = 0;
  const outcome = await bench.execute(
    { kind: 'notify_only', message, silent: false },
    { outbound, fetch: spec(fetch), ...options },
  );
  return bench.messages[0]?.text ?? outcome;
}

const failedWith = (reason: string): Outcome => ({
  kind: 'failed',
  exitCode: null,
  endedBy: null,
  reason: `fetch failed: ${reason}`,
});

describe('http', () => {
  test('a GET with templates in URL and headers brings its data under its name', async () => {
    await using server = await serve((response) => response.end('[{"title":"first"},{"title":"second"}]'));
    const fetch = {
      url: `${server.url}/{{which}}`,
      headers: { Authorization: 'Bearer {{env.T}}' },
      parseAs: 'json',
      storeAs: 'issues',
    } as const;
    const options = { payload: jsonPayload({ which: 'open' }), environment: { T: 't0ken' } };
    expect(await fetched(fetch, '{{issues.0.title}} {{issues[1].title}} {{which}}', options)).toBe(
      'first second open',
    );
    expect(server.received).toMatchObject([
      { method: 'GET', url: '/open', headers: { authorization: 'Bearer t0ken' } },
    ]);
  });

  test('a POST sends its body as JSON', async () => {
    await using server = await serve((response, { body }) => response.end(body));
    expect(await fetched({ kind: 'http_post', url: server.url, body: '{"q":"{{now}}"}' })).toBe(
      '{"q":"2026-03-04T05:06:07.089Z"}',
    );
    expect(server.received).toMatchObject([
      { method: 'POST', headers: { 'content-type': 'application/json' } },
    ]);
  });

  test('lines come without the empty ones', async () => {
    await using server = await serve((response) => response.end('a\r\n\n  \nb\n'));
    expect(await fetched({ url: server.url, parseAs: 'lines' }, '{{data}} {{data.1}}')).toBe('["a","b"] b');
  });

  test.each([301, 302, 304, 400, 404, 500])('%i is a failure, and its body is no data', async (status) => {
    await using server = await serve((response) => response.writeHead(status, { location: '/' }).end());
    expect(await fetched({ url: server.url })).toEqual(failedWith(`HTTP ${status}`));
    expect(server.received).toHaveLength(1);
  });

  test('what is not the JSON it should be is a failure', async () => {
    await using server = await serve((response) => response.end('<html>'));
    expect(await fetched({ url: server.url, parseAs: 'json' })).toEqual(failedWith('it is not JSON'));
  });

  test('what is not text is a failure', async () => {
    await using server = await serve((response) => response.end(Buffer.from([0xff, 0xfe])));
    expect(await fetched({ url: server.url })).toEqual(failedWith('it is not UTF-8'));
  });

  test('what is too large is a failure', async () => {
    await using server = await serve((response) => response.end('x'.repeat(101)));
    expect(await fetched({ url: server.url })).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/larger than 100 bytes/),
    });
  });

  test('a server that hangs up is a failure like any other', async () => {
    await using server = await serve((response) => {
      response.writeHead(200, { 'content-length': '50' }).write('half');
      response.socket?.end();
    });
    expect(await fetched({ url: server.url })).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/^fetch failed: ./),
    });
  });

  test('a header with a line break, a missing variable and a private place refuse before anything is sent', async () => {
    await using server = await serve();
    const payload = jsonPayload({ t: 'a\r\nb' });
    const outcome = await fetched({ url: server.url, headers: { 'X-T': '{{t}}' } }, 'x', { payload });
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/^fetch failed: .*x-t/i) });
    expect(await fetched({ url: server.url, headers: { A: '{{env.T}}' } })).toEqual(
      failedWith('header A: the environment variable T is not set'),
    );
    expect(await fetched({ url: server.url, allowPrivate: [] })).toMatchObject({ kind: 'failed' });
    expect(server.received).toEqual([]);
  });

  test('being ended while it waits ends the run, not the fetch alone', async () => {
    await using server = await serve(() => {
      bench.end('cancel');
    });
    expect(await fetched({ url: server.url, onFailure: 'run_with_error' })).toMatchObject({
      kind: 'interrupted',
      reason: null,
    });
  });
});

describe('a failure', () => {
  test('with run_with_error is the data', async () => {
    expect(await fetched({ url: 'nonsense', onFailure: 'run_with_error' })).toMatch(/^\[FETCH ERROR: .+\]$/);
  });

  test('with abort ends the run before the action', async () => {
    expect(await fetched({ url: 'nonsense' })).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/^fetch failed: .+/),
    });
  });
});

describe('file_read', () => {
  const fromFile = (
    path: string,
    more: Partial<FetchSpec> = {},
    options?: AttemptOptions,
  ): Promise<Outcome | string> => fetched({ kind: 'file_read', path, ...more }, undefined, options);

  beforeAll(async () => {
    await writeFile(bench.path('root', 'a.txt'), 'text {{now}}');
    await writeFile(bench.path('root', 'large.txt'), 'x'.repeat(101));
    await writeFile(bench.path('outside.txt'), 'outside');
    await symlink('a.txt', bench.path('root', 'link.txt'));
    await symlink('..', bench.path('root', 'up'));
    await mkdir(bench.path('root', 'folder'));
  });

  test('brings the text of a file in its root, never as a template', async () => {
    expect(await fromFile('a.txt')).toBe('text {{now}}');
    expect(await fromFile('{{name}}.txt', {}, { payload: jsonPayload({ name: 'a' }) })).toBe('text {{now}}');
  });

  test('one that the operator wrote out may lie anywhere', async () => {
    expect(await fromFile(bench.path('outside.txt'))).toBe('outside');
  });

  test.each([
    ['link.txt', "'link.txt' is a symbolic link"],
    ['large.txt', "'large.txt' is larger than 100 bytes"],
    ['none.txt', "'none.txt' does not exist"],
    ['folder', "'folder' is not a file"],
    ['../outside.txt', "path traversal in '../outside.txt'"],
    ['.env', "path matches deny glob '.env*'"],
  ])('%s is a failure', async (path, reason) => {
    expect(await fromFile(path)).toEqual(failedWith(reason));
  });

  test('a link out of the root, a path of the payload and a file of the service are failures', async () => {
    expect(await fromFile('up/outside.txt')).toMatchObject({
      reason: expect.stringContaining('by a symbolic link'),
    });
    const payload = jsonPayload({ p: bench.path('outside.txt') });
    expect(await fromFile('{{p}}', {}, { payload })).toMatchObject({
      reason: expect.stringContaining('comes from the payload'),
    });
    expect(await fromFile('a.txt', {}, { ownPaths: [bench.path('root', 'a.txt')] })).toMatchObject({
      reason: expect.stringContaining('belongs to the service itself'),
    });
  });
});
