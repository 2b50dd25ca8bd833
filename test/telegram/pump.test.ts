/** Holds the way out: every message in its order, none lost, and none twice where that matters. */
import { describe, expect, test } from 'vitest';
import type { MessageKind } from '../../src/core/message.ts';
import { AppError } from '../../src/core/errors.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { BotApi } from '../support/bot-api/api.ts';
import type { RigOptions } from './rig.ts';
import { Frail, Rig, message } from './rig.ts';

const away = new AppError('unavailable', 'the disk is full');
const kinds: readonly MessageKind[] = ['working', 'final', 'answer', 'notice'];
const repeated = kinds.filter((kind) => kind !== 'final');

/** A message of this kind that was sent, and is to be replaced by `new`. */
async function sent(rig: Rig, kind: MessageKind): Promise<void> {
  await rig.posted(message('m', { kind, text: 'old' }));
  await rig.clock.advance(5_000);
}

async function erase(api: BotApi, chat: number, id: number): Promise<void> {
  const url = `${api.root}/bot${api.token}/deleteMessage?chat_id=${chat}&message_id=${id}`;
  await (await fetch(url)).text();
}

describe('a message', () => {
  test('is plain text whose marks are entities, with buttons, topic, reply and no sound', async () => {
    await using rig = await Rig.polling();
    const asked = rig.api.say({ from: 7, chat: -100, thread: 3, text: 'x' });
    await rig.api.sees(-100, /x/);
    await rig.clock.advance(1_000);
    await rig.posted({
      key: 'm',
      to: { bot: 'default', chat: -100, thread: 3 },
      kind: 'final',
      content: {
        text: '*not* code <b>https://example.org</b>',
        marks: [
          { kind: 'pre', offset: 6, length: 4, language: 'ts' },
          { kind: 'bold', offset: 0, length: 5 },
        ],
        buttons: [[{ label: 'Retry', command: '/retry 1' }], []],
        silent: true,
        replyTo: asked.messageId,
      },
    });
    expect(rig.api.messages(-100).at(-1)).toMatchObject({
      text: '*not* code <b>https://example.org</b>',
      entities: expect.arrayContaining([
        { type: 'pre', offset: 6, length: 4, language: 'ts' },
        { type: 'bold', offset: 0, length: 5 },
      ]),
      buttons: [[{ text: 'Retry', data: '/retry 1' }]],
      silent: true,
      thread: 3,
      replyTo: asked.messageId,
    });
    const { params } = rig.api.callsOf('sendMessage').at(-1)!;
    expect(params).not.toHaveProperty('parse_mode');
    expect(params).toMatchObject({ link_preview_options: { is_disabled: true } });
    expect(rig.api.complaints).toEqual([]);
  });

  test('to reply to that is gone is sent all the same', async () => {
    await using rig = await Rig.polling();
    const one = message('m');
    await rig.posted({ ...one, content: { ...one.content, replyTo: 999 } });
    expect(rig.api.texts(7)).toEqual(['m']);
  });

  test('may be a file, which new content does not edit but sends anew', async () => {
    await using rig = await Rig.polling();
    const one = message('m', { text: 'the log' });
    const content = { ...one.content, document: { name: 'log of run 1.txt', text: 'grüße\n' } };
    await rig.posted({ ...one, content });
    expect(rig.api.messages(7)[0]).toMatchObject({
      text: 'the log',
      document: { name: 'log_of_run_1.txt', text: 'grüße\n' },
    });
    await rig.post({ ...one, content: { ...content, text: '' } });
    await rig.waits(1_000);
    const row = await rig.settles('m', 'sent', 2);
    expect(rig.api.messages(7)).toHaveLength(2);
    expect(row.messageId).toBe(rig.api.messages(7)[1]!.id);
  });

  test('with new content is edited, and loses buttons that the new content has not', async () => {
    await using rig = await Rig.polling();
    const one = message('m');
    const buttons = [[{ label: 'Cancel', command: '/cancel 1' }]];
    await rig.posted({ ...one, kind: 'working', content: { ...one.content, buttons } });
    await rig.post({ ...one, kind: 'final', content: { text: 'done', silent: false } });
    await rig.waits(1_000);
    await rig.settles('m', 'sent', 2);
    expect(rig.api.messages(7)).toEqual([expect.objectContaining({ text: 'done', buttons: [], edited: 1 })]);
  });

  test('that changes nothing counts as sent', async () => {
    await using rig = await Rig.polling();
    const { messageId } = await rig.posted(message('m', { text: 'same' }));
    await rig.post(message('m', { text: 'same' }));
    await rig.waits(1_000);
    expect(await rig.settles('m', 'sent', 2)).toMatchObject({ state: 'sent', messageId });
  });

  test('whose place was deleted is sent anew', async () => {
    await using rig = await Rig.polling();
    const { messageId } = await rig.posted(message('m', { kind: 'working' }));
    await erase(rig.api, 7, messageId!);
    await rig.post(message('m', { kind: 'final', text: 'done' }));
    await rig.waits(1_000);
    await rig.settles('m', 'lost');
    await rig.waits(1_000);
    const row = await rig.settles('m', 'sent', 2);
    expect(rig.api.texts(7)).toEqual(['done']);
    expect(row.messageId).toBe(rig.api.messages(7)[0]!.id);
  });
});

