/** Holds the program to what counts as a command, and as somebody who may give one: all else runs nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BotApi } from '../../support/bot-api/api.ts';
import type { Raw } from '../../support/bot-api/wire.ts';
import { Sandbox } from '../../support/untether.ts';
import { ADMIN, chatToml, OPERATOR, STRANGER, Talker, USER, USERS } from './support.ts';

/** As the double names the bot of its token. */
const THIS_BOT = 'untether_110201543_bot';

let api: BotApi;
let sandbox: Sandbox;

beforeAll(async () => {
  api = await BotApi.start();
  sandbox = await Sandbox.make(chatToml(api, '', { users: [USER, ...USERS] }));
  await sandbox.start();
});

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const users = USERS.values();
const somebody = (): Talker => new Talker(api, users.next().value as number);

describe('what is no command of ours', () => {
  const command = [{ type: 'bot_command', offset: 0, length: 5 }];
  const ping = { text: '/ping', entities: command };
  const user = { id: USER, is_bot: false, first_name: 'A user' };
  const group = { id: -1001, type: 'supergroup', title: 'A group' };

  /** Each in a chat where nothing else is said. */
  const updates: ReadonlyArray<readonly [what: string, update: (chat: Raw) => Raw]> = [
    ['an edited command', (chat) => ({ edited_message: { from: user, chat, ...ping, edit_date: 1 } })],
    ['a post in a channel', (chat) => ({ channel_post: { chat, sender_chat: chat, ...ping } })],
    [
      'an edited post in a channel',
      (chat) => ({ edited_channel_post: { chat, sender_chat: chat, ...ping } }),
    ],
    [
      'what is said on behalf of a chat',
      (chat) => ({ message: { from: user, chat, sender_chat: chat, ...ping } }),
    ],
    [
      'an anonymous admin',
      (chat) => ({ message: { from: { ...user, id: 1_087_968_824 }, chat, sender_chat: chat, ...ping } }),
    ],
    ['Telegram itself', (chat) => ({ message: { from: { ...user, id: 777_000 }, chat, ...ping } })],
    ['a channel in a group', (chat) => ({ message: { from: { ...user, id: 136_817_688 }, chat, ...ping } })],
    [
      'a bot, even one with the id of a user',
      (chat) => ({ message: { from: { ...user, is_bot: true }, chat, ...ping } }),
    ],
    ['a message without a sender', (chat) => ({ message: { chat, ...ping } })],
    [
      'a command for another bot',
      (chat) => ({
        message: {
          ...{ from: user, chat, text: '/ping@another_bot' },
          entities: [{ type: 'bot_command', offset: 0, length: 17 }],
        },
      }),
    ],
    [
      'a stranger in a group of ours',
      (chat) => ({ message: { from: { ...user, id: STRANGER }, chat, ...ping } }),
    ],
    ['a message without words', (chat) => ({ message: { from: user, chat, sticker: { file_id: 'x' } } })],
    ['somebody who joins', (chat) => ({ message: { from: user, chat, new_chat_members: [user] } })],
  ];

  test.for(updates.map(([what, update], index) => ({ what, update, chat: -2001 - index })))(
    'is answered by nothing: $what',
    async ({ update, chat }) => {
      api.push(update({ ...group, id: chat }));
      await somebody().ask('/ping', /^🏓/);
      expect(api.texts(chat)).toEqual([]);
      expect(api.complaints).toEqual([]);
    },
  );

  test('has started no run', async () => {
    expect((await new Talker(api, OPERATOR).ask('/runs')).text).toBe('nothing has run yet');
    expect(api.complaints).toEqual([]);
  });
});

