/** Holds the door to every chat command: who is answered, what counts as old, and what a fault looks like from outside. */
import { describe, expect, test } from 'vitest';
import type { Announced, Incoming } from '../../src/chat/incoming.ts';
import { BEGINNING_LIMIT } from '../../src/chat/render/limits.ts';
import { createRespond } from '../../src/chat/respond.ts';
import { chatCommands } from '../../src/chat/table.ts';
import { AppError } from '../../src/core/errors.ts';
import type { LogFields } from '../../src/core/log.ts';
import { silentLog } from '../../src/core/log.ts';
import { TERMINAL_BOT } from '../../src/core/message.ts';
import { RUN } from '../cli/support/fake-control.ts';
import { ADMIN, CHAT, chatWorld, incoming, NOW, OPERATOR, STRANGER, USER } from './world.ts';
import type { WorldChange } from './world.ts';

interface Heard {
  readonly texts: readonly string[];
  readonly toast: string | undefined;
  readonly asked: readonly string[];
  readonly logged: ReadonlyArray<readonly [message: string, fields: LogFields | undefined]>;
}

async function hear(message: Partial<Incoming>, change: WorldChange = {}): Promise<Heard> {
  const { world, asked } = chatWorld(change);
  const logged: Array<readonly [string, LogFields | undefined]> = [];
  const note = (text: string, fields?: LogFields): void => void logged.push([text, fields]);
  const respond = createRespond(world, { ...silentLog, warn: note, error: note });
  const { messages, toast } = await respond(incoming(message));
  return {
    texts: messages.map(({ content }) => content.text),
    toast,
    asked: asked.map(({ method }) => method),
    logged,
  };
}

describe('a stranger', () => {
  test.for([...chatCommands.map(({ name }) => name), 'pign', undefined])(
    'gets nothing for %s',
    async (command) => {
      const said = { from: STRANGER, text: 'hello', ...(command !== undefined && { command }) };
      expect(await hear(said)).toEqual({ texts: [], toast: undefined, asked: [], logged: [] });
    },
  );

  test('gets nothing for an old message, a button, or .ping', async () => {
    const silence = { texts: [], toast: undefined, asked: [] };
    expect(await hear({ from: STRANGER, at: 0 })).toMatchObject(silence);
    expect(await hear({ from: STRANGER, kind: 'press', command: 'ping' })).toMatchObject(silence);
    expect(await hear({ from: STRANGER, text: '.ping' })).toMatchObject(silence);
  });
});

describe('a secret', () => {
  const secret = 'hunter2-hunter2-hunter2';
  const mask = (text: string): string => text.replaceAll(secret, '[secret]');
  const heard = async (output: string, change: Partial<Incoming>): Promise<string> => {
    const { world } = chatWorld();
    const run = world.control.run.bind(world.control);
    const control = { ...world.control, run: async (id: string) => ({ ...(await run(id)), output }) };
    const reply = await createRespond(
      { ...world, control, mask },
      silentLog,
    )(incoming({ command: 'log', text: RUN, ...change }));
    return JSON.stringify(reply);
  };

  test('is masked before the answer is cut, and in a toast', async () => {
    const cut = await heard(`${'x'.repeat(BEGINNING_LIMIT - 5)}${secret}${'y '.repeat(5_000)}`, {});
    expect(cut).toContain('document');
    expect(cut).not.toContain('hunt');
    expect(await heard(`it is ${secret}`, { kind: 'press' })).toContain('it is [secret]');
  });
});

describe('a denial', () => {
  test('is one sentence and one line of the log, and asks the port for nothing', async () => {
    const { texts, asked, logged } = await hear({ command: 'fire', text: 'nightly' });
    expect(texts).toEqual(['⛔ /fire is for operators']);
    expect(asked).toEqual([]);
    expect(logged).toEqual([['a chat command was denied', { command: 'fire', user: USER, chat: CHAT }]]);
  });

  test('stands beside the button that was pressed', async () => {
    const { texts, toast } = await hear({ kind: 'press', command: 'reload', from: OPERATOR });
    expect([texts, toast]).toEqual([[], '⛔ /reload is for admins']);
  });
});