describe('order and pace', () => {
  test('a chat gets its messages in order, one a second', async () => {
    await using rig = await Rig.polling();
    const keys = ['a', 'b', 'c'];
    await rig.post(...keys.map((key) => message(key)));
    await rig.settles('a', 'sent');
    await rig.clock.advance(999);
    expect(rig.api.texts(7)).toEqual(['a']);
    await rig.clock.advance(1);
    await rig.settles('b', 'sent');
    await rig.waits(1_000);
    await rig.settles('c', 'sent');
    expect(rig.api.texts(7)).toEqual(keys);
  });

  test('a message that has to be repeated holds those behind it, not other chats', async () => {
    await using rig = await Rig.polling();
    rig.api.fault({ method: 'sendMessage', chat: 7, kind: { status: 502 } });
    await rig.post(message('a'), message('b'), message('other', { chat: 8 }));
    await rig.settles('other', 'sent');
    await rig.settles('a', 'again');
    expect(rig.api.texts(7)).toEqual([]);
    await rig.clock.advance(1_000);
    await rig.settles('a', 'sent');
    await rig.waits(1_000);
    await rig.settles('b', 'sent');
    expect(rig.api.texts(7)).toEqual(['a', 'b']);
  });

  test('429 holds one chat for as long as Telegram says, and no other', async () => {
    await using rig = await Rig.polling();
    rig.api.fault({ method: 'sendMessage', chat: 7, kind: { status: 429, retryAfter: 17 } });
    await rig.post(message('a'), message('b'));
    await rig.settles('a', 'again');
    await rig.post(...['o1', 'o2', 'o3'].map((key) => message(key, { chat: 8 })));
    for (const key of ['o1', 'o2']) {
      await rig.settles(key, 'sent');
      await rig.waits(1_000);
    }
    await rig.settles('o3', 'sent');
    await rig.clock.advance(14_999);
    expect(rig.api.texts(7)).toEqual([]);
    await rig.clock.advance(1);
    await rig.settles('a', 'sent');
    await rig.waits(1_000);
    await rig.settles('b', 'sent');
    expect(rig.api.texts(7)).toEqual(['a', 'b']);
    expect(rig.api.texts(8)).toEqual(['o1', 'o2', 'o3']);
  });

  test("Telegram's own limits are kept: it never says 429", async () => {
    await using rig = await Rig.polling();
    rig.api.limits = { overallPerSecond: 30 };
    const messages = Array.from({ length: 30 }, (_, n) => message(`m${n}`, { chat: 100 + n }));
    await rig.post(...messages);
    await rig.until(() => rig.settled.length === 30, 'all are sent');
    expect(rig.settled.every(([, kind]) => kind === 'sent')).toBe(true);
  });
});

