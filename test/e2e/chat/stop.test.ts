/** A stop, in order or by `kill -9`, loses no message, leaves no agent behind and no message that still shows it at work. */
import { describe, expect, it } from 'vitest';
import type { BotApi } from '../../support/bot-api/api.ts';
import type { Sandbox } from '../../support/untether.ts';
import { eventually, isAlive } from '../../support/untether.ts';
import type { LiveStage } from './support.ts';
import { OPERATOR, USER, chatToml, labels, liveStage } from './support.ts';

const GROUP = -1_001;

/** Works until there is a file `go`, or for ever when it is told to `hang`; each is a process with a child of its own. */
const AGENT = String.raw`["sh", "-c", '''p=$(cat); echo $$ >> pids; sleep 1000 & echo $! >> pids
while [ ! -e go ] || [ "$p" = hang ]; do sleep 0.05; done; kill $!; echo "$p is done"''']`;

const setUp = (limits = ''): Promise<LiveStage> =>
  liveStage((api) => chatToml(api, `[limits]\n${limits}`).replace('["cat"]', AGENT));

async function pidsOf(sandbox: Sandbox, atLeast: number): Promise<readonly number[]> {
  const read = async (): Promise<readonly number[]> =>
    (await sandbox.read('pids')).split('\n').filter(Boolean).map(Number);
  await eventually('the agents have begun', async () => (await read()).length >= atLeast);
  return read();
}

async function isNoneAlive(pids: readonly number[]): Promise<boolean> {
  const alive = await Promise.all(pids.map((pid) => isAlive(pid)));
  return !alive.includes(true);
}

const shown = (api: BotApi, chat: number): readonly (string | undefined)[] =>
  api.texts(chat).map((text) => text.split('\n')[0]);

describe.concurrent('a stop in order', () => {
  it('says what waits for five seconds, and leaves the rest to the next start, which says it once', async () => {
    await using stage = await setUp();
    const { api, sandbox, service, control } = stage;
    const commands = ['/nix1', '/nix2', '/nix3', '/nix4', '/nix5', '/nix6', '/nix7', '/nix8', '/nix9'];
    for (const text of commands) api.say({ from: USER, chat: GROUP, text });
    await eventually('all are answered', async () => (await control.status()).outbox.waiting >= 7);
    const begun = performance.now();
    expect((await service.stop()).code).toBe(0);
    const took = performance.now() - begun;
    const atStop = api.texts(GROUP).length;
    expect(atStop).toBeGreaterThanOrEqual(4);
    expect(atStop).toBeLessThan(commands.length);
    expect(took).toBeGreaterThan(4_000);
    expect(took).toBeLessThan(9_000);

    await sandbox.start();
    await api.sees(GROUP, /nix9/);
    await eventually('nothing waits', async () => (await control.status()).outbox.waiting === 0);
    expect(api.texts(GROUP).map((text) => /\/nix\d/.exec(text)?.[0])).toEqual(commands);
  });

  it('does not wait for a chat that Telegram holds back, whose messages the next start says', async () => {
    await using stage = await setUp();
    const { api, sandbox, service } = stage;
    api.fault({ method: 'sendMessage', chat: USER, kind: { status: 429, retryAfter: 600 } });
    api.say({ from: USER, text: '/ping' });
    await api.until(() => api.callsOf('sendMessage').length === 1, 'it was tried');
    const begun = performance.now();
    expect((await service.stop()).code).toBe(0);
    expect(performance.now() - begun).toBeLessThan(8_000);
    expect(api.texts(USER)).toEqual([]);
    await sandbox.start();
    await api.sees(USER, /pong/);
    expect(api.texts(USER)).toHaveLength(1);
  });

  it('lets an agent finish within the drain, and says its answer before it leaves', async () => {
    await using stage = await setUp('drain_timeout = "30s"\n');
    const { api, sandbox, service, control } = stage;
    api.say({ from: USER, text: 'work' });
    await api.sees(USER, /is working/);
    service.signal('SIGTERM');
    await eventually('it drains', async () => (await service.get('/ready')).status === 503);
    // Who asks now is not forgotten: the next start acts on it.
    api.say({ from: OPERATOR, text: 'more' });
    await api.sees(OPERATOR, /waiting for its turn/);
    await sandbox.write('go', '');
    expect((await service.child.finished).code).toBe(0);
    const stopping = '🔄 Stopping — waiting for your run to finish…';
    expect(shown(api, USER)).toEqual(['work is done', stopping]);
    expect(shown(api, OPERATOR)).toEqual(['⏳ waiting for its turn']);
    await sandbox.start();
    await api.sees(OPERATOR, /^more is done/);
    await api.polled();
    expect(shown(api, USER)).toEqual(['work is done', stopping]);
    expect(shown(api, OPERATOR)).toEqual(['more is done']);
    expect(await control.runs({ limit: 10 })).toHaveLength(2);
  });

  it('ends an agent that outlives the drain, says that it was interrupted, and offers it again', async () => {
    await using stage = await setUp('drain_timeout = "200ms"\n');
    const { api, sandbox, service, control } = stage;
    api.say({ from: USER, text: 'work' });
    const working = await api.sees(USER, /is working/);
    const pids = await pidsOf(sandbox, 2);
    expect((await service.stop()).code).toBe(0);
    expect(await isNoneAlive(pids)).toBe(true);
    const [message] = api.messages(USER).filter(({ from }) => from === 'bot');
    expect(message).toMatchObject({
      id: working.id,
      text: expect.stringMatching(/^⚠️ interrupted/) as string,
    });
    expect(message && labels(message)).toEqual(['Retry', 'Log']);
    expect(shown(api, USER).slice(1)).toEqual(['🔄 Stopping — waiting for your run to finish…']);

    await sandbox.start();
    await sandbox.write('go', '');
    api.press({ from: USER, message: working.id, data: message?.buttons[0]?.[0]?.data ?? '' });
    await api.sees(USER, /^work is done/);
    const runs = await control.runs({ limit: 10 });
    expect(runs.map(({ state, source }) => `${source} ${state}`)).toEqual([
      'retry succeeded',
      'manual failed',
    ]);
    expect(runs[0]?.origin).toBe(runs[1]?.id);
  });
});

