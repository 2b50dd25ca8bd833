/** Whatever becomes of a call to Telegram, every message arrives that can, the end of a run never twice, and in order. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BotApi } from '../../support/bot-api/api.ts';
import { Client } from '../../support/bot-api/client.ts';
import type { FaultKind } from '../../support/bot-api/faults.ts';
import { eventually } from '../../support/untether.ts';
import type { LiveStage } from './support.ts';
import { ADMIN, USER, USERS, chatToml, count, liveStage } from './support.ts';

/** Says its prompt back; what begins with `wait` does so once there is a file of that name. */
const AGENT = String.raw`["sh", "-c", 'p=$(cat); case "$p" in wait*) while [ ! -e "$p" ]; do sleep 0.05; done;; esac; echo "$p"']`;

const PEOPLE = USERS.slice(0, 40);
const people = PEOPLE.values();

/** Somebody whom no other test knows. */
function somebody(): number {
  const id = people.next().value;
  if (id === undefined) throw new Error('there is nobody left');
  return id;
}

const tomlOf = (api: BotApi): string =>
  chatToml(api, '', { users: [USER, ...PEOPLE] }).replace('["cat"]', AGENT);

const setUp = (): Promise<LiveStage> => liveStage(tomlOf);

/** Resolves once all that was said to that person before has been said. */
async function settled(api: BotApi, person: number): Promise<void> {
  api.say({ from: person, text: '/at list' });
  await api.sees(person, /nothing is pending/);
}

const gateway: FaultKind = { status: 502, body: 'html' };

