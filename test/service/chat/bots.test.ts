/** Holds the service to the bot that is configured: connected, followed from save to save, and spoken of when it cannot be. */
import { onTestFinished, describe, expect, test } from 'vitest';
import { newRunId } from '../../../src/core/ids.ts';
import type { KeyPath } from '../../../src/config/problem.ts';
import type { BotSettings } from '../../../src/core/chat-settings.ts';
import type { Incoming, Reply } from '../../../src/chat/incoming.ts';
import { silentLog } from '../../../src/core/log.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { Bots } from '../../../src/service/chat/bots.ts';
import { Conditions } from '../../../src/telemetry/conditions.ts';
import { BotApi } from '../../support/bot-api/api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { sampleChat, sampleSnapshot } from '../../support/samples.ts';
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
  /** What saves have reported. */
  readonly outcomes: string[] = [];
  readonly api: BotApi;
  readonly bots: Bots;

  private constructor(api: BotApi, respond: (incoming: Incoming) => Promise<Reply>) {
    this.api = api;
    this.bots = new Bots({
      ...{ ledger: this.chat, conditions: this.conditions, clock: this.clock },
      respond,
      onSettled: () => {},
      more: () => [],
      onPolled: () => {},
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

  #hasBegun = false;

  /** The start with these bots, later a save that names them; answers with what the save was refused for. */
  async follow(
    settings: BotSettings | readonly BotSettings[] = settingsOf(this.api),
    botsFollow: 'auto' | 'manual' = 'auto',
  ): Promise<{ readonly path: KeyPath; readonly reason: string } | undefined> {
    const bots = new Map([settings].flat().map((one) => [one.name, one]));
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      await this.bots.begin(bots);
      return undefined;
    }
    const snapshot = sampleSnapshot([], { chat: sampleChat({ bots, botsFollow }) });
    const prepared = await this.bots.prepare(snapshot);
    if (prepared.kind === 'refused') return prepared;
    for (const { key, text } of prepared.staged.commit()) this.outcomes.push(`${key} ${text}`);
    return undefined;
  }

  codes(): readonly string[] {
    return this.conditions.list().map(({ code }) => code);
  }

  async raises(...codes: readonly string[]): Promise<void> {
    while (this.codes().join() !== codes.join()) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Lets real sockets have their turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('without a bot', () => {
  test('it is said once that chat is off, and nobody is called', async () => {
    const { bots, lines, api } = await Scene.begin();
    await bots.begin(new Map());
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
    await scene.follow([]);
    await scene.follow();
    expect(scene.codes()).toEqual([]);
    expect(scene.outcomes).toEqual([expect.stringMatching(/^bot default is connected as @/)]);
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

  test('with another account is refused, unless it says that this is meant', async () => {
    const scene = await Scene.polling();
    scene.api.addBot({ token: OTHER });
    const other = settingsOf(scene.api, OTHER);
    expect(await scene.follow(other)).toMatchObject({
      path: ['transports', 'telegram', 'bot_token'],
      reason: expect.stringContaining('account_change = true') as string,
    });
    expect(scene.api.polls).toEqual([scene.api.token]);
    expect(await scene.follow({ ...other, accountChange: true })).toBeUndefined();
    await scene.api.polled(OTHER);
    expect(scene.codes()).toEqual([]);
  });

  test('with a new bot whose token is refused is refused at its line, and nothing of it is taken up', async () => {
    const scene = await Scene.polling();
    const alerts = { ...settingsOf(scene.api, OTHER), name: 'alerts' };
    const rotated = settingsOf(scene.api, scene.api.rotate());
    expect(await scene.follow([rotated, alerts])).toMatchObject({
      path: ['telegram', 'bots', 0, 'token'],
      reason: expect.stringContaining('refuses') as string,
    });
    expect(scene.bots.list().map(({ name }) => name)).toEqual(['default']);
    scene.api.addBot({ token: OTHER });
    expect(await scene.follow([rotated, alerts])).toBeUndefined();
    await scene.api.polled(OTHER);
    expect(scene.bots.list()).toMatchObject([{ name: 'default' }, { name: 'alerts', state: 'polling' }]);
  });

  test('waits where bots follow by hand, until somebody asks for the bot', async () => {
    const scene = await Scene.polling();
    const before = settingsOf(scene.api);
    const moved = { ...before, apiRoot: before.apiRoot.replace('127.0.0.1', 'localhost') };
    expect(moved).not.toEqual(before);
    await scene.follow(moved, 'manual');
    expect(scene.outcomes).toEqual(['bot default waits for /reload bot default']);
    expect(scene.codes()).toEqual(['bot_unchanged']);
    const wanted = new Map([['default', moved]]);
    expect(await scene.bots.reload({ bot: 'default' }, () => wanted)).toMatchObject([
      { bot: 'default', how: 'reconnected' },
    ]);
    expect(scene.codes()).toEqual([]);
    await scene.follow(moved, 'manual');
    expect(scene.outcomes).toHaveLength(1);
  });

  test('without a bot ends it, and what was said of it', async () => {
    const scene = await Scene.polling();
    scene.api.revoke();
    await scene.raises('bot_auth_failed');
    await scene.follow([]);
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

describe('a bot that is asked to reload', () => {
  test('and whose new connection is not confirmed in time is begun anew, or the old one put back', async () => {
    const scene = await Scene.polling();
    const wanted = new Map([['default', settingsOf(scene.api)]]);
    scene.api.fault({ method: 'getMe', kind: 'hang', times: 2 });
    const asked = scene.bots.reload({}, () => wanted);
    const refused = expect(asked).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/put back as it was: ReconnectTimeoutError/) as string,
    });
    await expect(scene.bots.reload({}, () => wanted)).rejects.toThrow('Reload already in progress.');
    while (scene.api.callsOf('getMe').length < 2) await turn();
    await scene.clock.advance(10_000);
    await scene.api.unpolled();
    while (scene.api.callsOf('getMe').length < 3) await turn();
    await scene.clock.advance(10_000);
    await refused;
    await scene.api.polled();
    expect(scene.bots.list()).toMatchObject([{ name: 'default', state: 'polling' }]);
  });

  test('by what was said to it is begun anew, too: its answer was announced, and comes by the new one', async () => {
    const asked = Promise.withResolvers<unknown>();
    const scene: Scene = await Scene.polling(async () => ({
      messages: [],
      onRecorded: () => {
        asked.resolve(scene.bots.reload({}, () => new Map([['default', settingsOf(scene.api)]])));
      },
    }));
    scene.api.fault({ method: 'getMe', kind: 'hang' });
    scene.api.say({ from: 7, text: '/reload bot default' });
    while (scene.api.callsOf('getMe').length < 2) await turn();
    await scene.clock.advance(10_000);
    expect(await asked.promise).toMatchObject([{ bot: 'default', how: 'rebuilt' }]);
    await scene.api.polled();
  });

  test('follows what a save has made of it while those before it were reloaded', async () => {
    const scene = await Scene.polling();
    const first = settingsOf(scene.api);
    scene.api.addBot({ token: OTHER });
    const before = { ...settingsOf(scene.api, OTHER), name: 'alerts' };
    const moved = { ...before, apiRoot: before.apiRoot.replace('127.0.0.1', 'localhost') };
    await scene.follow([first, before]);
    await scene.api.polled(OTHER);
    let live = [first, before];
    scene.api.fault({ method: 'getMe', token: scene.api.token, kind: 'hang' });
    const asked = scene.bots.reload({}, () => new Map(live.map((one) => [one.name, one])));
    const calls = scene.api.callsOf('getMe').length;
    while (scene.api.callsOf('getMe').length === calls) await turn();
    live = [first, moved];
    expect(await scene.follow(live)).toBeUndefined();
    await scene.clock.advance(10_000);
    await asked;
    scene.outcomes.length = 0;
    await scene.follow(live);
    expect(scene.outcomes).toEqual([]);
  });

  test('and cannot be connected ends the round, and it is said which are done and which are left', async () => {
    const scene = await Scene.polling();
    scene.api.addBot({ token: OTHER });
    const other = settingsOf(scene.api, OTHER);
    const first = settingsOf(scene.api);
    const all = [first, { ...other, name: 'alerts' }, { ...other, name: 'spare' }];
    await scene.follow(all.slice(0, 2));
    await scene.api.polled(OTHER);
    scene.api.revoke(OTHER);
    await scene.raises('bot_auth_failed');
    const asked = scene.bots.reload({}, () => new Map(all.map((one) => [one.name, one])));
    await expect(asked).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringMatching(
        /^bot alerts: .*\nbot default is reconnected \(.*\)\nleft as they are: spare$/,
      ) as string,
    });
  });

  test('as one that waits is left alone where it does not', async () => {
    const scene = await Scene.polling();
    const wanted = new Map([['default', settingsOf(scene.api)]]);
    const calls = scene.api.calls.length;
    await expect(scene.bots.reload({ bot: 'default', isWaiting: true }, () => wanted)).rejects.toMatchObject({
      code: 'conflict',
      message: 'bot default waits for nobody any more: it is what the file says',
    });
    expect(scene.api.calls).toHaveLength(calls);
  });

  test('and that nobody configured is not found', async () => {
    const scene = await Scene.begin();
    await expect(scene.bots.reload({ bot: 'alerts' }, () => new Map())).rejects.toMatchObject({
      code: 'not_found',
    });
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