describe('each command', () => {
  const people = [
    ['user', USER],
    ['operator', OPERATOR],
    ['admin', ADMIN],
  ] as const;
  const cases = chatCommands.flatMap(({ name, role }) =>
    people.map(([who, from]) => ({
      name,
      who,
      from,
      mayDo: people.findIndex(([one]) => one === role) <= people.findIndex(([one]) => one === who),
    })),
  );

  test.for(cases)('/$name of $who is denied, or not: nothing is asked of the service first', async (one) => {
    const { texts, asked } = await hear({ command: one.name, text: '', from: one.from });
    const isDenied = /^⛔ \/\w+ is for (?:operator|admin)s$/.test(texts[0] ?? '');
    expect(isDenied).toBe(!one.mayDo);
    if (isDenied) expect(asked).toEqual([]);
  });

  test.for([
    ['reload', 'admin'],
    ['rollback', 'admin'],
    ['restart', 'operator'],
    ['pause', 'operator'],
    ['resume', 'operator'],
    ['fire', 'operator'],
  ])('that moves the whole service is for few: /%s for %ss', ([name, role]) => {
    expect(chatCommands.find((command) => command.name === name)?.role).toBe(role);
  });
});

describe('a message that is old', () => {
  const hours = 3_600_000;

  test('is counted in one note for each chat and not acted on', async () => {
    const { world, asked } = chatWorld();
    const respond = createRespond(world, silentLog);
    const old = async (change: Partial<Incoming>): Promise<unknown> =>
      (await respond(incoming({ at: NOW - 7 * hours, text: 'x', ...change }))).messages.map(
        ({ key, content }) => [key, content.text],
      );
    const life = world.startedAt;
    expect(await old({ id: 'update:7:1' })).toEqual([
      [
        `notice:backlog:default/42:${life}`,
        '💤 A message from before 6h ago came too late and was not acted on.',
      ],
    ]);
    expect(await old({ id: 'update:7:2', command: 'pause' })).toEqual([
      [
        `notice:backlog:default/42:${life}`,
        '💤 2 messages from before 6h ago came too late and were not acted on.',
      ],
    ]);
    expect(await old({ to: { bot: 'default', chat: 9 } })).toEqual([
      [
        `notice:backlog:default/9:${life}`,
        '💤 A message from before 6h ago came too late and was not acted on.',
      ],
    ]);
    expect(asked).toEqual([]);
  });

  test('is acted on up to the very age that is allowed', async () => {
    expect((await hear({ at: NOW - 6 * hours, command: 'ping' })).texts[0]).toMatch(/^🏓/);
  });

  test('is left out before that when it concerns the life of the service before this one', async () => {
    const start = chatWorld().world.startedAt;
    const reload = (at: number): Promise<Heard> => hear({ command: 'reload', from: ADMIN, at });
    expect(await reload(start - 60_001)).toMatchObject({
      texts: ['/reload came from before the last start and was left out'],
      asked: [],
    });
    expect((await reload(start - 60_000)).asked).toEqual(['reloadAll', 'next']);
    expect((await hear({ command: 'ping', at: start - 60_001 })).texts[0]).toMatch(/^🏓/);
  });
});

describe('what goes wrong', () => {
  test('is told in the words of its code', async () => {
    const fault = new AppError('not_found', 'no trigger nightly is configured');
    expect((await hear({ command: 'why', text: 'nightly' }, { fault })).texts).toEqual([
      '❌ no trigger nightly is configured',
    ]);
  });

  test('by a store that is away is the caller’s affair: the message comes again', async () => {
    const fault = new AppError('unavailable', 'the disk is full');
    await expect(hear({ command: 'ping' }, { fault })).rejects.toBe(fault);
  });

  test('by a bug is told in general, with the rest in the log', async () => {
    const control = {
      triggers: async () => {
        throw new TypeError('undefined is no function');
      },
    };
    const { texts, logged } = await hear({ command: 'ping' }, { control });
    expect(texts).toEqual(['⚠️ something went wrong here; the log says what']);
    expect(logged).toMatchObject([['a chat command met a fault', { command: 'ping' }]]);
  });
});