describe.concurrent('on the way out', () => {
  let stage: LiveStage;

  beforeAll(async () => {
    stage = await setUp();
  });

  afterAll(async () => {
    expect(stage.api.complaints).toEqual([]);
    await stage[Symbol.asyncDispose]();
  });

  it.each([
    { call: 'breaks before it is done', when: 'before', kind: 'drop', copies: 1 },
    { call: 'breaks after it was done', when: 'after', kind: 'drop', copies: 2 },
    { call: 'is answered by a gateway', when: 'before', kind: gateway, copies: 1 },
    { call: 'is answered by a broken Telegram', when: 'before', kind: { status: 500 }, copies: 1 },
  ] as const)('sends an answer again when the call $call', async ({ when, kind, copies }) => {
    const { api } = stage;
    const person = somebody();
    api.fault({ method: 'sendMessage', chat: person, when, kind });
    api.say({ from: person, text: '/ping' });
    await settled(api, person);
    expect(count(api.texts(person), /pong/)).toBe(copies);
  });

  it.each([
    { call: 'breaks before it is done', when: 'before', kind: 'drop' },
    { call: 'breaks after it was done', when: 'after', kind: 'drop' },
    { call: 'is answered by a gateway', when: 'before', kind: gateway },
    { call: 'is answered by a gateway although it was done', when: 'after', kind: gateway },
    { call: 'is answered by a broken Telegram', when: 'before', kind: { status: 500 } },
  ] as const)('shows the end of a run once when the edit $call', async ({ when, kind }) => {
    const { api, control } = stage;
    const person = somebody();
    api.fault({ method: 'editMessageText', chat: person, when, kind, times: 2 });
    api.say({ from: person, text: `hello ${person}` });
    await api.sees(person, /^hello/);
    await settled(api, person);
    expect(count(api.texts(person), /^hello/)).toBe(1);
    expect(api.texts(person)).toHaveLength(2);
    const [run] = await control.runs({ chat: `default/${person}`, limit: 10 });
    expect(run?.state).toBe('succeeded');
  });

  it.each([
    { call: 'breaks before it is done', when: 'before', kind: 'drop', copies: 0 },
    { call: 'breaks after it was done', when: 'after', kind: 'drop', copies: 1 },
    { call: 'is answered by a gateway', when: 'before', kind: gateway, copies: 0 },
  ] as const)(
    'says that the end of a run may be missing, instead of saying it twice, when the call $call',
    async ({ when, kind, copies }) => {
      const { api, sandbox, control } = stage;
      const person = somebody();
      // The run ends while the chat is held: its end is the first that is said of it.
      api.fault({ method: 'sendMessage', chat: person, kind: { status: 429, retryAfter: 2 } });
      api.fault({ method: 'sendMessage', chat: person, when, kind });
      api.say({ from: person, text: `hello ${person}` });
      const pointer = await api.sees(person, /the answer of run/);
      expect(pointer.buttons.flat()).toMatchObject([{ text: 'Log' }]);
      expect(count(api.texts(person), /^hello/)).toBe(copies);

      const [run] = await control.runs({ chat: `default/${person}`, limit: 10 });
      const shown = await sandbox.json<object>('runs', run?.id ?? '');
      expect(shown).toMatchObject({
        state: 'succeeded',
        messages: [
          { kind: 'final', state: 'unknown', reason: expect.stringMatching(/\w/) as string },
          { kind: 'notice' },
        ],
      });

      api.press({ from: person, message: pointer, data: pointer.buttons[0]?.[0]?.data ?? '' });
      await api.sees(person, copies === 0 ? /hello/ : /^(?!.*echo ·)[^]*hello/);
      await settled(api, person);
      expect(count(api.texts(person), /^hello[^]*echo · /)).toBe(copies);
    },
  );

  it('holds a chat for as long as Telegram asks, and no other, and keeps the order in both', async () => {
    const { api } = stage;
    const held = somebody();
    const free = somebody();
    api.fault({ method: 'sendMessage', chat: held, kind: { status: 429, retryAfter: 3 } });
    for (const command of ['/nix1', '/nix2', '/nix3'])
      for (const from of [held, free]) api.say({ from, text: command });
    await api.sees(free, /nix3/);
    expect(api.texts(held)).toEqual([]);
    await api.sees(held, /nix3/);
    for (const person of [held, free])
      expect(api.texts(person).map((text) => /nix\d/.exec(text)?.[0])).toEqual(['nix1', 'nix2', 'nix3']);
    const [refused, next] = api.callsOf('sendMessage').filter(({ params }) => params['chat_id'] === held);
    expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThan(2_950);
  });

  it.each([['blocked'], ['missing']] as const)(
    'gives up what a %s chat refuses, tells an admin once, and leaves the run and other chats alone',
    async (why) => {
      const { api, control } = stage;
      const person = somebody();
      const other = somebody();
      api.closeChat(person, why);
      api.say({ from: person, text: 'first' });
      api.say({ from: person, text: 'second' });
      api.say({ from: other, text: 'hello' });
      await api.sees(other, /^hello/);
      await api.sees(ADMIN, new RegExp(`chat ${person} takes no messages`));
      const fates = async (): Promise<readonly (readonly string[])[]> => {
        const runs = await control.runs({ chat: `default/${person}`, limit: 10 });
        const views = await Promise.all(runs.map(({ id }) => control.run(id)));
        return views.map(({ run, messages }) => [
          run.state,
          ...messages.map(({ kind, state }) => `${kind} ${state}`),
        ]);
      };
      const refused = ['succeeded', 'final failed'];
      await eventually('both are given up', async () => {
        const found = await fates();
        return found.length === 2 && found.every((fate) => fate.join() === refused.join());
      });
      const [run] = await control.runs({ chat: `default/${person}`, limit: 1 });
      const { messages } = await control.run(run?.id ?? '');
      expect(messages[0]?.reason).toMatch(why === 'blocked' ? /blocked by the user/ : /chat not found/);

      api.reopenChat(person);
      api.say({ from: person, text: 'third' });
      await api.sees(person, /^third/);
      expect(count(api.texts(ADMIN), new RegExp(`chat ${person} `))).toBe(1);
      expect(count(api.texts(person), /first|second/)).toBe(0);
    },
  );

  it('says the end of a run anew when its message was deleted', async () => {
    const { api, sandbox } = stage;
    const person = somebody();
    api.say({ from: person, text: `wait-${person}` });
    const working = await api.sees(person, /is working/);
    await new Client(api).call('deleteMessage', { chat_id: person, message_id: working.id });
    await sandbox.write(`wait-${person}`, '');
    const end = await api.sees(person, new RegExp(`^wait-${person}`));
    expect(end.id).not.toBe(working.id);
    await settled(api, person);
    expect(count(api.texts(person), /wait-/)).toBe(1);
  });
});

