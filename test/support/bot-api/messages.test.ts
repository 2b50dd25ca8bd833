/** Holds the double to what Telegram takes, changes and refuses of what a bot sends. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BotApi } from './api.ts';
import { bad, Client, refusal } from './client.ts';
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

describe('sendMessage', () => {
  it('shows the message as a person sees it, and answers with all of it', async () => {
    const { messageId } = api.say({ from: CHAT, text: 'question' });
    const keyboard = [
      [{ text: 'Retry', callback_data: 'retry:1' }],
      [{ text: 'Docs', url: 'https://x.org' }],
    ];
    const { result } = await client.send(CHAT, 'answer', {
      disable_notification: true,
      reply_parameters: { message_id: messageId },
      reply_markup: { inline_keyboard: keyboard },
      entities: [{ type: 'bold', offset: 0, length: 3 }],
    });
    expect(result).toMatchObject({
      message_id: 2,
      from: { id: 110201543, is_bot: true },
      chat: { id: CHAT, type: 'private' },
      text: 'answer',
      reply_to_message: { text: 'question' },
      reply_markup: { inline_keyboard: keyboard },
    });
    expect(api.messages(CHAT)).toMatchObject([
      { id: 1, from: CHAT, text: 'question', silent: false },
      {
        id: 2,
        from: 'bot',
        text: 'answer',
        entities: [{ type: 'bold', offset: 0, length: 3 }],
        buttons: [[{ text: 'Retry', data: 'retry:1' }], [{ text: 'Docs', url: 'https://x.org' }]],
        replyTo: 1,
        silent: true,
        edited: 0,
      },
    ]);
    expect(api.complaints).toEqual([]);
  });

  it('takes 1 to 4096 UTF-16 units of text, counted without markup and white space at the ends', async () => {
    expect(await client.send(CHAT, '😀'.repeat(2048))).toEqual(OK);
    expect(await client.send(CHAT, `${'x'.repeat(4095)}😀`)).toEqual(bad('message is too long'));
    expect(await client.send(CHAT, `<b>${'x'.repeat(4096)}</b>\n\n`, { parse_mode: 'HTML' })).toEqual(OK);
    expect(await client.send(CHAT, ' \n ')).toEqual(bad('message text is empty'));
    expect(await client.send(CHAT, '<b></b>', { parse_mode: 'HTML' })).toEqual(bad('message text is empty'));
    expect(await client.send(CHAT, 'cut \ud83d')).toEqual(bad('strings must be encoded in UTF-8'));
  });

  it('counts callback data in bytes', async () => {
    const button = (data: string): object => ({
      reply_markup: { inline_keyboard: [[{ text: 'x', callback_data: data }]] },
    });
    expect(await client.send(CHAT, 'x', button('é'.repeat(32)))).toEqual(OK);
    expect(await client.send(CHAT, 'x', button('é'.repeat(33)))).toEqual(bad('BUTTON_DATA_INVALID'));
    expect(await client.send(CHAT, 'x', button(''))).toEqual(bad('BUTTON_DATA_INVALID'));
    expect(api.texts(CHAT)).toHaveLength(1);
  });

  it('drops entities out of bounds in silence, and complains to the test', async () => {
    const { result } = await client.send(CHAT, 'four', {
      entities: [
        { type: 'bold', offset: 0, length: 4 },
        { type: 'code', offset: 2, length: 3 },
      ],
    });
    expect(result.entities).toEqual([{ type: 'bold', offset: 0, length: 4 }]);
    expect(api.complaints).toEqual([expect.stringContaining('is out of bounds in "four"')]);
  });

  it.each([
    ['HTML', '<x>', 'Unsupported start tag "x" at byte offset 0'],
    ['HTML', 'é <b', 'Unclosed start tag at byte offset 3'],
    ['HTML', '<b>x', 'Can\'t find end tag corresponding to start tag "b"'],
    ['HTML', 'x</b>', 'Unexpected end tag at byte offset 1'],
    ['HTML', '<b>x</i>', 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ['MarkdownV2', '1.0', "Character '.' is reserved and must be escaped with the preceding '\\'"],
    ['MarkdownV2', '🏟 🏟_abac * asd _', "Can't find end of Italic entity at byte offset 21"],
    ['MarkdownV2', '🏟 🏟```a ', "Can't find end of PreCode entity at byte offset 9"],
    ['MarkdownV2', '[x](y', "Can't find end of a URL at byte offset 3"],
  ])('refuses broken %s: %s', async (parse_mode, text, reason) => {
    expect(await client.send(CHAT, text, { parse_mode })).toEqual(bad(`can't parse entities: ${reason}`));
  });

  it('reads HTML and MarkdownV2 to the same entities', async () => {
    const html =
      '<b>b <i>i</i></b> <a href="https://x.org/?a&amp;b">l</a> <pre><code class="language-ts">a&lt;b</code></pre>';
    const markdown = '*b _i_* [l](https://x.org/?a&amp;b) ```ts\na<b```';
    const one = await client.send(CHAT, html, { parse_mode: 'HTML' });
    const two = await client.send(CHAT, markdown.replace('&amp;', '&'), { parse_mode: 'MarkdownV2' });
    expect(one.result.text).toBe('b i l a<b');
    expect(one.result.entities).toEqual([
      { type: 'bold', offset: 0, length: 3 },
      { type: 'italic', offset: 2, length: 1 },
      { type: 'text_link', offset: 4, length: 1, url: 'https://x.org/?a&amp;b' },
      { type: 'pre', offset: 6, length: 3, language: 'ts' },
    ]);
    expect(two.result.text).toBe(one.result.text);
  });

  it('says why nothing can be sent to a chat', async () => {
    const reasons = { 1: 'missing', 2: 'blocked', [GROUP]: 'kicked' } as const;
    for (const [id, why] of Object.entries(reasons)) api.closeChat(Number(id), why);
    const sent = [1, 2, GROUP, 'nobody'].map((chat_id) => client.call('sendMessage', { chat_id, text: 'x' }));
    expect(await Promise.all(sent)).toEqual([
      bad('chat not found'),
      refusal(403, 'Forbidden: bot was blocked by the user'),
      refusal(403, 'Forbidden: bot was kicked from the supergroup chat'),
      bad('chat not found'),
    ]);
    api.reopenChat(2);
    expect(await client.call('sendMessage', { chat_id: 2, text: 'x' })).toEqual(OK);
  });

  it('finds only chats that were declared, when told so', async () => {
    await using strict = await BotApi.start({ chats: 'declared' });
    strict.addChat({ id: GROUP, title: 'Team' });
    const sent = (chat_id: number): Promise<number> =>
      fetch(`${strict.root}/bot${strict.token}/sendMessage?chat_id=${chat_id}&text=x`).then((r) => r.status);
    expect(strict.messages(CHAT)).toEqual([]);
    expect([await sent(GROUP), await sent(CHAT)]).toEqual([200, 400]);
  });

  it('knows the topics of a forum, and puts replies where they belong', async () => {
    api.addChat({ id: GROUP, topics: [7, 9] });
    const to = (more: object): Promise<Answer> =>
      client.call('sendMessage', { chat_id: GROUP, text: 'x', ...more });
    const { result } = await to({ message_thread_id: 9 });
    expect(result).toMatchObject({ message_id: 10, message_thread_id: 9, is_topic_message: true });
    expect(await to({ message_thread_id: 8 })).toEqual(bad('message thread not found'));
    await to({ reply_parameters: { message_id: 10 } });
    api.removeTopic(GROUP, 9);
    expect(await to({ message_thread_id: 9 })).toEqual(bad('message thread not found'));
    expect(api.messages(GROUP)).toMatchObject([{ thread: 9 }, { thread: 9, replyTo: 10 }]);
  });

  it('replies to nothing only when allowed to', async () => {
    const lost = { message_id: 99 };
    expect(await client.send(CHAT, 'x', { reply_parameters: lost })).toEqual(
      bad('message to be replied not found'),
    );
    expect(
      await client.send(CHAT, 'x', { reply_parameters: { ...lost, allow_sending_without_reply: true } }),
    ).toEqual(OK);
  });

  it('reads a form as it reads JSON', async () => {
    const body = new URLSearchParams({
      chat_id: String(CHAT),
      text: 'form',
      disable_notification: 'true',
      reply_markup: JSON.stringify({ inline_keyboard: [[{ text: 'x', callback_data: 'y' }]] }),
    });
    await fetch(`${api.root}/bot${api.token}/sendmessage`, { method: 'POST', body });
    expect(api.messages(CHAT)).toMatchObject([{ text: 'form', silent: true, buttons: [[{ data: 'y' }]] }]);
    expect(api.callsOf('sendMessage')).toMatchObject([{ params: { chat_id: CHAT }, token: api.token }]);
  });
});

describe('edits', () => {
  const edit = (text: string, more: object = {}): Promise<Answer> =>
    client.call('editMessageText', { chat_id: CHAT, message_id: 1, text, ...more });
  const reply_markup = { inline_keyboard: [[{ text: 'x', callback_data: 'y' }]] };
  const unchanged = bad(
    'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
  );

  it('changes what a person sees, and takes buttons away that are not given again', async () => {
    await client.send(CHAT, 'working', { reply_markup });
    expect(await edit('<b>done</b>', { parse_mode: 'HTML' })).toMatchObject({ result: { text: 'done' } });
    expect(api.messages(CHAT)).toMatchObject([{ id: 1, text: 'done', buttons: [], edited: 1 }]);
  });

  it('refuses an edit that changes nothing', async () => {
    await client.send(CHAT, 'same', { reply_markup });
    expect(await edit('same', { reply_markup })).toEqual(unchanged);
    expect(await edit('same', { reply_markup, entities: [{ type: 'bold', offset: 0, length: 4 }] })).toEqual(
      OK,
    );
    expect(await edit('same')).toEqual(OK);
    expect(await edit('same ')).toEqual(unchanged);
    expect(await client.call('editMessageReplyMarkup', { chat_id: CHAT, message_id: 1 })).toEqual(unchanged);
    expect(
      await client.call('editMessageReplyMarkup', { chat_id: CHAT, message_id: 1, reply_markup }),
    ).toEqual(OK);
  });

  it('finds no message that was deleted, and touches nobody else’s', async () => {
    await client.send(CHAT, 'x');
    api.say({ from: CHAT, text: 'mine' });
    expect(await client.call('deleteMessage', { chat_id: CHAT, message_id: 1 })).toEqual(OK);
    expect(await edit('y')).toEqual(bad('message to edit not found'));
    expect(await client.call('deleteMessage', { chat_id: CHAT, message_id: 1 })).toEqual(
      bad('message to delete not found'),
    );
    expect(await edit('y', { message_id: 2 })).toEqual(bad("message can't be edited"));
    expect(api.messages(CHAT)).toMatchObject([{ from: CHAT, text: 'mine' }]);
  });
});

describe('the other methods', () => {
  it('takes a document by multipart, and knows it again by its id', async () => {
    const body = new FormData();
    body.set('chat_id', String(CHAT));
    body.set('document', 'attach://part0');
    body.set('part0', new File(['line\r\n--line 😀\n'], 'run "1".log'));
    body.set('caption', 'The log');
    const response = await fetch(`${api.root}/bot${api.token}/sendDocument`, { method: 'POST', body });
    const { result } = (await response.json()) as Answer;
    expect(result).toMatchObject({ caption: 'The log', document: { file_size: 18 } });
    expect(api.messages(CHAT)).toMatchObject([
      { text: 'The log', document: { text: 'line\r\n--line 😀\n', name: expect.stringContaining('.log') } },
    ]);
    const again = { chat_id: CHAT, document: result.document.file_id };
    expect(await client.call('sendDocument', again)).toEqual(OK);
    expect(await client.call('editMessageText', { chat_id: CHAT, message_id: 1, text: 'x' })).toEqual(
      bad('there is no text in the message to edit'),
    );
  });

  it('takes answers to buttons until they expire', async () => {
    const { callbackId } = api.press({ from: CHAT, message: 1, data: 'x' });
    const answer = { callback_query_id: callbackId, text: 'Done', show_alert: true };
    expect(await client.call('answerCallbackQuery', answer)).toEqual(OK);
    expect(api.answers).toEqual([{ callbackId, text: 'Done', isAlert: true }]);
    api.expireCallbacks();
    expect(await client.call('answerCallbackQuery', answer)).toEqual(
      bad('query is too old and response timeout expired or query ID is invalid'),
    );
  });

  it('keeps menus by scope and language', async () => {
    const commands = [{ command: 'ping', description: 'Are you there?' }];
    await client.call('setMyCommands', { commands });
    await client.call('setMyCommands', {
      commands,
      scope: { type: 'chat', chat_id: 7 },
      language_code: 'de',
    });
    expect(api.commands).toEqual({ default: commands, 'chat:7/de': commands });
    expect((await client.call('getMyCommands')).result).toEqual(commands);
    expect(await client.call('setMyCommands', { commands: [{ command: 'Ping', description: 'x' }] })).toEqual(
      bad('BOT_COMMAND_INVALID'),
    );
  });

  it('describes chats and takes chat actions', async () => {
    api.addChat({ id: GROUP, title: 'Team', topics: [3] });
    expect((await client.call('getChat', { chat_id: GROUP })).result).toMatchObject({
      title: 'Team',
      is_forum: true,
    });
    expect(await client.call('sendChatAction', { chat_id: GROUP, action: 'typing' })).toEqual(OK);
    expect(await client.call('sendChatAction', { chat_id: GROUP, action: 'dancing' })).toEqual(
      bad('wrong parameter action in request'),
    );
  });
});