describe('the connection breaks', () => {
  test.each(repeated)('while a new message (%s) is on its way: it is sent again', async (kind) => {
    await using rig = await Rig.polling();
    rig.api.fault({ method: 'sendMessage', when: 'before', kind: 'drop' });
    await rig.post(message('m', { kind }));
    await rig.settles('m', 'again');
    await rig.clock.advance(1_000);
    await rig.settles('m', 'sent');
    expect(rig.api.texts(7)).toEqual(['m']);
  });

  test.each(repeated)('after a new message (%s) has arrived: it is there twice, not lost', async (kind) => {
    await using rig = await Rig.polling();
    rig.api.fault({ method: 'sendMessage', when: 'after', kind: 'drop' });
    await rig.post(message('m', { kind }));
    await rig.settles('m', 'again');
    await rig.clock.advance(1_000);
    await rig.settles('m', 'sent');
    expect(rig.api.texts(7)).toEqual(['m', 'm']);
  });

  test.each(['before', 'after'] as const)(
    '%s the answer of a run has arrived: its fate is unknown, and it is not sent again',
    async (when) => {
      await using rig = await Rig.polling();
      rig.api.fault({ method: 'sendMessage', when, kind: 'drop' });
      await rig.post(message('m', { kind: 'final' }), message('next'));
      expect(await rig.settles('m', 'unknown')).toMatchObject({ state: 'unknown', messageId: null });
      await rig.waits(1_000);
      await rig.settles('next', 'sent');
      await rig.clock.advance(600_000);
      expect(rig.api.texts(7)).toEqual(when === 'before' ? ['next'] : ['m', 'next']);
    },
  );

  const edits = kinds.flatMap((kind) => (['before', 'after'] as const).map((when) => [when, kind] as const));
  test.each(edits)('%s an edit (%s): it is made again', async (when, kind) => {
    await using rig = await Rig.polling();
    await sent(rig, kind);
    rig.api.fault({ method: 'editMessageText', when, kind: 'drop' });
    await rig.post(message('m', { kind, text: 'new' }));
    await rig.settles('m', 'again');
    await rig.clock.advance(1_000);
    await rig.settles('m', 'sent', 2);
    expect(rig.api.texts(7)).toEqual(['new']);
  });
});

describe('Telegram is out of order', () => {
  test('no server: every kind waits for it, and arrives once', async () => {
    await using rig = await Rig.polling();
    await rig.api.down();
    await rig.post(...kinds.map((kind, n) => message(kind, { kind, chat: 10 + n })));
    for (const kind of kinds) await rig.settles(kind, 'again');
    await rig.api.up();
    await rig.clock.advance(1_000);
    for (const kind of kinds) await rig.settles(kind, 'sent');
    expect(kinds.map((_, n) => rig.api.texts(10 + n))).toEqual(kinds.map((kind) => [kind]));
  });

  test('a gateway in front of it fails: an answer is sent again, the answer of a run is not', async () => {
    await using rig = await Rig.polling();
    rig.api.fault({ method: 'sendMessage', chat: 7, kind: { status: 502, body: 'html' } });
    rig.api.fault({ method: 'sendMessage', chat: 8, kind: { status: 504, body: 'html' } });
    await rig.post(message('answer'), message('final', { kind: 'final', chat: 8 }));
    await rig.settles('final', 'unknown');
    await rig.settles('answer', 'again');
    await rig.clock.advance(1_000);
    await rig.settles('answer', 'sent');
  });

  test('it is tried again without end, a minute apart at last', async () => {
    await using rig = await Rig.polling();
    rig.api.fault({ method: 'sendMessage', times: 10, kind: { status: 500 } });
    await rig.post(message('m'));
    for (let n = 1; n <= 10; n += 1) {
      expect(await rig.settles('m', 'again', n)).toMatchObject({ state: 'waiting', attempts: n });
      await rig.waits(Math.min(1_000 * 2 ** (n - 1), 60_000));
    }
    await rig.settles('m', 'sent');
    expect(rig.api.texts(7)).toEqual(['m']);
  });

  test('it does not answer for 30 s: as if the connection had broken', async () => {
    await using rig = await Rig.polling();
    rig.api.fault({ method: 'sendMessage', kind: 'hang' });
    await rig.post(message('m', { kind: 'final' }));
    await rig.api.until(() => rig.api.callsOf('sendMessage').length === 1, 'the attempt');
    await rig.clock.advance(30_000);
    expect(await rig.settles('m', 'unknown')).toMatchObject({ reason: 'no answer within 30 s' });
  });
});

