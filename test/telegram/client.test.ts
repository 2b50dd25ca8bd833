/** Holds the client to answers instead of errors, whatever is at the other end. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { TelegramClient } from '../../src/telegram/client.ts';
import { BotApi } from '../support/bot-api/api.ts';
import { FakeClock } from '../support/fake-clock.ts';

const to = { bot: 'default', chat: 7 };
const content = { text: 'hi', silent: false };

function clientOf(api: BotApi, clock = new FakeClock()): TelegramClient {
  return new TelegramClient({ token: new Secret(api.token), apiRoot: api.root }, clock);
}

/** A client whose server always answers so. */
async function clientOfPage(
  status: number,
  { body = '<html>', headers = {} }: { body?: string; headers?: Record<string, string> },
): Promise<{ client: TelegramClient } & AsyncDisposable> {
  const server = createServer((_request, response) => response.writeHead(status, headers).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const settings = { token: new Secret('1:x'), apiRoot: `http://127.0.0.1:${port}` };
  return {
    client: new TelegramClient(settings, new FakeClock()),
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

describe('a page that is no answer of a Bot API', () => {
  test.each([
    [200, {}, { kind: 'server', isCertain: false, reason: 'HTTP 200 OK, and not from a Bot API server' }],
    [200, { body: '"ok"' }, { kind: 'server', isCertain: false }],
    [302, { headers: { location: 'http://127.0.0.1:1/' } }, { kind: 'server', isCertain: false }],
    [403, {}, { kind: 'server', isCertain: false }],
    [
      404,
      {},
      { kind: 'server', isCertain: false, reason: 'HTTP 404 Not Found, and not from a Bot API server' },
    ],
    [413, {}, { kind: 'refused' }],
    [429, { headers: { 'retry-after': '9' } }, { kind: 'too_many', retryAfterMs: 9_000 }],
    [502, {}, { kind: 'server', isCertain: false }],
  ])('%i', async (status, page, expected) => {
    await using server = await clientOfPage(status, page);
    expect(await server.client.sendMessage(to, content)).toMatchObject({ ok: false, failure: expected });
  });
});

test('the token is refused where it is wrong', async () => {
  await using api = await BotApi.start();
  const client = clientOf(api);
  api.revoke();
  expect(await client.getMe()).toMatchObject({ ok: false, failure: { kind: 'unauthorized' } });
});

test('a caller that gives up is told so at once, before and during the call', async () => {
  await using api = await BotApi.start();
  const client = clientOf(api);
  const given = { kind: 'aborted', reason: 'given up' };
  expect(await client.getMe(AbortSignal.abort())).toEqual({ ok: false, failure: given });
  const cut = new AbortController();
  const polled = client.getUpdates({ offset: undefined, waitSeconds: 50 }, cut.signal);
  await api.polled();
  cut.abort();
  expect(await polled).toEqual({ ok: false, failure: given });
  await api.until(() => api.polls.length === 0, 'the poll has ended');
});

test('deadlines are by the clock, and leave nothing behind', async () => {
  await using api = await BotApi.start();
  const clock = new FakeClock();
  const client = clientOf(api, clock);
  api.fault({ method: 'sendMessage', when: 'after', kind: 'hang' });
  const sent = client.sendMessage(to, content);
  await api.sees(7, /hi/);
  await clock.advance(30_000);
  expect(await sent).toEqual({
    ok: false,
    failure: { kind: 'timeout', reason: 'no answer within 30 s' },
  });
  await client.getMe();
  expect(clock.pending).toBe(0);
});

test('a toast that is too long is cut', async () => {
  await using api = await BotApi.start();
  const client = clientOf(api);
  const { callbackId } = api.press({ from: 7, message: 1, data: '/x' });
  expect(await client.answerPress(callbackId, 'x'.repeat(500))).toMatchObject({ ok: true });
  expect(api.answers[0]).toMatchObject({ text: 'x'.repeat(200) });
});

test.each(['a "b";c.txt', 'line\r\nbreak.log', '../../etc/passwd', ''])(
  'a file arrives whatever its name: %j',
  async (name) => {
    await using api = await BotApi.start();
    const client = clientOf(api);
    const answered = await client.sendDocument(to, { ...content, document: { name, text: 'text' } });
    expect(answered).toMatchObject({ ok: true });
    expect(api.messages(7)[0]!.document).toMatchObject({
      name: expect.stringMatching(/^[\w.-]+$/) as string,
      text: 'text',
    });
  },
);

test('a file without content arrives too', async () => {
  await using api = await BotApi.start();
  const client = clientOf(api);
  const document = { name: 'empty.log', text: '' };
  expect(await client.sendDocument(to, { ...content, text: '', document })).toMatchObject({ ok: true });
});
