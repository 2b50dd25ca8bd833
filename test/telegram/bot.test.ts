/** Holds a bot's life: connecting, another token, its menu, and its end. */
import { describe, expect, test } from 'vitest';
import type { MenuEntry } from '../../src/chat/menu.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import type { Call } from '../support/bot-api/log.ts';
import { BotApi } from '../support/bot-api/api.ts';
import { Rig, eventually, message, settingsOf } from './rig.ts';

const OTHER = '220201543:BBHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw-y';

/** No poll was ever ended by another one of ours. */
function expectOnePollAtATime(api: BotApi): void {
  const refused = api
    .callsOf('getUpdates')
    .filter(({ outcome }) => 'status' in outcome && outcome.status === 409);
  expect(refused).toEqual([]);
}

describe('another token', () => {
  test('of the same account takes over: same offset, one poll at a time', async () => {
    await using rig = await Rig.polling();
    const { api } = rig;
    api.say({ from: 7, text: 'before' });
    await api.sees(7, /before/);
    await api.polled();
    const token = api.rotate();
    await rig.bot.reconnect(settingsOf(api, token));
    await api.polled(token);
    api.say({ from: 7, text: 'after' });
    await rig.waits(1_000);
    await api.sees(7, /after/);
    expect(rig.heard.map(({ text }) => text)).toEqual(['before', 'after']);
    expectOnePollAtATime(api);
    const isNext = ({ params }: Call): boolean => params['offset'] === 700_000_003;
    const last = await api.until(() => api.callsOf('getUpdates').find(isNext), 'the poll after it');
    expect(last.token).toBe(token);
    expect(rig.bot.state).toBe('polling');
  });

  test('while messages go out: all of them arrive, once', async () => {
    await using rig = await Rig.polling();
    const { api } = rig;
    const keys = Array.from({ length: 40 }, (_, n) => `m${n}`);
    await rig.post(...keys.map((key) => message(key, { kind: 'final' })));
    await rig.sends('m19');
    const token = api.rotate();
    await rig.state('auth_failed');
    await rig.bot.reconnect(settingsOf(api, token));
    await rig.sends('m39');
    expect(api.texts(7)).toEqual(keys);
    expectOnePollAtATime(api);
  });

  test('after the old one was revoked: messages waited, and go out', async () => {
    await using rig = await Rig.polling();
    const { api } = rig;
    const token = api.rotate();
    await rig.state('auth_failed');
    await rig.post(message('waits', { kind: 'final' }));
    await rig.settles('waits', 'again');
    api.say({ from: 7, text: 'unheard' });
    await rig.bot.reconnect(settingsOf(api, token));
    await rig.clock.advance(1_000);
    await rig.settles('waits', 'sent');
    await rig.waits(1_000);
    await api.sees(7, /unheard/);
    await rig.state('polling');
  });

  test('that is refused: the old one goes on', async () => {
    await using rig = await Rig.polling();
    const { api } = rig;
    const wrong = `${api.token.split(':')[0]}:wrong`;
    await expect(rig.bot.reconnect(settingsOf(api, wrong))).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringMatching(/refuses the new token .*the old connection goes on/) as string,
    });
    api.say({ from: 7, text: 'on' });
    await api.sees(7, /on/);
    expect(api.callsOf('getUpdates').every(({ token }) => token === api.token)).toBe(true);
  });

  test('that is not confirmed within 10 s: the old one goes on', async () => {
    await using rig = await Rig.polling();
    const { api } = rig;
    const token = `${api.token.split(':')[0]}:slow`;
    api.fault({ method: 'getMe', token, kind: 'hang' });
    const reconnected = rig.bot.reconnect(settingsOf(api, token));
    await api.until(() => api.callsOf('getMe').length === 2, 'the new token is tried');
    const refused = expect(reconnected).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('ReconnectTimeoutError') as string,
    });
    await rig.clock.advance(10_000);
    await refused;
    api.say({ from: 7, text: 'on' });
    await api.sees(7, /on/);
  });

  test('that the network keeps from being confirmed at first is tried again', async () => {
    await using rig = await Rig.polling();
    const { api } = rig;
    api.fault({ method: 'getMe', kind: 'drop' });
    const reconnected = rig.bot.reconnect(settingsOf(api));
    await rig.waits(1_000);
    await reconnected;
  });

  test('of another account is refused, unless that is meant', async () => {
    await using rig = await Rig.polling();
    const { api } = rig;
    api.addBot({ token: OTHER });
    await expect(rig.bot.reconnect(settingsOf(api, OTHER))).rejects.toMatchObject({ code: 'conflict' });
    api.say({ from: 7, text: 'old' });
    await api.sees(7, /old/);
    const name = rig.bot.username;
    await rig.bot.reconnect({ ...settingsOf(api, OTHER), accountChange: true });
    await api.polled(OTHER);
    api.say({ from: 7, text: 'new', token: OTHER });
    await rig.waits(1_000);
    await api.sees(7, /new/, OTHER);
    expect(rig.bot.username).not.toBe(name);
    expect(rig.heard.at(-1)!.id).toMatch(/^update:220201543:/);
  });

  test('while one is being tried: a second one is told so', async () => {
    await using rig = await Rig.polling();
    const { api } = rig;
    const first = rig.bot.reconnect(settingsOf(api));
    await expect(rig.bot.reconnect(settingsOf(api))).rejects.toThrow('Reload already in progress.');
    await first;
    await rig.bot.reconnect(settingsOf(api));
  });

  test('that is being tried when the bot closes is let go of', async () => {
    await using rig = await Rig.polling();
    rig.api.fault({ method: 'getMe', kind: 'hang' });
    const reconnected = rig.bot.reconnect(settingsOf(rig.api));
    const refused = expect(reconnected).rejects.toMatchObject({ code: 'draining' });
    await rig.bot.close({ flushMs: 0 });
    await refused;
    expect(rig.clock.pending).toBe(0);
  });

  test('asked for by a message that is being acted on does not wait for itself', async () => {
    await using api = await BotApi.start();
    const rig: Rig = await Rig.polling({
      api,
      respond: async ({ id, to }) => {
        await rig.bot.reconnect(settingsOf(api));
        const content = { text: 'reconnected', silent: false };
        return { messages: [{ key: `${id}:0`, to, kind: 'answer', content }] };
      },
    });
    api.say({ from: 7, text: '/reload' });
    await api.sees(7, /reconnected/);
    await rig[Symbol.asyncDispose]();
  });
});

