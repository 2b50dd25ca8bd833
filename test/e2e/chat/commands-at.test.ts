/** Holds `/at` to its promises: every way to say when, in the chat's zone; its limits; its list; and its run. */
import { mkdir } from 'node:fs/promises';
import { DateTime } from 'luxon';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BotApi } from '../../support/bot-api/api.ts';
import { Sandbox } from '../../support/untether.ts';
import { buttonOf, chatToml, idIn, OPERATOR, Talker, USER, USERS } from './support.ts';

const [OF_PROJECT = 0, OF_PROJECT_WITH_OWN = 0, OF_DEFAULT = 0, ...OTHERS] = USERS;
const IN_MELBOURNE = OTHERS.slice(0, 12);

const toml = (api: BotApi): string =>
  chatToml(
    api,
    `max_pending = 2

${IN_MELBOURNE.map((id) => `[[transports.telegram.chats]]\nid = ${id}\ntimezone = "Australia/Melbourne"\n`).join('\n')}
[[transports.telegram.chats]]
id = ${OF_PROJECT_WITH_OWN}
project = "app"
timezone = "Asia/Kathmandu"

[projects.app]
path = "."
chat_id = ${OF_PROJECT}
timezone = "America/New_York"
`,
    { users: USERS },
  );

let api: BotApi;
let sandbox: Sandbox;

beforeAll(async () => {
  api = await BotApi.start();
  sandbox = await Sandbox.make(toml(api));
  await sandbox.start();
});

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const melbourners = IN_MELBOURNE.values();
const others = OTHERS.slice(12).values();
const next = (ids: Iterator<number>): Talker => new Talker(api, ids.next().value as number);

/** The moment that the answer names, on the clock of `zone`. */
function momentOf(text: string, zone: string): DateTime {
  const [, written = '', city] = /^⏳ scheduled: \w{3} (\S+ \S+) \(([^)]+)\), in /.exec(text) ?? [];
  expect(city).toBe(zone.split('/').at(-1)?.replace('_', ' '));
  return DateTime.fromSQL(written, { zone });
}

describe.concurrent('WHEN', () => {
  const zone = 'Australia/Melbourne';
  const now = (): DateTime => DateTime.now().setZone(zone);
  const coming = (hour: number, minute: number): DateTime => {
    const today = now().set({ hour, minute, second: 0, millisecond: 0 });
    return today > now() ? today : today.plus({ days: 1 });
  };
  const nextYear = now().plus({ months: 6 }).toFormat('yyyy-MM-dd');
  const forms: ReadonlyArray<readonly [when: string, expected: () => DateTime]> = [
    ['30m', () => now().plus({ minutes: 30 })],
    ['1h30m', () => now().plus({ minutes: 90 })],
    ['1H30M', () => now().plus({ minutes: 90 })],
    ['90s', () => now().plus({ seconds: 90 })],
    ['10s', () => now().plus({ seconds: 10 })],
    ['2d', () => now().plus({ hours: 48 })],
    ['366d', () => now().plus({ hours: 366 * 24 })],
    ['14:30', () => coming(14, 30)],
    ['tomorrow 9am', () => now().startOf('day').plus({ days: 1 }).set({ hour: 9 })],
    [`${nextYear} 18:00`, () => DateTime.fromISO(`${nextYear}T18:00`, { zone })],
  ];

  test.for(forms)("is read in the chat's zone: %s", async ([when, expected]) => {
    const earliest = expected();
    const { text } = await next(melbourners).ask(`/at ${when} look after it`);
    const latest = expected();
    const moment = momentOf(text, zone).toMillis();
    // Shown to the second.
    expect(moment, text).toBeGreaterThan(earliest.toMillis() - 1_000);
    expect(moment, text).toBeLessThanOrEqual(latest.toMillis());
    expect(api.complaints).toEqual([]);
  });

  test.for([
    ['of the chat before that of its project', OF_PROJECT_WITH_OWN, 'Asia/Kathmandu'],
    ['of the project', OF_PROJECT, 'America/New_York'],
    ['that is the default', OF_DEFAULT, 'UTC'],
  ] as const)('is read in the zone %s', async ([, id, itsZone]) => {
    const { text } = await new Talker(api, id).ask('/at tomorrow 9am look after it');
    const tomorrow = DateTime.now().setZone(itsZone).startOf('day').plus({ days: 1 }).set({ hour: 9 });
    expect(momentOf(text, itsZone).toISO()).toBe(tomorrow.toISO());
    expect(api.complaints).toEqual([]);
  });

  test.for([
    ['soon', /^❌ "soon" is not understood; write 30m, /],
    ['30', /^❌ "30" has no unit; write 30m, /],
    ['tomorrow', /^❌ "tomorrow" does not say at what time; write "tomorrow 9am"$/],
    ['2026-13-45 10:00', /^❌ .*2026-13-45/],
    ['9s', /^❌ that is nearer than 10s: ask without \/at$/],
    ['367d', /^❌ 367d is farther ahead than 366d$/],
    ['2099-01-01 10:00', /^❌ 2099-01-01 10:00 is farther ahead than 366d$/],
    ['2020-01-01 10:00', /^❌ "?2020-01-01 10:00"? is in the past$/],
  ] as const)('is refused with the reason of its own: %s', async ([when, reason]) => {
    expect((await next(others).ask(`/at ${when} look after it`)).text).toMatch(reason);
    expect(api.complaints).toEqual([]);
  });

  test.for([
    ['/at', /^❌ when, and what\? WHEN is 30m, 1h30m, .*\n {2}\/at WHEN PROMPT\n/],
    ['/at 30m', /^❌ what is to be done 30m\? the prompt is missing$/],
    ['/at tomorrow 9am', /^❌ what is to be done tomorrow 9am\? the prompt is missing$/],
    ['/at cancel', /^❌ which one\? \/at list shows the ids\n/],
    ['/at cancel 0123456789ab', /^❌ there is no run 0123456789ab$/],
  ] as const)('is asked for, and what to do: %s', async ([line, answer]) => {
    expect((await next(others).ask(line)).text).toMatch(answer);
    expect(api.complaints).toEqual([]);
  });
});

