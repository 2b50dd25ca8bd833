/** Holds the reading of updates to who may speak, and to what counts as said. */
import type { Update } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { incomingOf } from '../../src/telegram/incoming.ts';

const NOW = 1_700_000_500_000;
const reader = { bot: 'default', account: '42', username: 'UntetherBot', now: NOW };
const ann = { id: 7, is_bot: false, first_name: 'Ann' };
const privately = { id: 7, type: 'private', first_name: 'Ann' };
const group = { id: -100, type: 'supergroup', title: 'Team' };

/** A message of Ann's in private, but for what is given. */
function message(given: object): Record<string, unknown> {
  return { message_id: 5, date: 1_700_000_000, chat: privately, from: ann, text: 'hello', ...given };
}

function said(given: object): ReturnType<typeof incomingOf> {
  return incomingOf({ update_id: 9, message: message(given) } as unknown as Update, reader);
}

function command(text: string, length = text.split(/\s/)[0]!.length): object {
  return { text, entities: [{ type: 'bot_command', offset: 0, length }] };
}

describe('a message', () => {
  test('is what a person said, where, and when', () => {
    expect(said({})).toEqual({
      kind: 'message',
      id: 'update:42:9',
      at: 1_700_000_000_000,
      from: 7,
      to: { bot: 'default', chat: 7 },
      isGroup: false,
      messageId: 5,
      text: 'hello',
    });
  });

  test('in a group says so', () => {
    expect(said({ chat: group })).toMatchObject({ isGroup: true, to: { chat: -100 } });
  });

  test('keeps its inner line breaks and loses the blanks around it', () => {
    expect(said({ text: ' \n one\n\n  two\n ' })?.text).toBe('one\n\n  two');
  });

  test.each([
    ['text of blanks', { text: ' \n ' }],
    ['a photo without words', { text: undefined, photo: [] }],
    ['a new member', { text: undefined, new_chat_members: [ann] }],
  ])('%s is nothing', (_what, given) => {
    expect(said(given)).toBeUndefined();
  });

  test('a caption counts as text', () => {
    expect(said({ text: undefined, photo: [], caption: 'look' })?.text).toBe('look');
  });

  test('what is forwarded is words, and no command', () => {
    const origin = { type: 'hidden_user', sender_user_name: 'Eve', date: 1 };
    const entities = [{ type: 'bot_command', offset: 0, length: 7 }];
    expect(said({ text: 'look', forward_origin: origin })?.text).toBe('look');
    expect(said({ text: '/cancel', entities, forward_origin: origin })).toBeUndefined();
    expect(said({ text: '/cancel', entities })?.command).toBe('cancel');
  });

  test('a caption may be a command', () => {
    const { text, entities } = command('/run this') as { text: string; entities: unknown };
    const given = { text: undefined, document: {}, caption: text, caption_entities: entities };
    expect(said(given)).toMatchObject({ command: 'run', text: 'this' });
  });
});

describe('a command', () => {
  test.each([
    ['/ping', 'ping', ''],
    ['/PiNg', 'ping', ''],
    ['/ping@UntetherBot', 'ping', ''],
    ['/ping@untetherBOT now', 'ping', 'now'],
    ['/at 30m do\nthis and\n\nthat \n', 'at', '30m do\nthis and\n\nthat'],
    ['/run\n\nprompt', 'run', 'prompt'],
  ])('%j', (text, name, rest) => {
    expect(said(command(text))).toMatchObject({ command: name, text: rest });
  });

  test.each(['/ping@OtherBot', '/ping@UntetherBot2 x', '/ping@'])(
    '%s is for another bot: nothing',
    (text) => {
      expect(said(command(text))).toBeUndefined();
    },
  );

  test('without the entity is plain text', () => {
    const plain = said({ text: '/ping' });
    expect(plain).toMatchObject({ text: '/ping' });
    expect(plain).not.toHaveProperty('command');
  });

  test('with the entity elsewhere is plain text', () => {
    const entities = [{ type: 'bot_command', offset: 4, length: 5 }];
    const plain = said({ text: 'say /ping', entities });
    expect(plain).toMatchObject({ text: 'say /ping' });
    expect(plain).not.toHaveProperty('command');
  });

  test('only one slash is taken away', () => {
    expect(said(command('//ping'))).toMatchObject({ command: '/ping' });
  });
});

