/** Holds `/cancel` to its order (the run replied to, the one at work, the one that waits, what is pending) and its buttons. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../src/cli/client.ts';
import { BotApi } from '../../support/bot-api/api.ts';
import { Sandbox } from '../../support/untether.ts';
import type { Service } from '../../support/untether.ts';
import { ANSWERED, chatToml, idIn, labels, Talker, USER, USERS } from './support.ts';

/** Its trigger goes on trying. */
const STUBBORN = USERS[0]!;

/** Engines that work until they are ended; of `single` one at a time. */
const toml = (api: BotApi): string =>
  chatToml(
    api,
    `
[engines.slow]
command = ["sleep", "600"]

[engines.single]
command = ["sleep", "600"]

[engines.broken]
command = ["false"]

[[triggers.webhooks]]
id = "stubborn"
path = "/stubborn"
auth = "none"
prompt = "again and again"
engine = "broken"
retries = 5
backoff = "1h"
chat_id = ${STUBBORN}

[limits]
max_concurrent = 50
per_engine = { single = 1 }
`,
    { users: USERS },
  );

let api: BotApi;
let sandbox: Sandbox;
let service: Service;

beforeAll(async () => {
  api = await BotApi.start();
  sandbox = await Sandbox.make(toml(api));
  service = await sandbox.start();
  await user().ask('/run single hold the place', WORKING);
});

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const users = USERS.slice(1).values();
const user = (): Talker => new Talker(api, users.next().value as number);

const WORKING = /^⏳ \w+ is working\n/;
const WAITING = /^⏳ waiting for its turn$/;

describe.concurrent('/cancel', () => {
  test('ends the one at work, then the one that waits, then what is pending, and says each time what it was', async () => {
    const somebody = user();
    const atWork = await somebody.ask('/run slow one', WORKING);
    const waiting = await somebody.ask('/run single two', WAITING);
    const pending = idIn(await somebody.ask('/at 2h three'));
    const first = await somebody.ask('/cancel', /^🚫/);
    expect(first.text).toMatch(/^🚫 cancelling [0-9a-f]{12} \(manual:slow\)$/);
    await somebody.becomes(atWork, /^🚫 cancelled\n\nslow · .* · 👤 manual$/);
    const second = await somebody.ask('/cancel', /^🚫/);
    expect(second.text).toMatch(/^🚫 cancelled [0-9a-f]{12} \(manual:single\)$/);
    await somebody.becomes(waiting, /^🚫 cancelled/);
    const third = await somebody.ask('/cancel', /^🚫/);
    expect(third.text).toBe(`🚫 nothing was running; cancelled 1 pending /at: ${pending}`);
    expect((await somebody.ask('/cancel')).text).toBe(
      'nothing is running in this chat, and nothing is pending',
    );
    expect(api.complaints).toEqual([]);
  });

  test('in reply to the message of a run ends that one, whatever else is at work', async () => {
    const somebody = user();
    const one = await somebody.ask('/run slow one', WORKING);
    const other = await somebody.ask('/run slow two', WORKING);
    const { text } = await somebody.ask('/cancel', /^🚫/, one.id);
    expect(text).toMatch(/^🚫 cancelling [0-9a-f]{12} \(manual:slow\)$/);
    await somebody.becomes(one, /^🚫 cancelled/);
    expect(somebody.messages().find(({ id }) => id === other.id)?.text).toMatch(WORKING);
    expect(api.complaints).toEqual([]);
  });

  test('in reply to a message about no run ends nothing', async () => {
    const somebody = user();
    const working = await somebody.ask('/run slow one', WORKING);
    const pong = await somebody.ask('/ping', /^🏓/);
    expect((await somebody.ask('/cancel', /^❌/, pong.id)).text).toBe('❌ that message is about no run');
    expect(somebody.messages().find(({ id }) => id === working.id)?.text).toMatch(WORKING);
    expect(api.complaints).toEqual([]);
  });

  test('with several that may be meant lists them with a button each, which ends the one it names', async () => {
    const somebody = user();
    const one = await somebody.ask('/run slow one', WORKING);
    const two = await somebody.ask('/run slow two', WORKING);
    const list = await somebody.ask('/cancel', /^which one/);
    expect(list.text).toMatch(
      /^which one\? 2 are running:\n▶️ ([0-9a-f]{12}) manual:slow, .*\n▶️ ([0-9a-f]{12}) manual:slow, .*$/,
    );
    const ids = list.text.match(/[0-9a-f]{12}/g) ?? [];
    expect(labels(list)).toEqual(ids.map((id) => `Cancel ${id}`));
    const { toast } = await somebody.press(list, `Cancel ${ids[1] ?? ''}`);
    expect(toast).toBe(`🚫 cancelling ${ids[1] ?? ''} (manual:slow)`);
    await somebody.becomes(one, /^🚫 cancelled/);
    expect(somebody.messages().find(({ id }) => id === two.id)?.text).toMatch(WORKING);
    expect(api.complaints).toEqual([]);
  });

  test('of a run that has ended, of no run, and of one in another chat says so', async () => {
    const somebody = user();
    await somebody.ask('/run slow one', WORKING);
    const id = idIn(await somebody.ask('/cancel', /^🚫/));
    const ended = await somebody.after(0, /^🚫 cancelled\n\n/);
    expect((await somebody.ask('/cancel', /^❌/, ended.id)).text).toMatch(
      new RegExp(`^❌ run [0-9a-f-]*${id} has ended already: cancelled$`),
    );
    expect((await user().ask(`/cancel ${id}`)).text).toBe(`❌ there is no run ${id} of this chat`);
    expect((await user().ask('/cancel 0123456789ab')).text).toBe('❌ there is no run 0123456789ab');
    expect(api.complaints).toEqual([]);
  });
});