describe('the menu', () => {
  const ping: MenuEntry = { command: 'ping', description: 'Is it there?' };
  const help: MenuEntry = { command: 'help', description: 'What is there?' };

  test('is sent when it is another, and only then', async () => {
    await using api = await BotApi.start();
    const { chat } = new MemoryLedger();
    let menu: readonly MenuEntry[] = [ping];
    const options = { api, ledger: chat, menu: () => menu };
    const name = `menu:${api.token.split(':')[0]}`;
    const sentMenus = (): number => api.callsOf('setMyCommands').length;
    {
      await using rig = await Rig.polling(options);
      await api.until(() => api.commands['default']?.length === 1, 'the menu');
      await rig.bot.reconnect(settingsOf(api));
      await api.polled();
      menu = [ping, help];
      await rig.bot.reconnect(settingsOf(api));
      await api.until(() => api.commands['default']?.length === 2, 'the new menu');
      expect(sentMenus()).toBe(2);
      const before = await chat.remembered(name);
      await eventually(async () => (await chat.remembered(name)) !== before);
    }
    await using _next = await Rig.polling(options);
    api.say({ from: 7, text: 'x' });
    await api.sees(7, /x/);
    expect(sentMenus()).toBe(2);
  });

  test('that could not be sent is sent later, in silence', async () => {
    await using api = await BotApi.start();
    api.fault({ method: 'setMyCommands', times: 2, kind: { status: 500 } });
    await using rig = await Rig.polling({ api, menu: () => [ping] });
    await rig.waits(1_000);
    await rig.waits(2_000);
    await api.until(() => api.commands['default']?.length === 1, 'the menu');
    expect(rig.states.map(([state]) => state)).toEqual(['polling']);
  });
});

