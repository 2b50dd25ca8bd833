/** What people said while the service was down is acted on at its start: in order, once, and not when it is too old. */
import { describe, expect, it } from 'vitest';
import type { Service } from '../../support/untether.ts';
import type { Stage } from './support.ts';
import { ADMIN, OPERATOR, STRANGER, USER, atRest, chatToml, setStage } from './support.ts';

const setUp = (more = ''): Promise<Stage> => setStage((api) => chatToml(api, more));

const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

const firstLines = (texts: readonly string[]): readonly (string | undefined)[] =>
  texts.map((text) => text.split('\n')[0]);

describe.concurrent('messages from before the start', () => {
  it.each(['in order', 'by kill -9'] as const)(
    'are acted on in their order, and no start repeats them, after the service ended %s',
    async (how) => {
      await using stage = await setUp();
      const { api, sandbox, control } = stage;
      const end = async (service: Service): Promise<unknown> =>
        how === 'in order' ? service.stop() : service.kill();
      const first = await sandbox.start();
      api.say({ from: USER, text: 'before' });
      await api.sees(USER, /^before/);
      await atRest(control);
      await end(first);

      // More than Telegram hands over at once, nearly all of it from nobody.
      for (let n = 0; n < 130; n += 1) api.say({ from: STRANGER, text: `psst ${n}` });
      for (const text of ['/nix1', 'one', '/nix2']) api.say({ from: USER, text });
      api.say({ from: OPERATOR, text: '/at 2h water the plants' });
      const second = await sandbox.start();
      await Promise.all([api.sees(USER, /nix2/), api.sees(USER, /^one/)]);
      await api.sees(OPERATOR, /scheduled/);
      await atRest(control);
      await api.polled();
      const said = firstLines(api.texts(USER)).map((line) => /nix\d/.exec(line ?? '')?.[0] ?? line);
      expect(said).toEqual(['before', 'nix1', 'one', 'nix2']);
      expect(api.texts(STRANGER)).toEqual([]);
      expect(api.pending()).toBe(0);
      const sent = api.callsOf('sendMessage').length;
      await end(second);

      const third = await sandbox.start();
      await api.polled();
      api.say({ from: ADMIN, text: '/ping' });
      await api.sees(ADMIN, /pong/);
      await atRest(control);
      expect(api.callsOf('sendMessage')).toHaveLength(sent + 1);
      expect(await control.runs({ limit: 10 })).toHaveLength(3);
      expect((await third.stop()).code).toBe(0);
    },
  );

  it('that a stopped service had acted on are not left to another poller', async () => {
    await using stage = await setUp();
    const { api, sandbox } = stage;
    const service = await sandbox.start();
    api.say({ from: USER, text: '/ping' });
    await api.sees(USER, /pong/);
    await service.stop();
    expect(api.pending()).toBe(0);
    await api.unpolled();
  });

  it('that are too old are counted in one note for each chat, and nothing is begun', async () => {
    await using stage = await setUp('backlog_max_age = "10m"\n');
    const { api, sandbox, control } = stage;
    const old = nowSeconds() - 700;
    for (const text of ['one', '/at 30m two', '/ping']) api.say({ from: USER, text, date: old });
    api.say({ from: OPERATOR, text: '/pause', date: old });
    api.say({ from: STRANGER, text: '/ping', date: old });
    for (const from of [USER, OPERATOR]) api.say({ from, text: '/at list', date: nowSeconds() - 500 });
    const service = await sandbox.start();
    await Promise.all([USER, OPERATOR].map((person) => api.sees(person, /nothing is pending/)));
    await atRest(control);
    expect(api.texts(USER)).toEqual([
      expect.stringMatching(/3 messages from before 10m ago .*not acted on/),
      'nothing is pending in this chat',
    ]);
    expect(api.texts(OPERATOR)).toEqual([
      expect.stringMatching(/A message from before 10m ago .*not acted on/),
      'nothing is pending in this chat',
    ]);
    expect(api.texts(STRANGER)).toEqual([]);
    expect(await control.runs({ limit: 10 })).toEqual([]);
    expect((await control.status()).pauses).toEqual([]);

    await service.kill();
    await sandbox.start();
    await api.polled();
    await atRest(control);
    expect(api.texts(USER)).toHaveLength(2);
  });

  it('that reload are left out when they are a minute older than the start', async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    api.say({ from: ADMIN, text: '/reload', date: nowSeconds() - 75 });
    api.say({ from: ADMIN, text: '/status', date: nowSeconds() - 75 });
    const service = await sandbox.start();
    await api.sees(ADMIN, /came from before the last start and was left out/);
    await api.until(() => api.texts(ADMIN).length === 2, 'the other is answered');
    expect((await control.status()).lastReload).toMatchObject({ ok: true });
    const { at } = (await control.status()).lastReload ?? { at: 0 };
    await service.stop();

    api.say({ from: ADMIN, text: '/reload', date: nowSeconds() - 20 });
    await sandbox.start();
    await api.until(() => api.texts(ADMIN).length === 3, 'it is answered');
    expect(api.texts(ADMIN).at(-1)).not.toMatch(/left out/);
    expect((await control.status()).lastReload?.at).toBeGreaterThan(at);
  });

  it('a press of a button is acted on, too', async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    const first = await sandbox.start();
    api.say({ from: USER, text: '/at 2h water the plants' });
    const later = await api.sees(USER, /scheduled/);
    await first.kill();
    const { callbackId } = api.press({ from: USER, message: later, data: later.buttons[0]?.[0]?.data ?? '' });
    await sandbox.start();
    await api.until(() => api.answers.some((answer) => answer.callbackId === callbackId), 'it is answered');
    await atRest(control);
    expect(await control.pending({ chat: `default/${USER}` })).toEqual([]);
  });
});