describe('who speaks', () => {
  test.each([
    ['nobody', { from: undefined }],
    ['a bot', { from: { ...ann, is_bot: true } }],
    ['a channel through a person', { sender_chat: { id: -200, type: 'channel', title: 'News' } }],
    ['an anonymous admin', { chat: group, from: { ...ann, id: 1087968824 }, sender_chat: group }],
    ['an anonymous admin, were there no sender_chat', { chat: group, from: { ...ann, id: 1087968824 } }],
    ["Telegram's notices", { from: { ...ann, id: 777000 } }],
    ['a channel in a group', { chat: group, from: { ...ann, id: 136817688 } }],
  ])('%s: nothing', (_who, given) => {
    expect(said({ ...command('/restart'), ...given })).toBeUndefined();
  });

  test.each(['edited_message', 'channel_post', 'edited_channel_post', 'business_message'])(
    'what comes as %s is nothing',
    (kind) => {
      const update = { update_id: 9, [kind]: message(command('/restart')) };
      expect(incomingOf(update as unknown as Update, reader)).toBeUndefined();
    },
  );
});

describe('replies and topics', () => {
  test('a reply names the message', () => {
    expect(said({ reply_to_message: { message_id: 3 } })).toMatchObject({ replyTo: 3 });
  });

  test('a topic is where answers go; its opening message is no reply', () => {
    const incoming = said({
      chat: group,
      is_topic_message: true,
      message_thread_id: 3,
      reply_to_message: { message_id: 3 },
    });
    expect(incoming?.to).toEqual({ bot: 'default', chat: -100, thread: 3 });
    expect(incoming).not.toHaveProperty('replyTo');
  });

  test('a reply in a topic is one', () => {
    const incoming = said({
      chat: group,
      is_topic_message: true,
      message_thread_id: 3,
      reply_to_message: { message_id: 4 },
    });
    expect(incoming).toMatchObject({ replyTo: 4, to: { thread: 3 } });
  });

  test('a chain of replies outside of topics has a thread id that means nothing', () => {
    const incoming = said({ chat: group, message_thread_id: 3, reply_to_message: { message_id: 3 } });
    expect(incoming?.to).toEqual({ bot: 'default', chat: -100 });
    expect(incoming).toMatchObject({ replyTo: 3 });
  });
});

describe('a press', () => {
  const button = message({ message_id: 6, from: { id: 42, is_bot: true, first_name: 'Bot' }, text: 'run' });

  function pressed(given: object): ReturnType<typeof incomingOf> {
    const query = { id: 'q', from: ann, chat_instance: 'c', message: button, data: '/cancel 01a2', ...given };
    return incomingOf({ update_id: 9, callback_query: query } as unknown as Update, reader);
  }

  test('says the command of its button for whoever pressed', () => {
    expect(pressed({})).toEqual({
      kind: 'press',
      id: 'update:42:9',
      at: NOW,
      from: 7,
      to: { bot: 'default', chat: 7 },
      isGroup: false,
      messageId: 6,
      command: 'cancel',
      text: '01a2',
    });
  });

  test('in a topic is answered there, and is no reply to what the message replies to', () => {
    const topical = { ...button, chat: group, is_topic_message: true, message_thread_id: 3 };
    const incoming = pressed({ message: { ...topical, reply_to_message: { message_id: 2 } } });
    expect(incoming).toMatchObject({ to: { chat: -100, thread: 3 }, isGroup: true });
    expect(incoming).not.toHaveProperty('replyTo');
  });

  test('on a message that is gone says where it was', () => {
    expect(pressed({ message: { chat: group, message_id: 6, date: 0 } })).toMatchObject({
      messageId: 6,
      to: { chat: -100 },
    });
  });

  test.each([
    ['/triggers', 'triggers', ''],
    ['/pause cron:a b 2h', 'pause', 'cron:a b 2h'],
  ])('may be any command: %s', (data, name, text) => {
    expect(pressed({ data })).toMatchObject({ command: name, text });
  });

  test.each([
    ['a bot', { from: { ...ann, is_bot: true } }],
    ['a service account', { from: { ...ann, id: 1087968824 } }],
    ['on no message', { message: undefined }],
    ['without data', { data: undefined }],
    ['of a button that is not ours', { data: 'yes' }],
    ["of another bot's command", { data: '/cancel@OtherBot 1' }],
    ['of nothing', { data: '/' }],
  ])('%s: nothing', (_what, given) => {
    expect(pressed(given)).toBeUndefined();
  });
});