describe('the end', () => {
  test('sends what waits, for as long as it may', async () => {
    await using rig = await Rig.polling();
    const keys = ['a', 'b', 'c'];
    await rig.post(...keys.map((key) => message(key)));
    await rig.settles('a', 'sent');
    const closed = rig.bot.close({ flushMs: 5_000 });
    await rig.waits(1_000);
    await rig.settles('b', 'sent');
    await rig.waits(1_000);
    await closed;
    expect(rig.api.texts(7)).toEqual(keys);
    expect(rig.bot.state).toBe('stopped');
    expect(rig.clock.pending).toBe(0);
  });

  test('comes in time; what was not sent waits for the next start', async () => {
    await using rig = await Rig.polling();
    await rig.post(...Array.from({ length: 20 }, (_, n) => message(`m${n}`)));
    await rig.settles('m0', 'sent');
    const closed = rig.bot.close({ flushMs: 5_000 });
    for (let n = 1; n <= 5; n += 1) await rig.clock.advance(1_000);
    await closed;
    const { waiting } = await rig.ledger.outboxCounts();
    expect(waiting).toBeGreaterThanOrEqual(12);
    expect(waiting + rig.api.texts(7).length).toBe(20);
    await using next = await Rig.polling({ api: rig.api, ledger: rig.ledger });
    await next.sends('m19');
    expect(rig.api.texts(7)).toHaveLength(20);
  });

  test('does not wait for what cannot go out', async () => {
    await using rig = await Rig.polling();
    rig.api.revoke();
    await rig.post(message('m'));
    await rig.state('auth_failed');
    await rig.settles('m', 'again');
    await rig.bot.close({ flushMs: 5_000 });
    expect(rig.bot.state).toBe('stopped');
  });

  test('finishes what was received, and tells Telegram that it is done with', async () => {
    const gate = Promise.withResolvers<void>();
    await using rig = await Rig.polling({
      respond: async ({ id, to, text }) => {
        await gate.promise;
        return { messages: [{ key: `${id}:0`, to, kind: 'answer', content: { text, silent: false } }] };
      },
    });
    rig.api.say({ from: 7, text: 'last' });
    await rig.until(() => rig.heard.length === 1, 'it was heard');
    const closed = rig.bot.close({ flushMs: 5_000 });
    gate.resolve();
    await closed;
    expect(rig.api.texts(7)).toEqual(['last']);
    expect(rig.api.pending()).toBe(0);
    await rig.api.unpolled();
  });

  test('is one, however often it is asked for, and nothing is done after it', async () => {
    const rig = await Rig.polling();
    await Promise.all([rig.bot.close({ flushMs: 0 }), rig.bot.close({ flushMs: 9_000 })]);
    const calls = rig.api.calls.length;
    await rig.post(message('m'));
    rig.bot.edit(message('m', { kind: 'working' }));
    await rig.clock.advance(600_000);
    await expect(rig.bot.reconnect(settingsOf(rig.api))).rejects.toMatchObject({ code: 'draining' });
    expect(rig.api.calls).toHaveLength(calls);
    await rig[Symbol.asyncDispose]();
  });
});

test('callbacks that fail end nothing', async () => {
  await using api = await BotApi.start();
  const broken = (): never => {
    throw new Error('a bug of ours');
  };
  const calls = { onFault: broken, onState: broken, onSettled: broken };
  await using rig = await Rig.polling({ api, respond: broken, ...calls });
  api.say({ from: 7, text: 'one' });
  await api.until(() => api.pending() === 0, 'it is done with');
  await rig.post(message('a'), message('b'));
  await rig.waits(1_000);
  await api.sees(7, /b/);
});