describe('Telegram refuses', () => {
  test.each([
    ['blocked', /bot was blocked by the user/],
    ['missing', /chat not found/],
  ] as const)('a chat that is %s: that message fails, the rest goes on', async (why, reason) => {
    await using rig = await Rig.polling();
    rig.api.closeChat(7, why);
    await rig.post(message('a', { kind: 'final' }), message('other', { chat: 8 }));
    const row = await rig.settles('a', 'failed');
    expect(row.state).toBe('failed');
    expect(row.reason).toMatch(reason);
    await rig.settles('other', 'sent');
    await rig.clock.advance(600_000);
    expect(rig.api.callsOf('sendMessage')).toHaveLength(2);
  });

  test('a topic that is gone: it fails, and says why', async () => {
    await using rig = await Rig.polling();
    rig.api.addChat({ id: -100, topics: [3, 4] });
    rig.api.removeTopic(-100, 3);
    await rig.post({ ...message('m'), to: { bot: 'default', chat: -100, thread: 3 } });
    expect(await rig.settles('m', 'failed')).toMatchObject({
      reason: 'Bad Request: message thread not found',
    });
  });

  test('the token: everything waits until it works again, then goes out in order', async () => {
    await using rig = await Rig.polling();
    rig.api.revoke();
    await rig.post(message('a', { kind: 'final' }), message('b'), message('other', { chat: 8 }));
    await rig.state('auth_failed');
    await rig.until(() => rig.settled.length > 0, 'the first attempt');
    rig.bot.wake();
    await rig.clock.advance(60_000);
    // One attempt in each chat at most.
    expect(rig.api.callsOf('sendMessage').length).toBeLessThanOrEqual(2);
    expect(rig.settled.every(([, outcome]) => outcome === 'again')).toBe(true);
  });

  test('the token, to senders first: the poll that still waits is asked again', async () => {
    await using rig = await Rig.polling();
    const polls = rig.api.callsOf('getUpdates').length;
    rig.api.fault({ method: 'sendMessage', kind: { status: 401 } });
    await rig.post(message('m'));
    await rig.settles('m', 'again');
    await rig.api.until(() => rig.api.callsOf('getUpdates').length >= polls + 2, 'a poll to know better');
    await rig.clock.advance(1_000);
    await rig.settles('m', 'sent');
    expect(rig.states.map(([state]) => state)).toEqual(['polling']);
  });
});

test('messages go out while somebody else polls, even after a token that seemed to be refused', async () => {
  await using api = await BotApi.start();
  api.fault({ method: 'getUpdates', times: 100, kind: { status: 409 } });
  await using rig = await Rig.start({ api });
  await rig.state('conflict');
  api.fault({ method: 'sendMessage', kind: { status: 401 } });
  await rig.post(message('m'));
  await rig.settles('m', 'again');
  await rig.waits(5_000);
  await rig.sends('m');
  expect(rig.bot.state).toBe('conflict');
});

describe('a store that is away', () => {
  test('before a message is taken: it is sent when the store is back', async () => {
    const frail = new Frail(new MemoryLedger().chat);
    await using rig = await Rig.polling({ ledger: frail.ledger });
    frail.fail(away, 'take', 'waitingChats');
    await rig.post(message('m'));
    await rig.clock.advance(5_000);
    expect(rig.api.texts(7)).toEqual([]);
    frail.fail(undefined);
    await rig.clock.advance(1_000);
    await rig.settles('m', 'sent');
    expect(rig.api.texts(7)).toEqual(['m']);
  });

  test('after it has arrived: the receipt is written when the store is back, and nothing is sent twice', async () => {
    const frail = new Frail(new MemoryLedger().chat);
    await using rig = await Rig.polling({ ledger: frail.ledger });
    frail.fail(away, 'settleMessage');
    await rig.post(message('a'), message('b'));
    await rig.api.sees(7, /a/);
    for (let n = 0; n < 5; n += 1) await rig.clock.advance(1_000);
    expect(rig.api.callsOf('sendMessage')).toHaveLength(1);
    frail.fail(undefined);
    await rig.clock.advance(1_000);
    await rig.settles('b', 'sent');
    expect(rig.api.texts(7)).toEqual(['a', 'b']);
  });

  test('at the start: nothing is sent before it is known what was being sent', async () => {
    const { chat } = new MemoryLedger();
    const frail = new Frail(chat);
    frail.fail(away, 'sendingMessages');
    await chat.post([message('m')], 0);
    await using rig = await Rig.polling({ ledger: frail.ledger });
    await rig.clock.advance(3_000);
    expect(rig.api.texts(7)).toEqual([]);
    frail.fail(undefined);
    await rig.clock.advance(1_000);
    await rig.settles('m', 'sent');
  });
});

