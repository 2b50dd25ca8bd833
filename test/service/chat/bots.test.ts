/** Holds the service to the bot that is configured: connected, followed from save to save, and spoken of when it cannot be. */
import { onTestFinished, describe, expect, test } from 'vitest';
import { newRunId } from '../../../src/core/ids.ts';
import type { BotSettings } from '../../../src/core/chat-settings.ts';
import type { Incoming, Reply } from '../../../src/chat/incoming.ts';
import { silentLog } from '../../../src/core/log.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { Bots } from '../../../src/service/chat/bots.ts';
import { Conditions } from '../../../src/telemetry/conditions.ts';
import { BotApi } from '../../support/bot-api/api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { settingsOf } from '../../telegram/rig.ts';
import { CHAT, sampleMessage } from './samples.ts';

const OTHER = '220201543:BBHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw-y';

/** Bots before a double of Telegram; what ends a test ends them. */
class Scene {
  readonly clock = new FakeClock();
  readonly chat = new MemoryLedger().chat;
  readonly conditions = new Conditions(
    () => {},
    () => this.clock.now(),
  );
  readonly lines: string[] = [];
  readonly api: BotApi;
  readonly bots: Bots;

  private constructor(api: BotApi, respond: (incoming: Incoming) => Promise<Reply>) {
    this.api = api;
    this.bots = new Bots({
      ...{ ledger: this.chat, conditions: this.conditions, clock: this.clock },
      respond,
      onSettled: () => {},
      log: { ...silentLog, info: (message) => void this.lines.push(message) },
    });
  }

  static async begin(
    respond = (_: Incoming): Promise<Reply> => Promise.resolve({ messages: [] }),
  ): Promise<Scene> {
    const api = await BotApi.start();
    const scene = new Scene(api, respond);
    onTestFinished(async () => {
      await scene.bots.close(0);
      await api[Symbol.asyncDispose]();
    });
    return scene;
  }

  /** One that polls already. */
  static async polling(...respond: Parameters<typeof Scene.begin>): Promise<Scene> {
    const scene = await Scene.begin(...respond);
    await scene.follow();
    await scene.api.polled();
    return scene;
  }

  follow(settings: BotSettings | undefined = settingsOf(this.api)): Promise<void> {
    return this.bots.follow(settings);
  }

  codes(): readonly string[] {
    return this.conditions.list().map(({ code }) => code);
  }