test('/cancel that a dead life acted on and did not record ends again what it ended, and nothing else', async () => {
  await using own = await BotApi.start();
  await using folder = await Sandbox.make(chatToml(own));
  await folder.start();
  const control = connect(() => folder.path('.untether'));
  const somebody = new Talker(own, USER);
  await somebody.ask('/at 2h one');
  const [one] = await control.pending({ chat: `default/${USER}` });
  if (one === undefined) throw new Error('nothing is pending');
  const next = { chat: `default/${USER}`, request: 'update:110201543:700000002' };
  await control.decide({ ...next, choice: [one.run] });
  await control.cancel(one.run);
  const to = { bot: 'default', chat: USER };
  const two = await control.askLater({ text: '3h two', ask: {}, order: { to, request: 'another' } });
  expect((await somebody.ask('/cancel', /^🚫/)).text).toBe(
    `🚫 nothing was running; cancelled 1 pending /at: ${one.run.slice(-12)}`,
  );
  expect(await control.pending({ chat: next.chat })).toEqual([two]);
  expect(own.complaints).toEqual([]);
});

describe.concurrent('the button under a run at work', () => {
  test('ends it, once however often it is pressed, and goes with it', async () => {
    const somebody = user();
    const working = await somebody.ask('/run slow one', WORKING);
    expect(labels(working)).toEqual(['Cancel']);
    const toasts = await Promise.all([1, 2, 3].map(() => somebody.press(working, 'Cancel')));
    expect(toasts[0]?.toast).toMatch(/^🚫 cancelling [0-9a-f]{12} \(manual:slow\)$/);
    for (const { toast } of toasts) expect(toast).toMatch(/^(🚫 cancelling|❌ run .* has ended already)/);
    const ended = await somebody.becomes(working, /^🚫 cancelled\n\n/);
    expect(labels(ended)).toEqual([]);
    expect(somebody.texts()).toHaveLength(1);
    expect((await somebody.ask('/runs')).text).toMatch(/^🚫 [0-9a-f]{12} manual:slow, [^\n]*$/);
    expect(api.complaints).toEqual([]);
  });

  test('of one that waits ends it before it begins', async () => {
    const somebody = user();
    const waiting = await somebody.ask('/run single one', WAITING);
    expect((await somebody.press(waiting, 'Cancel')).toast).toMatch(
      /^🚫 cancelled [0-9a-f]{12} \(manual:single\)$/,
    );
    expect(labels(await somebody.becomes(waiting, /^🚫 cancelled/))).toEqual([]);
    expect(api.complaints).toEqual([]);
  });

  test('of one that will be tried again ends that', async () => {
    const person = new Talker(api, STUBBORN);
    expect((await service.post('/stubborn', '{}')).status).toBe(202);
    const failed = await person.after(0, /^⚠️/);
    expect(labels(failed)).toEqual(['Cancel']);
    expect((await person.press(failed, 'Cancel')).toast).toMatch(/^🚫 cancelled [0-9a-f]{12} /);
    const ended = await person.becomes(failed, /^🚫 cancelled/);
    expect(labels(ended)).toEqual([]);
    expect(api.complaints).toEqual([]);
  });

  test('is of no use to a stranger', async () => {
    const somebody = user();
    const working = await somebody.ask('/run slow one', WORKING);
    const stranger = new Talker(api, 666, { chat: somebody.chat });
    expect((await stranger.press(working, 'Cancel')).toast).toBe('');
    expect((await somebody.ask('/runs', /manual/)).text).toMatch(/^▶️/);
    expect(ANSWERED.test(somebody.texts()[0] ?? '')).toBe(false);
    expect(api.complaints).toEqual([]);
  });
});
