/** Holds the double to how Telegram gives a bot its updates. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BotApi } from './api.ts';
import { Client, refusal } from './client.ts';
import type { Answer } from './client.ts';

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

describe('getUpdates', () => {
  it('gives updates again until an offset confirms them, and then never again', async () => {
    const [first, second] = ['a', 'b', 'c'].map((text) => api.say({ from: CHAT, text }).updateId);
    expect(await client.heard()).toEqual(['a', 'b', 'c']);
    expect(await client.heard({ offset: first })).toEqual(['a', 'b', 'c']);
    expect(await client.heard({ offset: second })).toEqual(['b', 'c']);
    expect(await client.heard({ offset: first })).toEqual(['b', 'c']);
  });

  it('keeps the newest for a negative offset', async () => {
    for (const text of ['a', 'b', 'c']) api.say({ from: CHAT, text });
    expect([await client.heard({ offset: -2 }), await client.heard()]).toEqual([
      ['b', 'c'],
      ['b', 'c'],
    ]);
  });

  it('gives no more than the limit, in the order of sending', async () => {
    for (let i = 0; i < 150; i++) api.say({ from: CHAT, text: String(i) });
    expect(await client.heard({ limit: 2 })).toEqual(['0', '1']);
    expect((await client.heard({ limit: 1000 })).length).toBe(100);
  });

  it('wakes a long poll when something comes', async () => {
    const poll = client.heard({ timeout: 50 });
    await api.polled();
    api.say({ from: CHAT, text: 'wake up' });
    expect(await poll).toEqual(['wake up']);
    expect(api.polls).toEqual([]);
  });

  it('answers nothing when the time of a long poll is up', async () => {
    expect(await client.updates({ timeout: 1 })).toEqual([]);
  });

  it('ends the poll that waits with 409 when another one comes', async () => {
    const first = client.call('getUpdates', { timeout: 50 });
    await api.polled();
    const second = client.heard({ timeout: 50 });
    expect(await first).toEqual(
      refusal(
        409,
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
      ),
    );
    await api.polled();
    api.say({ from: CHAT, text: 'for the second' });
    expect(await second).toEqual(['for the second']);
  });

  it('forgets a poll whose client hung up', async () => {
    const hangUp = new AbortController();
    const url = `${api.root}/bot${api.token}/getUpdates?timeout=50`;
    const poll = fetch(url, { signal: hangUp.signal }).catch(() => 'hung up');
    await api.polled();
    hangUp.abort();
    expect(await poll).toBe('hung up');
    await api.until(() => api.polls.length === 0, 'the poll is forgotten');
    api.say({ from: CHAT, text: 'kept' });
    expect([await client.heard(), api.calls[0]?.outcome]).toEqual([['kept'], { kind: 'gone' }]);
  });

  it('leaves out the kinds that the bot did not ask for, from then on', async () => {
    api.push({ edited_message: { from: { id: CHAT }, text: 'before' } });
    await client.updates({ allowed_updates: ['message', 'callback_query'] });
    const dropped = api.push({ edited_message: { from: { id: CHAT }, text: 'after' } });
    api.say({ from: CHAT, text: 'wanted' });
    expect(dropped.updateId).toBe(0);
    expect(await client.updates()).toMatchObject([
      { edited_message: { text: 'before' } },
      { message: { text: 'wanted' } },
    ]);
  });

  it('is refused while a webhook is set, until it is deleted', async () => {
    const poll = client.call('getUpdates', { timeout: 50 });
    await api.polled();
    expect(await client.call('setWebhook', { url: 'https://example.org/' })).toEqual(OK);
    expect(await poll).toEqual(refusal(409, 'Conflict: terminated by setWebhook request'));
    expect(await client.call('getUpdates')).toEqual(
      refusal(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      ),
    );
    expect((await client.call('getWebhookInfo')).result).toMatchObject({ url: 'https://example.org/' });
    api.say({ from: CHAT, text: 'dropped' });
    await client.call('deleteWebhook', { drop_pending_updates: true });
    expect(await client.updates()).toEqual([]);
  });
});

describe('what people do', () => {
  it('marks commands as Telegram does', async () => {
    api.say({ from: CHAT, text: '/ping@my_bot now, see a/b, http://x/y and /Log_1!' });
    const [update] = await client.updates();
    expect(update?.message.entities).toEqual([
      { type: 'bot_command', offset: 0, length: 12 },
      { type: 'bot_command', offset: 42, length: 6 },
    ]);
  });

  it('tells private chats from groups and counts the messages of each, the bot’s among them', async () => {
    const ids = [
      api.say({ from: 7, text: 'private' }).messageId,
      (await client.call('sendMessage', { chat_id: 7, text: 'answer' })).result.message_id,
      api.say({ from: 7, text: 'again' }).messageId,
      api.say({ from: 7, chat: GROUP, text: 'group' }).messageId,
    ];
    expect(ids).toEqual([1, 2, 3, 1]);
    expect((await client.updates()).map(({ message }) => message.chat.type)).toEqual([
      'private',
      'private',
      'supergroup',
    ]);
  });

  it('says when a message is in a topic: it replies to the topic’s opening when to nothing else', async () => {
    const { messageId } = api.say({ from: 7, chat: GROUP, thread: 5, text: 'in a topic', date: 1000 });
    api.say({ from: 7, chat: GROUP, thread: 5, text: 'reply', replyTo: messageId });
    expect(messageId).toBe(6);
    expect(await client.updates()).toMatchObject([
      {
        message: {
          date: 1000,
          message_thread_id: 5,
          is_topic_message: true,
          chat: { is_forum: true },
          reply_to_message: { message_id: 5, forum_topic_created: { name: 'Topic 5' } },
        },
      },
      { message: { reply_to_message: { message_id: 6, text: 'in a topic' } } },
    ]);
  });

  it('presses buttons, also those of a message that is gone', async () => {
    const { result } = await client.send(CHAT, 'choose', {
      reply_markup: { inline_keyboard: [[{ text: 'Yes', callback_data: 'y' }]] },
    });
    const [shown] = api.messages(CHAT);
    const { callbackId } = api.press({ from: CHAT, message: shown!, data: 'y' });
    await client.call('deleteMessage', { chat_id: CHAT, message_id: result.message_id });
    api.press({ from: CHAT, message: result.message_id, data: 'y' });
    const [first, second] = await client.updates();
    expect(first?.callback_query).toMatchObject({ id: callbackId, data: 'y', message: result });
    expect(second?.callback_query.message).toEqual({ chat: result.chat, message_id: 1, date: 0 });
  });

  it('takes any update and adds the ids and dates that it lacks', async () => {
    api.push({
      message: {
        chat: { id: GROUP },
        from: { id: 1087968824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' },
        sender_chat: { id: GROUP, type: 'supergroup' },
        text: '/ping',
      },
    });
    api.push({ channel_post: { chat: { id: -100777 }, text: 'post' } });
    api.push({ update_id: 900_000_000, poll: { id: 'x' } });
    expect(api.say({ from: 7, text: 'next' }).updateId).toBe(900_000_001);
    expect(await client.updates()).toMatchObject([
      { message: { message_id: 1, sender_chat: { id: GROUP }, chat: { type: 'supergroup' } } },
      { channel_post: { message_id: 1, chat: { type: 'channel' } } },
      { update_id: 900_000_000, poll: { id: 'x' } },
      { message: { text: 'next' } },
    ]);
  });
});
