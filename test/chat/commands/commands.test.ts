/** Holds what commands ask the port for, where a whole service would be too slow to try every way to write them. */
import { describe, expect, test } from 'vitest';
import { chatCommands } from '../../../src/chat/table.ts';
import { AppError } from '../../../src/core/errors.ts';
import type { TriggerView } from '../../../src/core/views.ts';
import { triggerId } from '../../../src/core/ids.ts';
import type { TriggerId } from '../../../src/core/ids.ts';
import { finishedRun, RUN } from '../../cli/support/fake-control.ts';
import { asking, CHAT, chatWorld, incoming, NOW, wordsOf } from '../world.ts';
import type { Incoming } from '../../../src/chat/incoming.ts';
import type { WorldChange } from '../world.ts';

const commandOf = (name: string): (typeof chatCommands)[number] => {
  const found = chatCommands.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no command ${name}`);
  return found;
};

async function asks(line: string, change: WorldChange = {}): Promise<readonly unknown[]> {
  const [, name = '', text = ''] = /^\/(\S+) ?([^]*)$/.exec(line) ?? [];
  const { world, asked } = chatWorld(change);
  await commandOf(name).handle(asking(text, { role: 'admin' }), world);
  return asked.map(({ method, argument }) => [method, argument]);
}

const refusal = (line: string): Promise<unknown> =>
  asks(line).then(
    () => 'it was taken',
    (error: unknown) => (error instanceof AppError ? error.message.split('\n')[0] : error),
  );

describe('/pause', () => {
  const by = 'chat user 1';
  test.for([
    ['/pause', { by }],
    ['/pause nightly', { by, trigger: 'nightly' }],
    ['/pause nightly 2h', { by, trigger: 'nightly', forMs: 7_200_000 }],
    ['/pause nightly 1h 30m', { by, trigger: 'nightly', forMs: 5_400_000 }],
    ['/pause 1h 30m', { by, forMs: 5_400_000 }],
    ['/pause until tomorrow 9:00', { by, until: NOW + 1_800_000 }],
    ['/pause nightly Until 9am', { by, trigger: 'nightly', until: NOW + 1_800_000 }],
    ['/pause until', { by, trigger: 'until' }],
  ] as const)('%s', async ([line, request]) => {
    expect((await asks(line)).at(-1)).toEqual(['pause', request]);
  });

  test('reads the time until which in the zone of the chat', async () => {
    const [read] = await asks('/pause until tomorrow 9:00');
    expect(read).toEqual(['readTime', { text: 'tomorrow 9:00', zone: 'UTC', side: 'coming' }]);
  });

  test('of the terminal is by the terminal', async () => {
    const { world, asked } = chatWorld();
    const inFront = { incoming: incoming({ from: undefined, messageId: undefined }) };
    await commandOf('pause').handle(asking('', inFront), world);
    expect(asked).toEqual([{ method: 'pause', argument: { by: 'the terminal' } }]);
  });

  test.for([
    ['/pause nightly soon', '"soon" is no length of time such as 2h, and no end such as until 9am'],
    ['/pause one two 2h', '"two 2h" is no length of time such as 2h, and no end such as until 9am'],
  ] as const)('%s is not guessed at', async ([line, problem]) => {
    expect(await refusal(line)).toBe(problem);
  });
});

describe('/triggers', () => {
  test.for([
    [null, ['Run cron:nightly', 'Pause', 'Why']],
    ['disabled in the file', ['Pause', 'Why cron:nightly']],
  ] as const)('has a button to run what is not switched off: %s', async ([disabled, labels]) => {
    const { world } = chatWorld({ disabled });
    const said = await commandOf('triggers').handle(asking('', { role: 'operator' }), world);
    const buttons = 'messages' in said ? [] : (said.buttons ?? []).flat();
    expect(buttons.map(({ label }) => label)).toEqual(labels);
  });

  test.for([
    [triggerId('cron', 'nightly'), 'Resume', '/resume cron:nightly'],
    [undefined, 'Resume all', '/resume'],
  ] as const)('has a button that ends the pause of %s', async ([trigger, label, command]) => {
    const pause = { trigger, since: NOW, until: undefined, by: 'me' };
    const [view] = await chatWorld().world.control.triggers({});
    if (view === undefined) throw new Error('there is no trigger');
    const { world } = chatWorld({ control: { triggers: async () => [{ ...view, pause }] } });
    const said = await commandOf('triggers').handle(asking('', { role: 'operator' }), world);
    const buttons = 'messages' in said ? [] : (said.buttons ?? []).flat();
    expect(buttons).toContainEqual({ label, command });
  });
});

describe('/fire', () => {
  const order = { to: { bot: 'default', chat: CHAT }, replyTo: 100, request: 'update:7:1' };

  test('hands a payload over as it is written', async () => {
    const [, request] = (await asks('/fire push {"a":\n 1}')).at(-1) as readonly [string, object];
    expect(request).toEqual({
      trigger: 'push',
      data: new TextEncoder().encode('{"a":\n 1}'),
      contentType: 'application/json',
      order,
    });
    expect((await asks('/fire push')).at(-1)).toEqual(['fire', { trigger: 'push', order }]);
  });

  test.for([
    ['/fire', 'which trigger?'],
    ['/fire push {a}', /^what stands behind the trigger is not JSON: /],
  ] as const)('%s fires nothing', async ([line, problem]) => {
    const told = await refusal(line);
    if (typeof problem === 'string') expect(told).toBe(problem);
    else expect(told).toMatch(problem);
  });
});

describe('/mute', () => {
  test('is for a day unless told, and ends by /unmute', async () => {
    const chat = `default/${CHAT}`;
    expect((await asks('/mute nightly')).at(-1)).toEqual([
      'mute',
      { trigger: 'cron:nightly', chat, forMs: 86_400_000 },
    ]);
    expect((await asks('/mute nightly 90m')).at(-1)).toEqual([
      'mute',
      { trigger: 'cron:nightly', chat, forMs: 5_400_000 },
    ]);
    expect((await asks('/unmute nightly')).at(-1)).toEqual([
      'mute',
      { trigger: 'cron:nightly', chat, forMs: 0 },
    ]);
    expect(await refusal('/mute nightly long')).toBe('"long" is no length of time such as 3d');
  });
});

describe('/runs failed', () => {
  test('asks for dead letters, of the chat unless an operator asks', async () => {
    expect(await asks('/runs failed')).toEqual([['runs', { limit: 15, dead: true }]]);
    const { world, asked } = chatWorld();
    await commandOf('runs').handle(asking('Failed', { role: 'user' }), world);
    expect(asked).toEqual([
      { method: 'runs', argument: { limit: 15, dead: true, chat: expect.any(String) as string } },
    ]);
  });
});

describe('/retry', () => {
  test('is over the budget only where that is said', async () => {
    const order = { to: { bot: 'default', chat: CHAT }, replyTo: 100, request: 'update:7:1' };
    expect((await asks(`/retry ${RUN}`)).at(-1)).toEqual(['retry', RUN]);
    const given: unknown[] = [];
    const control = {
      retry: async (_: string, options: unknown) => {
        given.push(options);
        return { run: RUN, dueAt: NOW };
      },
    };
    await asks(`/retry ${RUN}`, { control });
    await asks(`/retry ${RUN} anyway`, { control });
    expect(given).toEqual([
      { order, overBudget: false },
      { order, overBudget: true },
    ]);
    expect(await refusal(`/retry ${RUN} please`)).toBe('what does "please" mean?');
    expect(await refusal('/retry')).toBe('which run?');
  });
});

describe('the button Retry', () => {
  const requestOf = async (change: Partial<Incoming>, text: string = RUN): Promise<unknown> => {
    let given: unknown;
    const control = {
      retry: async (_: string, options: { readonly order?: unknown } = {}) => {
        given = options.order;
        return { run: RUN, dueAt: NOW };
      },
    };
    const { world } = chatWorld({ control });
    const said = incoming({ command: 'retry', text, ...change });
    await commandOf('retry').handle(asking(text, { incoming: said, role: 'operator' }), world);
    return given;
  };
  const press = { kind: 'press', messageId: 9 } as const;

  test('of one message is one request, whoever presses it and however often', async () => {
    const first = await requestOf({ ...press, id: 'update:7:1' });
    expect(first).toEqual({
      to: { bot: 'default', chat: CHAT },
      request: `press:default/${CHAT}:9:/retry ${RUN}`,
    });
    expect(await requestOf({ ...press, id: 'update:7:2', from: 2 })).toEqual(first);
  });

  test('of another message, in another chat or with other words is another request', async () => {
    const requests = [
      await requestOf(press),
      await requestOf({ ...press, messageId: 10 }),
      await requestOf({ ...press, to: { bot: 'default', chat: 7 } }),
      await requestOf(press, `${RUN} anyway`),
    ].map((order) => (order as { readonly request: string }).request);
    expect(new Set(requests).size).toBe(4);
  });

  test('is not what is typed: each message asks anew', async () => {
    const ids = ['update:7:1', 'update:7:2'];
    const typed = await Promise.all(ids.map((id) => requestOf({ id })));
    expect(typed).toMatchObject(ids.map((request) => ({ request, replyTo: 100 })));
  });
});

describe('/log', () => {
  test('of more than a phone opens is its end', async () => {
    const output = `${'a'.repeat(1_000_000)}${'b'.repeat(500_000)}`;
    const { world } = chatWorld();
    const run = world.control.run.bind(world.control);
    const control = { ...world.control, run: async (id: string) => ({ ...(await run(id)), output }) };
    const text = wordsOf(await commandOf('log').handle(asking(RUN), { ...world, control }));
    expect(text).toMatch(/^\[… 500000 characters before this: .*\]\na{500000}b{500000}$/);
  });
});

describe('/stats', () => {
  test.for([
    ['/stats', '2026-11-22T00:00:00.000Z'],
    ['/stats today', '2026-11-22T00:00:00.000Z'],
    ['/stats WEEK', '2026-11-16T00:00:00.000Z'],
    ['/stats all', '1970-01-01T00:00:00.000Z'],
  ] as const)('%s sums from %s on', async ([line, since]) => {
    expect(await asks(line)).toEqual([['stats', { since: Date.parse(since) }]]);
  });

  test('has a line for each engine and a sum of several', async () => {
    const totals = [
      { engine: 'claude', runs: 3, triggered: 2, durationMs: 90_000, costUsd: 0.5, lastAt: NOW - 180_000 },
      { engine: 'echo', runs: 1, triggered: 0, durationMs: 1_000, costUsd: null, lastAt: NOW },
    ];
    const { world } = chatWorld({ control: { stats: async () => totals as never } });
    const text = wordsOf(await commandOf('stats').handle(asking('all'), world));
    expect(text.split('\n')).toEqual([
      '📊 All time',
      'claude: 3 runs (2 triggered, 1 manual), 1m 30s, $0.50, last 3m ago',
      'echo: 1 run (0 triggered, 1 manual), 1s, last now',
      'total: 4 runs (2 triggered, 2 manual), 1m 31s, $0.50',
    ]);
  });
});

describe('/status', () => {
  test.for([
    [0, '1 cron, 2 webhooks'],
    [1, '1 cron (1 spent one-shot), 2 webhooks'],
  ] as const)('of a file with %i spent one-shots says so to operators', async ([spentCrons, line]) => {
    const { world } = chatWorld({ status: { spentCrons } });
    const said = await commandOf('status').handle(asking('', { role: 'operator' }), world);
    expect(wordsOf(said).split('\n')).toContain(line);
  });

  test('tells operators until when a certificate is good, where one is shown', async () => {
    const certificate = { expiresAt: Date.UTC(2027, 0, 31, 12), fingerprint: 'AA:BB' };
    const { world } = chatWorld({ status: { certificate } });
    const said = await commandOf('status').handle(asking('', { role: 'operator' }), world);
    expect(wordsOf(said)).toMatch(/^certificate until .*31/m);
  });
});

describe('/runs RUN', () => {
  test('tells of the callback that did not arrive and is tried no more', async () => {
    const lostReports = [{ kind: 'callback', attempts: 11, reason: 'answered 500', at: 0 }] as const;
    const { world } = chatWorld({
      control: {
        run: async () => ({ run: finishedRun, payload: null, output: '', messages: [], lostReports }),
      },
    });
    const said = await commandOf('runs').handle(asking(finishedRun.id, { role: 'operator' }), world);
    expect(wordsOf(said)).toContain('callback: given up (answered 500)');
  });
});

describe('/why of a one-shot', () => {
  const at = (trigger: string): WorldChange => ({
    control: {
      run: async () => ({
        run: { ...finishedRun, trigger: trigger as TriggerId },
        ...{ payload: null, output: '', messages: [], lostReports: [] },
      }),
    },
  });

  test('reaches it as its run', async () => {
    expect(await asks('/why at:0000005c1d07', at('at:0000005c1d07'))).toEqual([
      ['splitTrigger', { text: 'at:0000005c1d07' }],
      ['why', { trigger: 'at:0000005c1d07' }],
    ]);
  });

  test('is none where the run of that id was begun by something else', async () => {
    await expect(asks('/why at:0000005c1d07', at('cron:nightly'))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('/ping', () => {
  const view = (name: string, change: Partial<TriggerView> = {}): TriggerView => ({
    id: triggerId('cron', name),
    words: '9:00 AM daily (Melbourne)',
    zone: 'Australia/Melbourne',
    nextAt: NOW + 60_000,
    never: null,
    disabled: null,
    last: null,
    pause: null,
    lately: null,
    chat: `default/${CHAT}`,
    ...change,
  });
  const pause = { trigger: undefined, since: NOW, until: undefined, by: 'x' };
  const answer = async (triggers: readonly TriggerView[]): Promise<readonly string[]> => {
    const { world } = chatWorld({ control: { triggers: async () => triggers } });
    return wordsOf(await commandOf('ping').handle(asking(''), world)).split('\n');
  };

  test('names the next fire of what is not paused', async () => {
    expect(await answer([view('a', { pause }), view('b', { nextAt: NOW + 120_000 })])).toEqual([
      '🏓 pong — up 1h 2m 3s',
      '⏰ triggers: 2 crons',
      'next: cron:b, Sun 2026-11-22 05:02 (UTC), in 2m',
    ]);
  });

  test('does not count with the others what has no fire to come, and says of a single one why it has none', async () => {
    const fired = view('once', { nextAt: null, never: 'spent; it fires once' });
    const boot = view('boot', { nextAt: null, words: 'at each start', never: 'at each start' });
    expect((await answer([view('a'), fired, boot]))[1]).toBe(
      '⏰ triggers: 3 crons (1 without a fire to come)',
    );
    expect(await answer([fired])).toEqual([
      '🏓 pong — up 1h 2m 3s',
      '⏰ triggers: 1 cron (once, spent; it fires once)',
    ]);
    expect((await answer([boot]))[1]).toBe('⏰ triggers: 1 cron (boot, at each start)');
  });

  test('leaves out what is switched off', async () => {
    expect(
      (await answer([view('a'), view('b', { nextAt: null, disabled: 'disabled in the file' })]))[1],
    ).toBe('⏰ triggers: 1 cron (a, 9:00 AM daily (Melbourne))');
  });

  test('says suspended when all are paused', async () => {
    expect(await answer([view('daily-review', { pause })])).toEqual([
      '🏓 pong — up 1h 2m 3s',
      '⏸ triggers paused: 1 cron (daily-review, 9:00 AM daily (Melbourne)) (suspended)',
    ]);
  });
});

describe('what belongs to another chat', () => {
  test.for(['/log', '/runs', '/retry', '/cancel'])(
    'is not there for a user of this one: %s',
    async (name) => {
      const { world, asked } = chatWorld();
      const elsewhere = { incoming: incoming({ to: { bot: 'default', chat: 7 } }) };
      const handling = commandOf(name.slice(1)).handle(asking(RUN, elsewhere), world);
      await expect(handling).rejects.toMatchObject({
        code: 'not_found',
        message: `there is no run ${RUN} of this chat`,
      });
      expect(asked.map(({ method }) => method)).toEqual(['run']);
    },
  );

  test('nor is a name that is near to one of its triggers', async () => {
    const triggers = (): never => {
      throw new AppError('not_found', 'no trigger secre is configured; did you mean cron:secret?');
    };
    const { world } = chatWorld({ control: { triggers: async () => triggers() } });
    await expect(commandOf('mute').handle(asking('secre'), world)).rejects.toMatchObject({
      message: 'there is no trigger secre of this chat',
    });
  });

  test.for(['/why nightly', '/mute nightly', '/unmute nightly'])('nor is its trigger: %s', async (line) => {
    const [, name = '', text = ''] = /^\/(\S+) (.*)$/.exec(line) ?? [];
    const { world, asked } = chatWorld();
    const elsewhere = { incoming: incoming({ to: { bot: 'default', chat: 7 } }) };
    await expect(commandOf(name).handle(asking(text, elsewhere), world)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(asked.map(({ method }) => method).filter((name) => name !== 'splitTrigger')).toEqual(['triggers']);
  });
});
