/** Holds the double of Telegram's Bot API to what Telegram does, over real HTTP and through grammY itself. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BotApi } from './bot-api/api.ts';
import { Client, refusal } from './bot-api/client.ts';
import type { Answer } from './bot-api/client.ts';

const CHAT = 42;
const GROUP = -1001234567890;
const OK = expect.objectContaining({ ok: true, status: 200 }) as Answer;

let api: BotApi;
let client: Client;

beforeEach(async () => {
  api = await BotApi.start();
  client = new Client(api);
});

afterEach(() => api[Symbol.asyncDispose]());

describe('tokens', () => {
  it('knows its default bot', async () => {
    expect(api.token).toMatch(/^\d+:[\w-]{35}$/);
    expect((await client.call('getMe')).result).toMatchObject({ id: 110201543, is_bot: true });
  });

  it('answers 401 to a token that it does not know', async () => {
    expect(await client.call('getMe', {}, '1:x')).toEqual(refusal(401, 'Unauthorized'));
  });

  it('answers 401 to a token that was revoked, also to the poll that waits with it', async () => {
    const poll = client.call('getUpdates', { timeout: 30 });
    await api.polled();
    api.revoke(api.token);
    expect(await poll).toEqual(refusal(401, 'Unauthorized'));
    expect(await client.call('getMe')).toEqual(refusal(401, 'Unauthorized'));
  });

  it('keeps account, updates and chats when the token is rotated', async () => {
    const old = api.token;
    const { result } = await client.call('getMe');
    const { updateId } = api.say({ from: CHAT, text: 'hello' });
    const token = api.rotate(old);
    expect(token).toMatch(/^110201543:[\w-]{35}$/);
    expect([api.token === token, (await client.call('getMe', {}, old)).status]).toEqual([true, 401]);
    expect((await client.call('getMe')).result).toEqual(result);
    expect(await client.updates()).toMatchObject([{ update_id: updateId }]);
  });

  it('keeps the private chats and updates of two bots apart, and shares their group', async () => {
    const other = '220201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawy';
    api.addBot({ token: other, username: 'second_bot' });
    await client.send(CHAT, 'from the first');
    await client.call('sendMessage', { chat_id: GROUP, text: 'one' });
    await client.call('sendMessage', { chat_id: GROUP, text: 'two' }, other);
    api.say({ from: CHAT, text: 'to the second', token: other });
    expect([api.texts(CHAT), api.messages(CHAT, other).map(({ text }) => text)]).toEqual([
      ['from the first'],
      ['to the second'],
    ]);
    expect([api.texts(GROUP), api.pending(), api.pending(other)]).toEqual([['one', 'two'], 0, 1]);
  });

  it('answers 404 to a method that there is not', async () => {
    expect(await client.call('sendPigeon')).toEqual(refusal(404, 'Not Found'));
  });
});

describe('faults', () => {
  it('drops the connection before anything happens', async () => {
    api.fault({ method: 'sendMessage', when: 'before', kind: 'drop' });
    await expect(client.send(CHAT, 'lost')).rejects.toThrow();
    expect([api.texts(CHAT), await client.send(CHAT, 'found')]).toEqual([[], OK]);
  });

  it('drops the connection after it has happened', async () => {
    api.fault({ when: 'after', kind: 'drop' });
    await expect(client.send(CHAT, 'arrived')).rejects.toThrow();
    expect([api.texts(CHAT), api.calls[0]?.outcome]).toEqual([
      ['arrived'],
      { kind: 'faulted', when: 'after', fault: 'drop' },
    ]);
  });

  it('gives updates again whose answer was lost', async () => {
    api.say({ from: CHAT, text: 'twice' });
    api.fault({ method: 'getUpdates', when: 'after', kind: 'drop' });
    await expect(client.updates()).rejects.toThrow();
    expect(await client.heard()).toEqual(['twice']);
  });

  it('never answers a request that hangs', async () => {
    api.fault({ kind: 'hang' });
    await expect(
      fetch(`${api.root}/bot${api.token}/getMe`, { signal: AbortSignal.timeout(50) }),
    ).rejects.toThrow();
    expect(await client.call('getMe')).toEqual(OK);
  });

  it('holds one chat alone with 429, as often as told', async () => {
    api.fault({ chat: CHAT, times: 2, kind: { status: 429, retryAfter: 3 } });
    const held = refusal(429, 'Too Many Requests: retry after 3', { parameters: { retry_after: 3 } });
    expect(await client.send(GROUP, 'other')).toEqual(OK);
    expect([
      await client.send(CHAT, '1'),
      await client.send(CHAT, '2'),
      await client.send(CHAT, '3'),
    ]).toEqual([held, held, OK]);
  });

  it('answers 5xx as Telegram and as the gateway in front of it, until cleared', async () => {
    api.fault({ kind: { status: 500, description: 'Internal Server Error' } });
    api.fault({ times: Infinity, kind: { status: 502, body: 'html' } });
    expect(await client.send(CHAT, 'x')).toEqual(refusal(500, 'Internal Server Error'));
    const response = await fetch(`${api.root}/bot${api.token}/getMe`);
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect(await response.text()).toContain('<h1>502 Bad Gateway</h1>');
    api.clearFaults();
    expect(await client.send(CHAT, 'x')).toEqual(OK);
  });

  it('goes down with every connection and comes back on the same port, with all updates', async () => {
    const { root } = api;
    const poll = client.updates({ timeout: 50 }).catch(() => 'broken');
    await api.polled();
    await api.down();
    expect([await poll, api.polls]).toEqual(['broken', []]);
    await expect(client.call('getMe')).rejects.toThrow();
    api.say({ from: CHAT, text: 'meanwhile' });
    await api.up();
    expect([api.root, await client.heard()]).toEqual([root, ['meanwhile']]);
  });
});

describe('waiting', () => {
  it('sees a message when it comes, and when it is edited', async () => {
    const seen = api.sees(CHAT, /done in (\d+) s/);
    await client.send(CHAT, 'working');
    await client.call('editMessageText', { chat_id: CHAT, message_id: 1, text: 'done in 3 s' });
    expect(await seen).toMatchObject({ id: 1, text: 'done in 3 s', edited: 1 });
  });

  it('does not take what a person says for the bot’s', async () => {
    const seen = api.sees(CHAT, /echo/);
    api.say({ from: CHAT, text: 'echo' });
    await client.send(CHAT, 'an echo');
    expect(await seen).toMatchObject({ from: 'bot', text: 'an echo' });
  });

  it('tells one who waited in vain what it waited for and what was called', async () => {
    const lonely = await BotApi.start();
    const waiting = lonely.sees(CHAT, /never/);
    await fetch(`${lonely.root}/bot${lonely.token}/sendMessage?chat_id=${CHAT}&text=other`);
    await lonely[Symbol.asyncDispose]();
    await expect(waiting).rejects.toThrow(
      /\/never\/ in chat 42, which shows \["other"\]\nthe last calls:\n {2}sendMessage .* → answered/,
    );
  });

  it('takes a thousand calls in their order', { timeout: 20_000 }, async () => {
    for (let i = 0; i < 1000; i++) await client.send(CHAT, String(i));
    expect(api.texts(CHAT)).toEqual(Array.from({ length: 1000 }, (_, i) => String(i)));
  });
});

interface GrammyBot {
  readonly api: {
    sendMessage(chat: number, text: string, more?: object): Promise<{ readonly message_id: number }>;
    sendDocument(chat: number, file: object, more?: object): Promise<unknown>;
  };
  command(name: string, handle: (ctx: { reply(text: string): Promise<unknown> }) => Promise<unknown>): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Grammy {
  readonly Bot: new (token: string, options: object) => GrammyBot;
  readonly InputFile: new (data: Uint8Array, name: string) => object;
}

const name = 'grammy';
const grammy = await (import(name) as Promise<Grammy>).catch(() => undefined);

// Skipped only where grammY is not installed.
describe.skipIf(grammy === undefined)('through grammY', () => {
  const botFor = (token: string): GrammyBot => new grammy!.Bot(token, { client: { apiRoot: api.root } });

  it('polls, answers a command and stops', async () => {
    const bot = botFor(api.token);
    bot.command('ping', (ctx) => ctx.reply('pong'));
    const running = bot.start();
    await api.polled();
    api.say({ from: CHAT, text: '/ping' });
    await api.sees(CHAT, /pong/);
    await bot.stop();
    await running;
    expect([api.pending(), api.complaints]).toEqual([0, []]);
  });

  it('sends a file', async () => {
    const file = new grammy!.InputFile(Buffer.from('a log 😀'), 'run 1.log');
    await botFor(api.token).api.sendDocument(CHAT, file, { caption: 'Log', disable_notification: true });
    expect(api.messages(CHAT)).toMatchObject([
      { text: 'Log', silent: true, document: { name: 'run 1.log', text: 'a log 😀' } },
    ]);
  });

  it('hears every refusal in Telegram’s words', async () => {
    const sent = botFor(api.token).api.sendMessage(CHAT, 'x', { reply_parameters: { message_id: 9 } });
    await expect(sent).rejects.toMatchObject({
      error_code: 400,
      description: 'Bad Request: message to be replied not found',
    });
    api.fault({ kind: { status: 429, retryAfter: 2 } });
    await expect(botFor(api.token).api.sendMessage(CHAT, 'x')).rejects.toMatchObject({
      error_code: 429,
      parameters: { retry_after: 2 },
    });
  });
});