describe.concurrent('what is pending', () => {
  test('is listed by the moment with ids and excerpts, and only in its chat', async () => {
    const somebody = next(others);
    const late = idIn(await somebody.ask(`/at 3h ${'long '.repeat(15)}${'🚀'.repeat(40)}`));
    const early = idIn(await somebody.ask('/at 2h first\n\n  second line'));
    const lines = (await somebody.ask('/at list')).text.split('\n');
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^🕒 ${early} \\w{3} \\d{4}-\\d\\d-\\d\\d .* \\(UTC\\), in `)),
      '   first second line',
      expect.stringMatching(new RegExp(`^🕒 ${late} .* \\(UTC\\), in `)),
      expect.stringMatching(/^ {3}(long ){15}🚀🚀…$/u),
      'cancel one with /at cancel ID',
    ]);
    expect((await next(others).ask('/at list')).text).toBe('nothing is pending in this chat');
    expect(api.complaints).toEqual([]);
  });

  test('is no more than the configured number, and room again after one is cancelled', async () => {
    const somebody = next(others);
    const first = idIn(await somebody.ask('/at 2h one'));
    await somebody.ask('/at 3h two');
    expect((await somebody.ask('/at 4h three')).text).toBe(
      '❌ 2 are pending in this chat already, and no more than 2 may be; /at list shows them',
    );
    await somebody.ask(`/at cancel ${first.slice(-6).toUpperCase()}`, new RegExp(`^🚫 cancelled ${first}`));
    expect((await somebody.ask('/at 4h three')).text).toMatch(/^⏳/);
    expect(api.complaints).toEqual([]);
  });

  test('is cancelled by its button, once however often it is pressed', async () => {
    const somebody = next(others);
    const shown = await somebody.ask('/at 2h one');
    expect(buttonOf(shown, 'Cancel').data).toMatch(/^\/at cancel [0-9a-f-]{36}$/);
    const presses = [1, 2, 3].map(() => somebody.press(shown, 'Cancel'));
    const [first, ...rest] = (await Promise.all(presses)).map(({ toast }) => toast);
    expect(first).toMatch(new RegExp(`^🚫 cancelled ${idIn(shown)}, due `));
    for (const toast of rest) expect(toast).toMatch(/^❌ nothing pending in this chat has the id /);
    expect((await somebody.ask('/at list')).text).toBe('nothing is pending in this chat');
    expect(api.complaints).toEqual([]);
  });

  test('is cancelled by /cancel in reply to what said so, whatever else is pending', async () => {
    const somebody = next(others);
    const one = await somebody.ask('/at 2h one');
    const two = idIn(await somebody.ask('/at 3h two'));
    const { text } = await somebody.ask('/cancel', /^🚫/, one.id);
    expect(text).toBe(`🚫 cancelled ${idIn(one)} (at:${idIn(one)})`);
    const left = (await somebody.ask('/at list', /^🕒/)).text;
    expect(left).toContain(two);
    expect(left).not.toContain(idIn(one));
    expect((await somebody.ask('and then?', /^❌/, one.id)).text).toMatch(
      /^❌ run .* is still to come|^❌ .*no session/,
    );
    expect(api.complaints).toEqual([]);
  });

  test('of another chat is not cancelled by its id', async () => {
    const owner = next(others);
    const id = idIn(await owner.ask('/at 2h mine'));
    const other = next(others);
    expect((await other.ask(`/at cancel ${id}`)).text).toBe(`❌ there is no run ${id} of this chat`);
    expect((await other.ask(`/cancel ${id}`)).text).toBe(`❌ there is no run ${id} of this chat`);
    expect((await owner.ask('/at list')).text).toContain(id);
    expect(api.complaints).toEqual([]);
  });
});

test('while everything is paused the answer and the list say that it will wait', async () => {
  await using own = await BotApi.start();
  await using folder = await Sandbox.make(chatToml(own));
  await folder.start();
  await new Talker(own, OPERATOR).ask('/pause 5h', /^⏸/);
  const somebody = new Talker(own, USER);
  const waits = /⏸ everything is paused until .* \(UTC\): it waits for that to end/;
  expect((await somebody.ask('/at 2h early', /^⏳/)).text).toMatch(waits);
  expect((await somebody.ask('/at 6h late', /^⏳.*in 6h/)).text).not.toMatch(waits);
  expect((await somebody.ask('/at list', /^🕒/)).text).toMatch(
    / {3}early\n {3}⏸ everything .*\n🕒 .*\n {3}late\n/,
  );
  expect(own.complaints).toEqual([]);
});

describe.concurrent('the run', () => {
  const GROUP = -1001;
  const saying = (name: string): string =>
    `[engines.${name}]\ncommand = ["sh", "-c", "echo ${name}, model $UNTETHER_MODEL, in $(basename $PWD); cat"]\n`;
  const chat = (engine: string): string => `
[[transports.telegram.chats]]
id = ${GROUP}
project = "${engine}-app"
engine = "${engine}"
model = "${engine}-model"

[projects.one-app]
path = "one-folder"

[projects.two-app]
path = "two-folder"

${saying('one')}
${saying('two')}`;

  test('has the project, engine, model and topic of the moment it was asked for, its prompt as written, and its mark; a restart does not lose it', async () => {
    await using own = await BotApi.start();
    own.addChat({ id: GROUP, topics: [7] });
    await using folder = await Sandbox.make(chatToml(own, chat('one')));
    await mkdir(folder.path('one-folder'));
    await mkdir(folder.path('two-folder'));
    const service = await folder.start();
    const somebody = new Talker(own, USER, { chat: GROUP, thread: 7 });
    const asked = await somebody.ask('/at 10s first line\n\n  "second" <line> & more\nthird');
    const id = idIn(asked);
    await service.stop();
    await folder.save(chatToml(own, chat('two')));
    await folder.start();
    const answer = await own.sees(GROUP, /⏰ at:[0-9a-f]{12}$/);
    const done = await somebody.becomes(answer, /third\n\n/);
    expect(done.text).toMatch(
      new RegExp(
        `^one, model one-model, in one-folder\nfirst line\n\n  "second" <line> & more\nthird\n\none · one-model · \\d+m?s · ⏰ at:${id}$`,
      ),
    );
    expect(done).toMatchObject({ thread: 7, replyTo: asked.id - 1 });
    expect(asked.thread).toBe(7);
    expect(own.complaints).toEqual([]);
  });
});