describe.concurrent('on the way in', () => {
  it('acts on a message once, whatever becomes of the poll that brings it', async () => {
    await using stage = await setUp();
    const { api, control } = stage;
    const faults: readonly FaultKind[] = ['drop', gateway, { status: 500 }, { status: 429, retryAfter: 1 }];
    let said = 0;
    for (const kind of faults)
      for (const when of ['before', 'after'] as const) {
        await api.polled();
        api.fault({ method: 'getUpdates', when, kind });
        said += 1;
        api.say({ from: PEOPLE[said] ?? 0, text: `message ${said}.` });
        await api.sees(PEOPLE[said] ?? 0, /^message/);
      }
    await api.polled();
    const runs = await control.runs({ limit: 100 });
    expect(runs).toHaveLength(said);
    expect(PEOPLE.flatMap((person) => api.texts(person))).toHaveLength(said);
    expect((await control.status()).bots).toEqual([{ name: 'default', state: 'polling', detail: '' }]);
  });

  it.each(['before', 'after'] as const)(
    'does once what a button asks for when the answer to the press is lost %s it is given',
    async (when) => {
      await using stage = await setUp();
      const { api, control } = stage;
      api.say({ from: USER, text: '/at 2h one' });
      const one = await api.sees(USER, /⏳ scheduled/);
      api.fault({ method: 'answerCallbackQuery', when, kind: 'drop' });
      api.press({ from: USER, message: one, data: one.buttons[0]?.[0]?.data ?? '' });
      api.say({ from: USER, text: '/at list' });
      await api.sees(USER, /nothing is pending/);
      expect(api.callsOf('answerCallbackQuery')).toHaveLength(1);
      const [run] = await control.runs({ limit: 10 });
      expect(run?.state).toBe('cancelled');
      // The next press is answered.
      const { callbackId } = api.press({ from: USER, message: one, data: one.buttons[0]?.[0]?.data ?? '' });
      await api.until(() => api.answers.some((answer) => answer.callbackId === callbackId), 'an answer');
    },
  );
});

describe.concurrent('without a network', () => {
  it('says everything once it is back, each chat in its order, the end of a run once', async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    const [one = 0, other = 0] = PEOPLE;
    api.say({ from: one, text: 'wait-here' });
    await api.sees(one, /is working/);
    await api.down();
    await sandbox.write('wait-here', '');
    await eventually('the end waits', async () => (await control.status()).outbox.waiting === 1);
    for (const command of ['/nix1', '/nix2', '/nix3'])
      for (const from of [one, other]) api.say({ from, text: command });
    await eventually('it is known', async () => (await control.status()).bots[0]?.state === 'unreachable');
    await api.up();
    await Promise.all([one, other].map((person) => api.sees(person, /nix3/)));
    const words = (person: number): readonly (string | undefined)[] =>
      api.texts(person).map((text) => /nix\d|^wait-here/.exec(text)?.[0]);
    expect(words(one)).toEqual(['wait-here', 'nix1', 'nix2', 'nix3']);
    expect(words(other)).toEqual(['nix1', 'nix2', 'nix3']);
    expect((await control.status()).outbox).toEqual({ waiting: 0, failed: 0, unknown: 0 });
  });
});

describe.concurrent('a call that is never answered', () => {
  it('holds its own chat only, and what it was about is said after the next start', async () => {
    await using stage = await setUp();
    const { api, sandbox, service, control } = stage;
    const [stuck = 0, lost = 0, free = 0] = PEOPLE;
    api.fault({ method: 'sendMessage', chat: stuck, kind: 'hang' });
    api.fault({ method: 'sendMessage', chat: lost, kind: { status: 429, retryAfter: 1 } });
    api.fault({ method: 'sendMessage', chat: lost, kind: 'hang' });
    for (const from of [stuck, lost]) api.say({ from, text: from === stuck ? '/ping' : 'hello' });
    const hung = (chat: number) => (): boolean =>
      api
        .callsOf('sendMessage')
        .some(
          ({ params, outcome }) =>
            params['chat_id'] === chat && 'fault' in outcome && outcome.fault === 'hang',
        );
    await api.until(hung(stuck), 'the answer hangs');
    await api.until(hung(lost), 'the end of the run hangs');
    api.say({ from: free, text: '/ping' });
    await api.sees(free, /pong/);
    expect((await service.stop()).code).toBe(0);

    await sandbox.start();
    await api.sees(stuck, /pong/);
    await api.sees(lost, /the answer of run/);
    const [run] = await control.runs({ limit: 10 });
    const { messages } = await control.run(run?.id ?? '');
    expect(messages.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['final unknown', 'notice sent']);
    expect(count(api.texts(lost), /^hello/)).toBe(0);
    expect(count(api.texts(stuck), /pong/)).toBe(1);
  });

  it.runIf(process.env['UNTETHER_TEST_LONG'] === '1')(
    'is given up after half a minute',
    async () => {
      await using stage = await setUp();
      const { api } = stage;
      api.fault({ method: 'sendMessage', chat: USER, kind: 'hang' });
      api.say({ from: USER, text: '/ping' });
      await eventually(
        'it is said again',
        () => Promise.resolve(count(api.texts(USER), /pong/) === 1),
        60_000,
      );
    },
    90_000,
  );
});