describe('a process that dies', () => {
  /** Starts a bot on what one left that died while the first call of `method` had done its work. */
  async function afterDeath(
    rig: Rig,
    frail: Frail,
    rest: RigOptions & { readonly ledger: NonNullable<RigOptions['ledger']> },
  ): Promise<Rig> {
    await rig.api.until(
      () => rig.api.calls.some(({ outcome }) => outcome.kind === 'faulted'),
      'the attempt under way',
    );
    frail.die();
    await rig.api.down();
    await rig.api.up();
    return Rig.polling({ api: rig.api, ...rest });
  }

  const cases = kinds.map((kind) => [kind, kind === 'final' ? 1 : 2] as const);
  test.each(cases)('while a new message (%s) arrives: it is there %i times', async (kind, times) => {
    const { chat } = new MemoryLedger();
    const frail = new Frail(chat);
    const dead = await Rig.polling({ ledger: frail.ledger });
    await using api = dead.api;
    api.fault({ method: 'sendMessage', when: 'after', kind: 'hang' });
    await dead.post(message('m', { kind }), message('next'));
    await using next = await afterDeath(dead, frail, { ledger: chat });
    if (kind !== 'final') await next.waits(1_000);
    await next.settles('next', 'sent');
    const seen = api.texts(7).filter((text) => text === 'm');
    expect(seen).toHaveLength(times);
    if (kind === 'final') await next.settles('m', 'unknown');
  });

  test('while a run at work is shown for the first time, and its answer is there: that is sent', async () => {
    const { chat } = new MemoryLedger();
    const frail = new Frail(chat);
    const dead = await Rig.polling({ ledger: frail.ledger });
    await using api = dead.api;
    api.fault({ method: 'sendMessage', when: 'after', kind: 'hang' });
    await dead.post(message('m', { kind: 'working', text: 'working' }));
    await api.sees(7, /working/);
    await chat.post([message('m', { kind: 'final', text: 'done' })], 0);
    await using next = await afterDeath(dead, frail, { ledger: chat });
    await next.settles('m', 'sent');
    expect(api.texts(7)).toEqual(['working', 'done']);
  });

  test('while an edit arrives: it is made again', async () => {
    const { chat } = new MemoryLedger();
    const frail = new Frail(chat);
    const dead = await Rig.polling({ ledger: frail.ledger });
    await using api = dead.api;
    await dead.posted(message('m', { kind: 'working' }));
    api.fault({ method: 'editMessageText', when: 'after', kind: 'hang' });
    await dead.post(message('m', { kind: 'final', text: 'done' }));
    await dead.waits(1_000);
    await using next = await afterDeath(dead, frail, { ledger: chat });
    await next.settles('m', 'sent');
    expect(api.texts(7)).toEqual(['done']);
  });

  test('with messages that wait: the next sends them, once and in order', async () => {
    const { chat } = new MemoryLedger();
    await chat.post([message('a'), message('b', { kind: 'final' }), message('c')], 0);
    await using rig = await Rig.polling({ ledger: chat });
    for (const key of ['a', 'b']) {
      await rig.settles(key, 'sent');
      await rig.waits(1_000);
    }
    await rig.settles('c', 'sent');
    expect(rig.api.texts(7)).toEqual(['a', 'b', 'c']);
  });
});