describe('a command', () => {
  test.for([
    ['in capitals', '/PING'],
    ['with the name of this bot', `/ping@${THIS_BOT}`],
    ['with its name in capitals', `/Ping@${THIS_BOT.toUpperCase()}`],
    ['with a line behind it', '/ping\nplease'],
  ])('is one %s', async ([, text]) => {
    expect((await somebody().ask(text ?? '')).text).toMatch(/^🏓 pong/);
    expect(api.complaints).toEqual([]);
  });

  test('is one as the caption of a picture', async () => {
    const person = somebody();
    api.push({
      message: {
        ...{ from: { id: person.chat, is_bot: false, first_name: 'A user' }, photo: [{ file_id: 'x' }] },
        ...{ caption: '/ping', caption_entities: [{ type: 'bot_command', offset: 0, length: 5 }] },
      },
    });
    expect((await person.after(0)).text).toMatch(/^🏓 pong/);
    expect(api.complaints).toEqual([]);
  });

  test.for([
    ['that is not the first word', 'please /ping'],
    ['that follows a space', ' /ping'],
    ['with the name of another bot in the middle', 'ask /ping@another_bot'],
  ])('is none, but words for an agent, %s', async ([, text = '']) => {
    expect((await somebody().agent(text)).text).toMatch(new RegExp(`^${text.trim()}\n\n`));
    expect(api.complaints).toEqual([]);
  });

  test('is none when Telegram did not mark it as one', async () => {
    const person = somebody();
    api.say({ from: person.chat, text: '/ping', entities: [] });
    expect((await person.after(0, /^\/ping\n\necho/)).text).toMatch(/👤 manual$/);
    expect(api.complaints).toEqual([]);
  });

  test.for([
    ['.ping', 'did you mean /ping? nothing was started'],
    ['!Ping now', 'did you mean /ping? nothing was started'],
    ['.pign', 'there is no command /pign; did you mean /ping?; nothing was started'],
    ['/pign', 'there is no command /pign; did you mean /ping?'],
    ['/nothinglikeit', 'there is no command /nothinglikeit; /help lists those there are'],
  ])('that is mistyped starts nothing and gets a hint: %s', async ([text = '', hint]) => {
    expect((await somebody().ask(text)).text).toBe(hint);
    expect(api.complaints).toEqual([]);
  });

  test('is not guessed from words that only look alike', async () => {
    expect((await somebody().agent('.gitignore is missing')).text).toMatch(/^\.gitignore is missing\n/);
    expect(api.complaints).toEqual([]);
  });
});

describe('words', () => {
  test('are taken from the caption of a picture', async () => {
    const person = somebody();
    api.push({
      message: {
        from: { id: person.chat, is_bot: false, first_name: 'A user' },
        photo: [{ file_id: 'x' }],
        caption: 'what is this?',
      },
    });
    expect((await person.after(0, /^what is this\?\n\necho/)).text).toMatch(/👤 manual$/);
    expect(api.complaints).toEqual([]);
  });
});

describe('roles', () => {
  test('belong to people and not to chats, and each holds those below it', async () => {
    const chat = -1009;
    const inGroup = (id: number): Talker => new Talker(api, id, { chat });
    new Talker(api, STRANGER, { chat }).say('/ping');
    expect((await inGroup(USER).ask('/pause')).text).toBe('⛔ /pause is for operators');
    expect((await inGroup(OPERATOR).ask('/resume')).text).toBe('▶️ nothing is paused');
    expect((await inGroup(ADMIN).ask('/resume')).text).toBe('▶️ nothing is paused');
    expect(api.texts(chat)).toHaveLength(3);
    expect(api.complaints).toEqual([]);
  });

  test('are nobody’s where none is configured', async () => {
    await using own = await BotApi.start();
    const nobody = chatToml(own, '', { users: [], operators: [] }).replace(/admins = .*/, '');
    await using folder = await Sandbox.make(nobody);
    const service = await folder.start();
    await own.polled();
    for (const id of [USER, OPERATOR, ADMIN, STRANGER]) new Talker(own, id).say('/ping');
    await own.until(() => own.pending() === 0, 'all of it is read');
    await service.stop();
    for (const id of [USER, OPERATOR, ADMIN, STRANGER]) expect(own.texts(id)).toEqual([]);
    expect(own.complaints).toEqual([]);
  });
});
