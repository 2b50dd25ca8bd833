/** Holds the commands that show and steer triggers to their promises: pages, buttons, reasons, pauses, sums. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BotApi } from '../../support/bot-api/api.ts';
import { eventually, Sandbox } from '../../support/untether.ts';
import type { Service } from '../../support/untether.ts';
import { ADMIN, ANSWERED, chatToml, labels, OPERATORS, Talker, USERS } from './support.ts';

const users = USERS.values();
const operators = OPERATORS.values();
const id = (ids: Iterator<number>): number => ids.next().value as number;

/** Chats, each with triggers of its own. */
const OF = {
  ...{
    many: id(operators),
    single: id(operators),
    steered: id(operators),
    held: id(operators),
    spaced: id(operators),
  },
  ...{ plain: id(users), several: id(users), mixed: id(users), count: id(users) },
};

const cron = (name: string, chat: number, more = ''): string => `
[[triggers.crons]]
id = "${name}"
schedule = "0 9 * * *"
timezone = "Australia/Melbourne"
prompt = "review"
chat_id = ${chat}
${more}`;

const webhook = (name: string, chat: number, more = ''): string => `
[[triggers.webhooks]]
id = "${name}"
path = "/${name}"
auth = "none"
prompt = "pushed"
chat_id = ${chat}
${more}`;

const toml = (api: BotApi): string =>
  chatToml(
    api,
    [
      ...Array.from({ length: 25 }, (_, index) => cron(`of-many-${index + 1}`, OF.many)),
      ...[cron('daily-review', OF.single), webhook('push', OF.single), webhook('pull', OF.single)],
      ...[cron('one', OF.several), cron('two', OF.several)],
      ...[webhook('only', OF.mixed)],
      ...[
        cron('held', OF.held),
        cron('evening round', OF.spaced),
        webhook('held-hook', OF.held),
        webhook('counted', OF.count),
      ],
      cron('at-start', OF.steered)
        .replace('0 9 * * *', '@reboot')
        .replace(/timezone.*\n/, ''),
    ].join(''),
    { users: USERS, operators: OPERATORS },
  );

let api: BotApi;
let sandbox: Sandbox;
let service: Service;

beforeAll(async () => {
  api = await BotApi.start();
  sandbox = await Sandbox.make(toml(api));
  service = await sandbox.start();
});

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const operator = (): Talker => new Talker(api, id(operators));

describe('/ping', () => {
  test.for([
    [
      'names the one cron and counts the webhooks',
      OF.single,
      '1 cron (daily-review, 9:00 AM daily (Melbourne)), 2 webhooks',
    ],
    ['counts several crons', OF.several, '2 crons'],
    ['leaves out what there is none of', OF.mixed, '1 webhook'],
  ] as const)('%s', async ([, chat, summary]) => {
    const [pong, triggers, next] = (await new Talker(api, chat).ask('/ping')).text.split('\n');
    expect(pong).toMatch(/^🏓 pong — up (\d+m )?\d+s$/);
    expect(triggers).toBe(`⏰ triggers: ${summary}`);
    if (summary.includes('cron'))
      expect(next).toMatch(/^next: cron:[a-z-]+, \w{3} \d{4}-\d\d-\d\d \d\d:00 \(UTC\), in \d/);
    else expect(next).toBeUndefined();
    expect(api.complaints).toEqual([]);
  });

  test('says nothing of triggers in a chat without any', async () => {
    expect((await new Talker(api, OF.plain).ask('/ping')).text).toMatch(/^🏓 pong — up [^\n]+$/);
    expect(api.complaints).toEqual([]);
  });
});