  async raises(...codes: readonly string[]): Promise<void> {
    while (this.codes().join() !== codes.join()) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('without a bot', () => {
  test('it is said once that chat is off, and nobody is called', async () => {
    const { bots, lines, api } = await Scene.begin();
    await bots.follow(undefined);
    await bots.follow(undefined);
    expect(lines).toEqual(['chat is off: no bot_token is configured']);
    expect(bots.list()).toEqual([]);
    expect(api.calls).toEqual([]);
  });
});

describe('at the start', () => {
  test('the service waits for the first poll', async () => {
    const scene = await Scene.begin();
    await scene.follow();
    expect(scene.codes()).toEqual(['bot_connecting']);
    await scene.api.polled();
    await scene.raises();
    expect(scene.bots.list()).toEqual([{ name: 'default', state: 'polling', detail: '' }]);
  });

  test('it does not wait longer than ten seconds', async () => {
    const scene = await Scene.begin();
    scene.api.fault({ kind: 'hang', times: 9 });
    await scene.follow();
    await scene.clock.advance(9_999);
    expect(scene.codes()).toEqual(['bot_connecting']);
    await scene.clock.advance(1);
    expect(scene.codes()).not.toContain('bot_connecting');
  });

  test('it does not wait for a bot that a save brings', async () => {
    const scene = await Scene.begin();
    await scene.bots.follow(undefined);
    await scene.follow();
    expect(scene.codes()).toEqual([]);
    await scene.api.polled();
  });

  test('what a dead process may have sent is pointed out before that is recorded', async () => {
    const scene = await Scene.begin();
    const run = newRunId();
    await scene.chat.post([sampleMessage({ key: 'm', kind: 'final', run })], 0);
    await scene.chat.take(CHAT);
    await scene.follow();
    expect(await scene.chat.message('notice:unknown:m')).toMatchObject({ run, to: CHAT });
    await scene.api.sees(CHAT.chat, /may be missing here/);
  });
});

describe('what is wrong', () => {
  test.for([
    [401, 'bot_auth_failed'],
    [409, 'bot_conflict'],
    [500, 'bot_unreachable'],
  ] as const)('%i is a condition while it lasts: %s', async ([status, code]) => {
    const scene = await Scene.begin();
    scene.api.fault({ method: 'getUpdates', kind: { status } });
    await scene.follow();
    await (code === 'bot_unreachable' ? scene.raises('bot_connecting', code) : scene.raises(code));
    await scene.clock.advance(5_000);
    await scene.api.polled();
    // While somebody else polls, the next poll waits for something to happen.
    scene.api.say({ from: 7, text: 'hello' });
    await scene.raises();
  });
});

describe('a save', () => {
  test('with the same bot changes nothing', async () => {
    const scene = await Scene.polling();
    const calls = scene.api.calls.length;
    await scene.follow();
    expect(scene.api.calls).toHaveLength(calls);
  });

  test('with another token of the account reconnects', async () => {
    const scene = await Scene.polling();
    await scene.follow(settingsOf(scene.api, scene.api.rotate()));
    await scene.api.polled(scene.api.token);
    expect(scene.codes()).toEqual([]);
  });

  test('with another account is not taken up, unless it says that this is meant', async () => {
    const scene = await Scene.polling();
    scene.api.addBot({ token: OTHER });
    const other = settingsOf(scene.api, OTHER);
    await scene.follow(other);
    expect(scene.codes()).toEqual(['bot_unchanged']);
    expect(scene.api.polls).toEqual([scene.api.token]);
    await scene.follow();
    expect(scene.codes()).toEqual([]);
    await scene.follow({ ...other, accountChange: true });
    await scene.api.polled(OTHER);
    expect(scene.codes()).toEqual([]);
  });

  test('without a bot ends it, and what was said of it', async () => {
    const scene = await Scene.polling();
    scene.api.revoke();
    await scene.raises('bot_auth_failed');
    await scene.bots.follow(undefined);
    expect(scene.bots.list()).toEqual([]);
    expect(scene.codes()).toEqual([]);
    await scene.api.unpolled();
  });

  test('after the end is left alone', async () => {
    const scene = await Scene.polling();
    await scene.bots.close(0);
    const calls = scene.api.calls.length;
    await scene.follow(settingsOf(scene.api, OTHER));
    expect(scene.api.calls).toHaveLength(calls);
    expect(scene.bots.list()).toEqual([]);
  });
});

describe('messages', () => {
  test('in the outbox are sent once it is woken for one of its own', async () => {
    const scene = await Scene.polling();
    const message = sampleMessage();
    await scene.chat.post([message], 0);
    scene.bots.wake([{ ...message, to: { bot: 'another', chat: 42 } }]);
    await scene.clock.advance(10_000);
    expect(scene.api.callsOf('sendMessage')).toEqual([]);
    scene.bots.wake([message]);
    await scene.api.sees(CHAT.chat, /hello/);
  });

  test('of runs at work are renewed, those of another place are not', async () => {
    const scene = await Scene.polling();
    const message = sampleMessage({ kind: 'working' });
    await scene.chat.post([message], 0);
    scene.bots.wake([message]);
    await scene.api.sees(CHAT.chat, /hello/);
    await scene.clock.advance(10_000);
    const at = (text: string): typeof message => ({ ...message, content: { text, silent: true } });
    scene.bots.edit({ ...at('elsewhere'), to: { bot: 'another', chat: 42 } });
    scene.bots.edit(at('step 1'));
    await scene.api.sees(CHAT.chat, /step 1/);
    expect(scene.api.callsOf('editMessageText')).toHaveLength(1);
  });
});

describe('a fault of ours', () => {
  const broken = (): Promise<Reply> => Promise.reject(new Error('a bug'));

  test('is answered like anything else: in reply, in groups', async () => {
    const { api } = await Scene.polling(broken);
    const { messageId } = api.say({ from: 7, chat: -100, text: '/ping' });
    const answer = await api.sees(-100, /\S/);
    expect(answer.replyTo).toBe(messageId);
    expect(answer.text).not.toContain('a bug');
  });

  test('is said beside the button that was pressed', async () => {
    const { api } = await Scene.polling(broken);
    api.press({ from: 7, message: 1, data: '/ping' });
    await api.until(() => api.answers.length > 0, 'an answer');
    expect(api.answers[0]?.text).not.toBe('');
    expect(api.texts(7)).toEqual([]);
  });
});
