/** Holds the way in: every message once and in order, whatever Telegram, the network and the store do meanwhile. */
import { describe, expect, test } from 'vitest';
import type { Incoming, Reply } from '../../src/chat/incoming.ts';
import { AppError } from '../../src/core/errors.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { BotApi } from '../support/bot-api/api.ts';
import { Frail, Rig, echo } from './rig.ts';

const away = new AppError('unavailable', 'the disk is full');

function polls(api: BotApi): readonly Record<string, unknown>[] {
  return api.callsOf('getUpdates').map(({ params }) => params);
}

describe('messages', () => {
  test('are answered, in their order', async () => {
    await using rig = await Rig.polling();
    for (const text of ['one', 'two', 'three']) rig.api.say({ from: 7, text });
    for (const text of [/one/, /two/]) {
      await rig.api.sees(7, text);
      await rig.waits(1_000);
    }
    await rig.api.sees(7, /three/);
    expect(rig.api.texts(7)).toEqual(['one', 'two', 'three']);
    expect(rig.heard.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  });

  test('that came while the bot was away are there when it comes', async () => {
    await using api = await BotApi.start();
    api.say({ from: 7, text: 'early' });
    await using rig = await Rig.start({ api });
    await api.sees(7, /early/);
    expect(rig.heard).toHaveLength(1);
  });

  test("are understood with the bot's own name, which is asked for first", async () => {
    await using rig = await Rig.polling();
    expect(rig.api.calls[0]!.method).toBe('getMe');
    const name = rig.bot.username!;
    rig.api.say({ from: 7, chat: -100, text: '/ping@SomebodyElse' });
    rig.api.say({ from: 7, chat: -100, text: `/ping@${name}` });
    await rig.api.sees(-100, /ping/);
    expect(rig.heard.map(({ command }) => command)).toEqual(['ping']);
  });

  test('that say nothing to this bot are confirmed all the same', async () => {
    await using rig = await Rig.polling();
    rig.api.say({ from: { id: 9, is_bot: true }, text: 'spam' });
    await rig.api.until(() => rig.api.pending() === 0, 'nothing is pending');
    expect(rig.heard).toEqual([]);
  });

  test('ask for messages and presses only, and wait long once it works', async () => {
    await using rig = await Rig.polling();
    expect(polls(rig.api)).toEqual([
      { timeout: 0, allowed_updates: ['message', 'callback_query'] },
      { timeout: 50, allowed_updates: ['message', 'callback_query'] },
    ]);
    expect(rig.states).toEqual([['polling', '']]);
  });

  test('are no complaint to the double', async () => {
    await using rig = await Rig.polling();
    rig.api.say({ from: 7, text: 'hello' });
    await rig.api.sees(7, /hello/);
    expect(rig.api.complaints).toEqual([]);
  });
});

test('an update that cannot be read is passed over, and does not come again', async () => {
  await using rig = await Rig.polling();
  rig.api.push({ message: { from: { id: 7 }, chat: null, text: 'odd' } });
  rig.api.push({ callback_query: { id: 'q', from: null, data: '/ping', message: {} } });
  rig.api.say({ from: 7, text: 'good' });
  await rig.waits(1_000);
  await rig.api.sees(7, /good/);
  await rig.api.until(() => rig.api.pending() === 0, 'nothing is pending');
});

describe('presses', () => {
  const toast = ({ id, to, text }: Incoming): Reply => ({
    messages: [{ key: `${id}:0`, to, kind: 'answer', content: { text: `cancelled ${text}`, silent: false } }],
    toast: 'Cancelled.',
  });

  test('are acted on, and whoever pressed is told', async () => {
    await using rig = await Rig.polling({ respond: toast });
    const { messageId } = rig.api.say({ from: 7, text: 'x' });
    const { callbackId } = rig.api.press({ from: 8, message: messageId, chat: 7, data: '/cancel 01a2' });
    await rig.api.until(() => rig.api.answers.length > 0, 'an answer to the press');
    expect(rig.api.answers[0]).toMatchObject({ text: 'Cancelled.' });
    expect(rig.api.callsOf('answerCallbackQuery')[0]!.params).toMatchObject({
      callback_query_id: callbackId,
    });
    expect(rig.heard.at(-1)).toMatchObject({ kind: 'press', command: 'cancel', text: '01a2', from: 8 });
    await rig.waits(1_000);
    await rig.api.sees(7, /cancelled 01a2/);
  });

  test('that mean nothing are confirmed, without words', async () => {
    await using rig = await Rig.polling();
    rig.api.press({ from: 7, message: 1, data: 'old button' });
    await rig.api.until(() => rig.api.answers.length > 0, 'an answer to the press');
    expect(rig.heard).toEqual([]);
  });

  test('that are too old to be answered are acted on', async () => {
    await using rig = await Rig.polling();
    rig.api.fault({ method: 'answerCallbackQuery', kind: { status: 400, description: 'query is too old' } });
    rig.api.press({ from: 7, message: 1, data: '/ping' });
    await rig.api.sees(7, /ping/);
  });
});

describe('once', () => {
  test('a process that dies before the receipt acts again, and answers once', async () => {
    await using api = await BotApi.start();
    const { chat } = new MemoryLedger();
    const frail = new Frail(chat);
    const dead = await Rig.polling({ api, ledger: frail.ledger });
    const death = frail.dieAt('received');
    api.say({ from: 7, text: 'once' });
    await death;
    await api.down();
    await api.up();
    await using next = await Rig.polling({ api, ledger: chat });
    await api.sees(7, /once/);
    api.say({ from: 7, text: 'and on' });
    await next.waits(1_000);
    await api.sees(7, /and on/);
    expect(api.texts(7)).toEqual(['once', 'and on']);
    expect(dead.heard[0]!.id).toBe(next.heard[0]!.id);
  });

  test('a process that dies after the receipt leaves the answer to the next, which acts no more', async () => {
    await using api = await BotApi.start();
    const { chat } = new MemoryLedger();
    const frail = new Frail(chat);
    await Rig.polling({ api, ledger: frail.ledger });
    const death = frail.dieAt('take');
    api.say({ from: 7, text: 'once' });
    await death;
    await api.down();
    await api.up();
    await using next = await Rig.polling({ api, ledger: chat });
    await api.sees(7, /once/);
    expect(next.heard).toEqual([]);
    expect(api.texts(7)).toEqual(['once']);
  });

  test('an answer of Telegram that is lost on its way changes nothing', async () => {
    await using rig = await Rig.polling();
    rig.api.fault({ method: 'getUpdates', when: 'after', kind: 'drop' });
    rig.api.say({ from: 7, text: 'once' });
    await rig.state('unreachable');
    await rig.waits(1_000);
    await rig.api.sees(7, /once/);
    expect(rig.heard).toHaveLength(1);
    expect(rig.bot.state).toBe('polling');
  });
});

describe('a store that is away', () => {
  test('holds the message until it is back, and the next behind it', async () => {
    let isAway = true;
    await using rig = await Rig.polling({
      respond: (incoming) => {
        if (isAway) throw away;
        return echo(incoming);
      },
    });
    rig.api.say({ from: 7, text: 'one' });
    rig.api.say({ from: 7, text: 'two' });
    await rig.until(() => rig.heard.length === 1, 'the first try');
    for (let tries = 2; tries <= 4; tries += 1) {
      await rig.clock.advance(1_000);
      await rig.until(() => rig.heard.length === tries, `try ${tries}`);
    }
    expect(new Set(rig.heard.map(({ text }) => text))).toEqual(new Set(['one']));
    isAway = false;
    await rig.clock.advance(1_000);
    await rig.api.sees(7, /one/);
    await rig.waits(1_000);
    await rig.api.sees(7, /two/);
    expect(rig.api.texts(7)).toEqual(['one', 'two']);
  });

  test('gets the receipt when it is back; nothing is acted on twice for that', async () => {
    const { chat } = new MemoryLedger();
    const frail = new Frail(chat);
    await using rig = await Rig.polling({ ledger: frail.ledger });
    frail.fail(away, 'received');
    rig.api.say({ from: 7, text: 'once' });
    await rig.until(() => rig.heard.length === 1, 'it was heard');
    await rig.clock.advance(5_000);
    expect(rig.api.texts(7)).toEqual([]);
    frail.fail(undefined);
    await rig.clock.advance(1_000);
    await rig.api.sees(7, /once/);
    expect(rig.heard).toHaveLength(1);
  });

  test('does not keep a bot from closing; the message comes again with the next start', async () => {
    await using api = await BotApi.start();
    const { chat } = new MemoryLedger();
    const respond = (): never => {
      throw away;
    };
    const first = await Rig.polling({ api, ledger: chat, respond });
    api.say({ from: 7, text: 'kept' });
    await first.until(() => first.heard.length === 1, 'it was heard');
    await first[Symbol.asyncDispose]();
    await using _second = await Rig.polling({ api, ledger: chat });
    await api.sees(7, /kept/);
  });
});

test('a fault of ours is answered, and the next message is not held up', async () => {
  await using rig = await Rig.polling({
    respond: (incoming) => {
      if (incoming.text === 'bad') throw new Error('a bug');
      return echo(incoming);
    },
  });
  rig.api.say({ from: 7, text: 'bad' });
  rig.api.say({ from: 7, text: 'good' });
  await rig.waits(1_000);
  await rig.api.sees(7, /good/);
  expect(rig.api.texts(7)).toEqual(['fault', 'good']);
  expect(rig.heard).toHaveLength(2);
});

describe('when Telegram says no', () => {
  test('a refused token: auth_failed, asked once a second at most, and revived', async () => {
    await using api = await BotApi.start();
    api.fault({ method: 'getUpdates', times: 4, kind: { status: 401 } });
    await using rig = await Rig.start({ api });
    await rig.state('auth_failed');
    expect(rig.bot.detail).toContain('@BotFather');
    await rig.clock.advance(999);
    expect(api.callsOf('getUpdates')).toHaveLength(1);
    await rig.clock.advance(1);
    await rig.waits(2_000);
    await rig.waits(4_000);
    api.say({ from: 7, text: 'still here' });
    await rig.waits(8_000);
    await api.sees(7, /still here/);
    expect(rig.states.map(([state]) => state)).toEqual(['auth_failed', 'polling']);
  });

  test('a token that is refused from the start: no poll is made', async () => {
    await using api = await BotApi.start();
    api.revoke();
    await using rig = await Rig.start({ api });
    await rig.state('auth_failed');
    expect(api.callsOf('getUpdates')).toEqual([]);
    expect(rig.bot.username).toBeUndefined();
  });

  test('another poller: conflict, with what to do; it goes on when the other has gone', async () => {
    await using rig = await Rig.polling();
    const other = await fetch(`${rig.api.root}/bot${rig.api.token}/getUpdates`);
    await other.text();
    await rig.state('conflict');
    expect(rig.bot.detail).toContain('another program polls');
    await rig.waits(5_000);
    rig.api.say({ from: 7, text: 'back' });
    await rig.api.sees(7, /back/);
    expect(rig.bot.state).toBe('polling');
  });

  test('a webhook: conflict, with the command that clears it', async () => {
    await using api = await BotApi.start();
    const description =
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    api.fault({ method: 'getUpdates', kind: { status: 409, description } });
    await using rig = await Rig.start({ api });
    await rig.state('conflict');
    expect(rig.bot.detail).toContain(`curl ${api.root}/bot<TOKEN>/deleteWebhook`);
    await rig.clock.advance(5_000);
    await rig.state('polling');
  });
});

describe('when the network fails', () => {
  test('it backs off from a second to a minute, and starts over after a success', async () => {
    await using api = await BotApi.start();
    api.fault({ method: 'getUpdates', times: 8, kind: { status: 502, body: 'html' } });
    await using rig = await Rig.start({ api });
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) await rig.waits(seconds * 1_000);
    expect(rig.states[0]).toEqual(['unreachable', 'HTTP 502 Bad Gateway, and not from a Bot API server']);
    await rig.state('polling');
    await api.polled();
    await api.down();
    await rig.state('unreachable');
    await rig.waits(1_000);
  });

  test('no server at first: it connects when there is one', async () => {
    await using api = await BotApi.start();
    await api.down();
    await using rig = await Rig.start({ api });
    await rig.state('unreachable');
    expect(rig.bot.detail).toContain('ECONNREFUSED');
    await api.up();
    await rig.clock.advance(1_000);
    await rig.state('polling');
  });

  test('a poll that is not answered for 90 s is given up, and begun anew at once', async () => {
    await using rig = await Rig.polling();
    rig.api.fault({ method: 'getUpdates', when: 'before', kind: 'hang' });
    rig.api.say({ from: 7, text: 'one' });
    await rig.api.sees(7, /one/);
    await rig.api.until(
      () => rig.api.callsOf('getUpdates').at(-1)!.outcome.kind === 'faulted',
      'a poll that hangs',
    );
    const before = rig.api.callsOf('getUpdates').length;
    await rig.clock.advance(89_000);
    expect(rig.bot.state).toBe('polling');
    await rig.clock.advance(1_000);
    await rig.api.until(() => rig.api.callsOf('getUpdates').length > before, 'the next poll');
    await rig.until(() => rig.states.length === 3, 'unreachable and back');
    expect(rig.states.map(([state]) => state)).toEqual(['polling', 'unreachable', 'polling']);
    rig.api.say({ from: 7, text: 'two' });
    await rig.api.sees(7, /two/);
  });

  test('no state holds the token', async () => {
    await using api = await BotApi.start();
    api.fault({ method: 'getMe', kind: 'drop' });
    await using rig = await Rig.start({ api });
    await rig.state('unreachable');
    expect(JSON.stringify(rig.states)).not.toContain(api.token.split(':')[1]);
  });
});