describe.concurrent('kill -9 while agents work', () => {
  it('leaves no process, and at the next start each message says that it was interrupted', async () => {
    await using stage = await setUp();
    const { api, sandbox, service, control } = stage;
    for (const from of [USER, OPERATOR]) api.say({ from, text: 'hang' });
    const working = await Promise.all([USER, OPERATOR].map((person) => api.sees(person, /is working/)));
    const pids = await pidsOf(sandbox, 4);
    await service.kill();
    await eventually('no agent is left', () => isNoneAlive(pids));
    expect(shown(api, USER)).toEqual(['⏳ echo is working']);

    await sandbox.start();
    for (const [index, person] of [USER, OPERATOR].entries()) {
      const message = await api.sees(person, /^⚠️ interrupted: the service died/);
      expect(message.id).toBe(working[index]?.id);
      expect(labels(message)).toEqual(['Retry', 'Log']);
      expect(api.texts(person)).toHaveLength(1);
    }
    const runs = await control.runs({ limit: 10 });
    expect(runs.map(({ state, attempts }) => `${state} ${attempts.length}`)).toEqual([
      'failed 1',
      'failed 1',
    ]);
    const { messages } = await control.run(runs[0]?.id ?? '');
    expect(messages).toMatchObject([{ kind: 'final', state: 'sent' }]);
  });

  it('goes on with what had not begun, and the old Cancel buttons say what became of it', async () => {
    await using stage = await setUp('max_concurrent = 1\n');
    const { api, sandbox, service, control } = stage;
    api.say({ from: USER, text: 'hang' });
    const working = await api.sees(USER, /is working/);
    api.say({ from: OPERATOR, text: 'next' });
    await api.sees(OPERATOR, /waiting for its turn/);
    await eventually('its receipt is kept', async () => {
      const [next] = await control.runs({ chat: `default/${OPERATOR}`, limit: 1 });
      return next !== undefined && (await control.run(next.id)).messages[0]?.state === 'sent';
    });
    await service.kill();
    await sandbox.write('go', '');
    await sandbox.start();
    await api.sees(OPERATOR, /^next is done/);
    expect(api.texts(OPERATOR)).toHaveLength(1);
    await api.sees(USER, /interrupted/);
    // Pressed on a phone that has not seen the edit yet.
    const { callbackId } = api.press({
      from: USER,
      message: working.id,
      data: working.buttons[0]?.[0]?.data ?? '',
    });
    await api.until(() => api.answers.some((answer) => answer.callbackId === callbackId), 'it is answered');
    expect((await control.runs({ limit: 10 })).map(({ state }) => state)).toEqual(['succeeded', 'failed']);
  });
});