describe('/triggers', () => {
  test('shows ten a page and turns them by buttons', async () => {
    const person = new Talker(api, OF.many);
    const first = await person.ask('/triggers');
    const named = (text: string): readonly string[] => text.match(/(?<=cron:)of-many-\d+/g) ?? [];
    expect(first.text).toMatch(/^page 1 of 3, 25 triggers\n/);
    expect(labels(first).slice(-1)).toEqual(['›']);
    const second = await person.pressFor(first, '›');
    expect(second.text).toMatch(/^page 2 of 3, 25 triggers\n/);
    expect(labels(second).slice(-2)).toEqual(['‹', '›']);
    const third = await person.pressFor(second, '›');
    expect(labels(third).slice(-1)).toEqual(['‹']);
    const all = [first, second, third].map(({ text }) => named(text));
    expect(all.map((names) => names.length)).toEqual([10, 10, 5]);
    expect(new Set(all.flat()).size).toBe(25);
    expect(named((await person.pressFor(third, '‹')).text)).toEqual(named(second.text));
    expect(api.complaints).toEqual([]);
  });

  test('shows the schedule in words, the next fire and the last result, and a row of buttons that steer', async () => {
    const person = new Talker(api, OF.steered);
    await person.after(0, /⏰ cron:at-start$/);
    await eventually('it has ended', async () =>
      (await sandbox.run('runs', '--json')).stdout.includes('succeeded'),
    );
    const shown = await person.ask('/triggers', /cron:at-start/);
    expect(shown.text).toMatch(/^⏰ cron:at-start: at each start\n {3}last ✅ succeeded .*$/);
    expect(labels(shown)).toEqual(['Run cron:at-start', 'Pause', 'Why', 'Log']);
    expect((await person.press(shown, 'Pause')).toast).toMatch(
      /^⏸ cron:at-start is paused by chat user \d+ until it is resumed$/,
    );
    const paused = await person.ask('/triggers', /⏸/);
    expect(paused.text).toMatch(/\n {3}⏸ paused by chat user \d+ until it is resumed\n/);
    expect((await person.press(paused, 'Resume')).toast).toBe('▶️ nothing is paused');
    expect((await person.press(shown, 'Why')).toast).toMatch(/^due .*; ran on time and succeeded after /);
    expect((await person.pressFor(shown, 'Log')).text).toBe('review');
    const fired = await person.pressFor(shown, 'Run cron:at-start', /^▶️ fired/);
    expect((await person.after(fired.id, ANSWERED)).text).toMatch(/^review\n/);
    expect(api.complaints).toEqual([]);
  });

  test('steers by its buttons a trigger whose name holds a space, too', async () => {
    const person = new Talker(api, OF.spaced);
    const shown = await person.ask('/triggers');
    expect((await person.press(shown, 'Pause')).toast).toMatch(
      /^⏸ cron:evening round is paused by chat user \d+ until it is resumed$/,
    );
    expect((await person.ask('/resume evening round')).text).toBe('▶️ nothing is paused');
    expect((await person.press(shown, 'Why')).toast).toMatch(/^cron:evening round has not been due /);
    const fired = await person.pressFor(
      shown,
      'Run cron:evening round',
      /^▶️ fired cron:evening round: run /,
    );
    await person.after(fired.id, ANSWERED);
    expect(api.complaints).toEqual([]);
  });

  test('has no buttons for what somebody may not do', async () => {
    const shown = await new Talker(api, OF.several).ask('/triggers');
    expect(labels(shown)).toEqual(['Why cron:one', 'Why cron:two']);
    expect((await new Talker(api, OF.plain).ask('/triggers')).text).toMatch(
      /^no triggers belong to this chat/,
    );
    expect(api.complaints).toEqual([]);
  });
});