describe('what takes longer than a glance', () => {
  const slow = (kind: Incoming['kind']): ReturnType<typeof chatWorld> & { answered: Promise<Announced> } => {
    const scene = chatWorld({ control: { reloadBots: (which) => asked(which) } });
    const { promise, reject } = Promise.withResolvers<never>();
    const asked = (which: object): Promise<never> => {
      scene.asked.push({ method: 'reloadBots', argument: which });
      scene.clock.after(10_000, () => {
        reject(new AppError('unavailable', 'ReconnectTimeoutError'));
      });
      return promise;
    };
    const said = incoming({ from: ADMIN, command: 'reload', text: 'bot alerts', kind });
    return { ...scene, answered: createRespond(scene.world, silentLog)(said) };
  };

  test.for(['message', 'press'] as const)(
    'by a %s is announced in a message, whose place the answer takes',
    async (kind) => {
      const { clock, answered, asked } = slow(kind);
      await clock.advance(300);
      const { messages, later, toast } = await answered;
      expect([messages, toast]).toMatchObject([
        [{ key: 'update:7:1:0', content: { text: '♻️ Reloading bot alerts…' } }],
        undefined,
      ]);
      await clock.advance(10_000);
      expect(await later).toMatchObject([
        { key: 'update:7:1:0', content: { text: '⚠️ ReconnectTimeoutError' } },
      ]);
      // The button of an advisory is for a bot that waits.
      expect(asked).toMatchObject([{ argument: { bot: 'alerts', isWaiting: kind === 'press' } }]);
    },
  );

  test('and fails at once is told so, whatever was away: it is not tried again for ever', async () => {
    const fault = new AppError('unavailable', 'the plugins folder cannot be read');
    const { texts } = await hear({ from: ADMIN, command: 'reload', text: 'plugins' }, { fault });
    expect(texts).toEqual(['⚠️ the plugins folder cannot be read']);
  });

  test('is not announced where it does not', async () => {
    const { world } = chatWorld();
    const said = incoming({ from: ADMIN, command: 'reload', text: 'plugins' });
    const { messages, later } = await createRespond(world, silentLog)(said);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.content.text).not.toContain('…');
    expect(later).toBeUndefined();
  });
});

describe('words', () => {
  test('start an agent with what the chat stands for, in the name of the message', async () => {
    const profile = {
      ...{ chat: CHAT, zone: 'UTC', project: 'app', engine: 'claude', model: 'opus' },
      ...{ reasoning: 'high', permissionMode: 'plan' },
    };
    const { world, asked } = chatWorld({ settings: { profiles: new Map([[CHAT, profile]]) } });
    const to = { bot: 'default', chat: CHAT, thread: 7 };
    const { messages } = await createRespond(world, silentLog)(incoming({ text: 'do it', to }));
    expect(asked).toEqual([
      {
        method: 'ask',
        argument: {
          ...{ prompt: 'do it', project: 'app', engine: 'claude', model: 'opus' },
          ...{ reasoning: 'high', permissionMode: 'plan' },
          order: { to, replyTo: 100, request: 'update:7:1' },
        },
      },
    ]);
    expect(messages).toMatchObject([{ to, kind: 'working', content: { replyTo: 100 } }]);
  });

  test('start an agent in the project of all chats where the file says nothing about this one', async () => {
    const fallback = { project: 'home', zone: 'Asia/Tokyo' };
    const { world, asked } = chatWorld({ settings: { fallback } });
    await createRespond(world, silentLog)(incoming({ text: 'do it' }));
    await createRespond(world, silentLog)(incoming({ text: 'do it', to: { bot: TERMINAL_BOT, chat: 0 } }));
    expect(asked.map(({ argument }) => argument)).toMatchObject([{ project: 'home' }, { project: 'home' }]);
  });

  test.for([
    ['Claude what now?', 'claude', 'what now?'],
    ['echo\nfirst\n  second', 'echo', 'first\n  second'],
    ['claudia what now?', undefined, 'claudia what now?'],
    ['what now?', undefined, 'what now?'],
  ] as const)('of /run %j go to %s: %j', async ([text, engine, prompt]) => {
    const { world, asked } = chatWorld();
    await createRespond(world, silentLog)(incoming({ command: 'run', text }));
    const request = asked[0]?.argument as { readonly prompt: string; readonly engine?: string };
    expect([request.engine, request.prompt]).toEqual([engine, prompt]);
  });

  test.for(['', 'claude'])('of /run %j are missing', async (text) => {
    const { texts, asked } = await hear({ command: 'run', text });
    expect(texts[0]).toMatch(/^❌ what is to be done\? the prompt is missing\n {2}\/run ENGINE\? PROMPT$/);
    expect(asked).toEqual([]);
  });
});