describe('/why', () => {
  test('explains the last moment, one that is named, and one still to come, on the clock of its schedule', async () => {
    const person = operator();
    expect((await person.ask('/why at-start')).text).toMatch(
      /^due .*; ran on time and succeeded after \d+m?s$/,
    );
    expect((await person.ask('/why one 2020-01-01 14:00')).text).toMatch(
      /^cron:one was not due at 2020-01-01 14:00 Australia\/Melbourne; next .* 09:00 Australia\/Melbourne$/,
    );
    expect((await person.ask('/why one 2099-01-02 09:00')).text).toMatch(
      /is due 2099-01-02 09:00 .*: that is still to come$/,
    );
    expect((await operator().ask('/why one nonsense')).text).toMatch(/^❌ .*nonsense/);
    expect(api.complaints).toEqual([]);
  });

  test('explains a one-shot before its moment, and no other chat’s to a user', async () => {
    const person = operator();
    const { text } = await person.ask('/at 2h look around');
    const shot = `at:${/id ([0-9a-f]{12});/.exec(text)?.[1] ?? ''}`;
    expect((await person.ask(`/why ${shot}`)).text).toMatch(/^due .*; has not run yet$/);
    expect((await new Talker(api, OF.several).ask(`/why ${shot}`)).text).toMatch(
      /^❌ there is no run \S+ of this chat$/,
    );
    expect(api.complaints).toEqual([]);
  });

  test('reaches no trigger of another chat for a user', async () => {
    expect((await new Talker(api, OF.several).ask('/why held')).text).toBe(
      '❌ there is no trigger held of this chat',
    );
    // Near to the name of one of another chat, which must not be told.
    expect((await new Talker(api, OF.several).ask('/why hel')).text).toBe(
      '❌ there is no trigger hel of this chat',
    );
    expect(api.complaints).toEqual([]);
  });
});

describe('/stats', () => {
  test('counts what was triggered and what a person asked for, by engine', async () => {
    const person = new Talker(api, OF.count);
    expect((await service.post('/counted', '{}')).status).toBe(202);
    await person.after(0, /\n\n.*⚡ webhook:counted$/);
    await person.ask('/run echo by hand', ANSWERED);
    const { text } = await operator().ask('/stats');
    const [, runs, triggered, manual] =
      /^📊 Today\necho: (\d+) runs \((\d+) triggered, (\d+) manual\), /.exec(text) ?? [];
    expect(Number(triggered)).toBeGreaterThanOrEqual(2);
    expect(Number(manual)).toBeGreaterThanOrEqual(1);
    expect(Number(runs)).toBe(Number(triggered) + Number(manual));
    expect(api.complaints).toEqual([]);
  });
});

describe('a pause', () => {
  test('of everything is shown by /ping, /status and /health, refuses webhooks, and outlives a restart', async () => {
    const held = new Talker(api, OF.held);
    const summary = '1 cron (held, 9:00 AM daily (Melbourne)), 1 webhook';
    expect((await held.ask('/pause 2h')).text).toMatch(
      /^⏸ everything is paused by chat user \d+ until .* \(UTC\)$/,
    );
    expect((await held.ask('/ping')).text).toMatch(/^🏓/);
    const [, paused, ...rest] = (await operator().ask('/status')).text.split('\n');
    expect([paused, ...rest].join('\n')).toMatch(
      /^⏸ everything is paused by chat user \d+ until .* \(UTC\)$/m,
    );
    await service.stop();
    service = await sandbox.start();
    const { text } = await held.ask('/ping', /suspended/);
    expect(text.split('\n').slice(1)).toEqual([`⏸ triggers paused: ${summary} (suspended)`]);
    expect(JSON.parse((await service.get('/health')).body)).toMatchObject({ status: 'paused', paused: true });
    expect((await service.post('/held-hook', '{}')).status).toBe(503);
    expect((await new Talker(api, ADMIN).ask('/resume')).text).toBe('▶️ nothing is paused');
    expect((await operator().ask('/ping')).text).not.toMatch(/suspended/);
    expect(api.complaints).toEqual([]);
  });

  test('of one trigger holds that one only, until it is resumed by either name', async () => {
    const person = operator();
    await person.ask('/pause daily-review');
    expect((await new Talker(api, OF.single).ask('/ping')).text).toMatch(
      /\n⏰ triggers: 1 cron \(daily-review, .*\), 2 webhooks$/,
    );
    expect((await operator().ask('/resume cron:daily-review')).text).toBe('▶️ nothing is paused');
    expect((await operator().ask('/pause nothing')).text).toMatch(/^❌ no trigger nothing is configured/);
    expect((await operator().ask('/pause one two 2h')).text).toMatch(
      /^❌ "two 2h" is no length of time such as 2h, and no end such as until 9am\n/,
    );
    expect(api.complaints).toEqual([]);
  });
});
