/** `kill -9` at any instant: what people say is acted on once, and every answer and every end of a run reaches its chat. */
import { setTimeout as passing } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/cli/client.ts';
import type { RemoteControl } from '../../../src/cli/client.ts';
import { BotApi } from '../../support/bot-api/api.ts';
import type { Call } from '../../support/bot-api/log.ts';
import type { SeenMessage } from '../../support/bot-api/views.ts';
import { Sandbox, eventually } from '../../support/untether.ts';
import type { Child } from '../../support/untether.ts';
import { OPERATOR, USER, chatToml } from './support.ts';

const isLong = process.env['UNTETHER_TEST_LONG'] === '1';
const KILLS = isLong ? 50 : 9;
const SEEDS = isLong ? [1, 2, 3] : [1];

/** Answers reply to what they answer in groups, and each group has a pace of its own. */
const GROUPS = [-101, -102, -103, -104, -105, -106, -107, -108];

/** Writes down that it was asked, takes a moment for what begins with `slow`, and says its prompt back. */
const AGENT = String.raw`["sh", "-c", 'p=$(cat); echo "$p" >> ran; case "$p" in slow*) sleep 0.4;; esac; echo "$p"']`;

const NIGHTLY = `
[[triggers.crons]]
id = "nightly"
schedule = "0 3 1 1 *"
action = "command"
command = ["true"]
`;

function tomlOf(api: BotApi): string {
  return chatToml(api, NIGHTLY).replace('["cat"]', AGENT);
}

/** Something that was said: a prompt for an agent, or a command. */
interface Request {
  readonly kind: 'text' | 'soon' | 'far' | 'command';
  readonly chat: number;
  readonly prompt: string;
  readonly messageId: number;
}

const SAYINGS = [
  { kind: 'text', text: (prompt: string) => `fast-${prompt}` },
  { kind: 'command', text: () => '/ping' },
  { kind: 'text', text: (prompt: string) => `slow-${prompt}` },
  { kind: 'far', text: (prompt: string) => `/at 2h far-${prompt}` },
  { kind: 'command', text: () => '/at list' },
  { kind: 'text', text: (prompt: string) => `/run echo fast-${prompt}` },
  { kind: 'command', text: () => '/pause nightly' },
  { kind: 'soon', text: (prompt: string) => `/at 10s soon-${prompt}` },
] as const;

/** The people of the test. */
class Crowd {
  readonly requests: Request[] = [];
  readonly #api: BotApi;

  constructor(api: BotApi) {
    this.#api = api;
  }

  speak(): void {
    const index = this.requests.length;
    const saying = SAYINGS[index % SAYINGS.length] ?? SAYINGS[0];
    // Shifted with every round, so that every group hears everything.
    const chat = GROUPS[(index + Math.floor(index / SAYINGS.length)) % GROUPS.length] ?? -1;
    const text = saying.text(`${index}.`);
    const from = text.startsWith('/pause') ? OPERATOR : USER;
    const { messageId } = this.#api.say({ from, chat, text });
    this.requests.push({ kind: saying.kind, chat, prompt: /\S+-\d+\.$/.exec(text)?.[0] ?? text, messageId });
  }

  of(...kinds: readonly Request['kind'][]): readonly Request[] {
    return this.requests.filter(({ kind }) => kinds.includes(kind));
  }
}

/** Calls after which a life may end; each is aimed at in turn. */
const AIMS: ReadonlyArray<(call: Call) => boolean> = [
  (call) => call.method === 'getUpdates' && isAnswered(call) && (call.outcome.result as unknown[]).length > 0,
  (call) => call.method === 'sendMessage' && isAnswered(call),
  (call) => call.method === 'editMessageText' && isAnswered(call),
  (call) => call.method === 'sendMessage',
  (call) => call.method === 'editMessageText',
  (call) => call.method === 'getMe' && isAnswered(call),
  () => true,
];

type Answered = Call & { readonly outcome: { readonly kind: 'answered'; readonly result: unknown } };

function isAnswered(call: Call): call is Answered {
  return call.outcome.kind === 'answered';
}

/** Numbers in [0, 1) that are the same in every run of the test. */
function randomFrom(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Plan {
  readonly kill: number;
  readonly random: () => number;
}

/** Ends a life soon after a call of the kind that is its turn, or at some moment when none comes; answers with when. */
async function killSometime(child: Child, api: BotApi, { kill, random }: Plan): Promise<number> {
  const from = api.calls.length;
  const isIt = AIMS[kill % AIMS.length] ?? (() => true);
  const nth = 1 + Math.floor(random() * 4);
  const cap = new AbortController();
  const late = passing(1_200 + random() * 1_000, undefined, { signal: cap.signal }).catch(() => {});
  await Promise.race([late, api.until(() => api.calls.slice(from).filter(isIt).length >= nth, 'a call')]);
  cap.abort();
  if (random() < 0.6) await passing(random() * 40);
  child.process.kill('SIGKILL');
  const killedAt = performance.timeOrigin + performance.now();
  await child.finished;
  return killedAt;
}

/** A life that was ended: how many calls there had been before it, and when it ended on the clock of calls. */
interface Life {
  readonly from: number;
  readonly killedAt: number;
}

/** What was sent so shortly before a kill may not have been recorded. */
const RECORDED_MS = 300;

/**
 * Ids, by chat, of messages whose sending a kill may have cut off before it was recorded: they may be there twice. A chat
 * gets one message after another, so that of each life it can only be the last.
 */
function doubtful(api: BotApi, lives: readonly Life[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [index, { from, killedAt }] of lives.entries()) {
    const last = new Map<unknown, Call>();
    for (const call of api.calls.slice(from, lives[index + 1]?.from))
      if (['sendMessage', 'editMessageText'].includes(call.method)) last.set(call.params['chat_id'], call);
    for (const [chat, call] of last)
      if (call.method === 'sendMessage' && isAnswered(call) && call.at > killedAt - RECORDED_MS)
        found.add(`${String(chat)}/${(call.outcome.result as { message_id: number }).message_id}`);
  }
  return found;
}

const isWorking = ({ text }: SeenMessage): boolean => /⏳ (waiting for|echo is working)/.test(text);

/** What bots said in reply to a request. */
function repliesTo(api: BotApi, { chat, messageId }: Request): readonly SeenMessage[] {
  return api.messages(chat).filter(({ from, replyTo }) => from === 'bot' && replyTo === messageId);
}

/** Nothing runs, and nothing is to be said of any run; so many are yet to come. */
async function isQuiet(control: RemoteControl, toCome: number): Promise<boolean> {
  const { queue, outbox } = await control.status();
  if (queue.queued + queue.running + outbox.waiting > 0 || queue.scheduled !== toCome) return false;
  const views = await viewsOf(control);
  return views
    .flatMap(({ messages }) => messages)
    .every(({ state }) => !['waiting', 'sending'].includes(state));
}

async function viewsOf(
  control: RemoteControl,
): Promise<ReadonlyArray<Awaited<ReturnType<RemoteControl['run']>>>> {
  const runs = await control.runs({ limit: 1_000 });
  return Promise.all(runs.map(({ id }) => control.run(id)));
}

/** The run whose receipt the message is; a message of unknown fate has none. */
async function runAt(
  control: RemoteControl,
  { chat }: Request,
  message: SeenMessage | undefined,
): Promise<string | undefined> {
  if (message === undefined) return undefined;
  // Over the socket an answer of nothing reads as an error.
  return control.runOfMessage({ bot: 'default', chat }, message.id).catch(() => undefined);
}

describe.concurrent('with kills', () => {
  it.each(SEEDS)(
    `keeps every promise over ${KILLS} kills while people talk (seed %i)`,
    async (seed) => {
      await using api = await BotApi.start();
      await using sandbox = await Sandbox.make(tomlOf(api));
      const random = randomFrom(seed);
      const crowd = new Crowd(api);
      const lives: Life[] = [];
      for (let kill = 0; kill < KILLS; kill += 1) {
        const said = random() * 4;
        for (let i = 0; i < said; i += 1) crowd.speak();
        const from = api.calls.length;
        const dead = killSometime(sandbox.spawn('run'), api, { kill, random });
        for (let i = 0; i < 6 - said; i += 1) {
          await Promise.race([dead, api.until(() => api.calls.length > from + i * 3, 'a call')]);
          crowd.speak();
        }
        lives.push({ from, killedAt: await dead });
      }
      const last = api.calls.length;
      const service = await sandbox.start();
      const control = connect(() => sandbox.path('.untether'));
      const far = crowd.of('far');
      await eventually('everything is over', () => isQuiet(control, far.length), isLong ? 400_000 : 60_000);

      for (const request of crowd.of('command', 'far', 'soon'))
        await api.until(() => repliesTo(api, request).length > 0, `an answer to ${request.prompt}`);

      // Every request began one run: as many runs as requests, and each request has an end of its own in its chat.
      const asked = crowd.of('text', 'soon');
      const views = await viewsOf(control);
      expect(views).toHaveLength(asked.length + far.length);
      const pending = (
        await Promise.all(GROUPS.map((chat) => control.pending({ chat: `default/${chat}` })))
      ).flat();
      expect(pending.map(({ title }) => title).sort()).toEqual(far.map(({ prompt }) => prompt).sort());
      const ran = (await sandbox.read('ran')).split('\n').filter(Boolean);
      expect(ran.toSorted()).toEqual([...new Set(ran)].sort());

      const twice = doubtful(api, [...lives, { from: last, killedAt: Infinity }]);
      const isDoubtful = (chat: number, { id }: SeenMessage): boolean => twice.has(`${chat}/${id}`);
      const unknown = views.flatMap(({ messages }) => messages).filter(({ state }) => state === 'unknown');
      const pointers = GROUPS.flatMap((chat) => api.texts(chat)).filter((text) =>
        /connection broke/.test(text),
      );
      expect(new Set(pointers).size).toBeGreaterThanOrEqual(unknown.length);
      const finals = await Promise.all(
        asked.map(async (request) => {
          const ends = repliesTo(api, request).filter(
            (message) => !isWorking(message) && !message.text.startsWith('⏳ scheduled'),
          );
          return {
            ...request,
            run: await runAt(control, request, ends[0]),
            ends: ends.map(({ text }) => text),
          };
        }),
      );
      expect(finals.filter(({ ends }) => ends.length > 1)).toEqual([]);
      const missing = finals.filter(({ ends }) => ends.length === 0);
      expect(missing.length, JSON.stringify(missing)).toBeLessThanOrEqual(unknown.length);
      for (const { ends, prompt } of finals)
        for (const end of ends) if (!end.includes('interrupted')) expect(end).toContain(prompt);
      for (const { run } of views.filter(({ messages }) => messages.every(({ state }) => state === 'sent')))
        if (run.state !== 'scheduled') expect(finals.map((final) => final.run)).toContain(run.id);

      for (const request of crowd.of('command', 'far', 'soon')) {
        const answers = repliesTo(api, request).filter(
          ({ text }) => request.kind === 'command' || text.startsWith('⏳ scheduled'),
        );
        const what = `answers to ${request.prompt}: ${JSON.stringify(answers)}`;
        expect(answers.length, what).toBeGreaterThanOrEqual(1);
        expect(
          answers.filter((answer) => !isDoubtful(request.chat, answer)).length,
          what,
        ).toBeLessThanOrEqual(1);
        expect(new Set(answers.map(({ text }) => text.split('up')[0])).size, what).toBe(1);
      }
      for (const chat of GROUPS)
        expect(api.messages(chat).filter((one) => isWorking(one) && !isDoubtful(chat, one))).toEqual([]);
      const { pauses, outbox } = await control.status();
      expect(pauses).toMatchObject([{ trigger: 'cron:nightly' }]);
      expect(outbox.failed).toBe(0);
      expect(api.complaints).toEqual([]);
      expect((await service.stop()).code).toBe(0);
    },
    KILLS * 20_000,
  );

  it('runs an /at whose moment passes while the service is dead at the next start, once', async () => {
    await using api = await BotApi.start();
    await using sandbox = await Sandbox.make(tomlOf(api));
    const first = await sandbox.start();
    api.say({ from: USER, text: '/at 10s water the plants' });
    await api.sees(USER, /⏳ scheduled/);
    const control = connect(() => sandbox.path('.untether'));
    const [due] = await control.pending({ chat: `default/${USER}` });
    if (due === undefined) throw new Error('nothing is pending');
    await first.kill();
    await eventually('its moment has passed', async () => Promise.resolve(Date.now() > due.dueAt + 1_000));
    const second = await sandbox.start();
    await api.sees(USER, /^water the plants\n/);
    const { run } = await control.run(due.run);
    expect(run).toMatchObject({ state: 'succeeded', attempts: [{ number: 1 }] });
    expect(run.startedAt).toBeGreaterThan(due.dueAt + 1_000);
    await second.kill();
    await sandbox.start();
    await eventually('it is at rest', () => isQuiet(control, 0));
    expect(await sandbox.read('ran')).toBe('water the plants\n');
    expect(await control.runs({ limit: 10 })).toHaveLength(1);
    expect(api.texts(USER).filter((text) => text.startsWith('water'))).toHaveLength(1);
  });

  /** The next update as a life leaves it that dies after it has acted on it, and before that is on record. */
  const half = { to: { bot: 'default', chat: USER }, request: 'update:110201543:700000001' };
  const shot = { when: '2h', what: { kind: 'prompt', prompt: 'water the plants' }, order: half } as const;

  it('takes in once, and answers, what a dead life had taken in without a record', async () => {
    await using api = await BotApi.start();
    await using sandbox = await Sandbox.make(tomlOf(api));
    await sandbox.start();
    const control = connect(() => sandbox.path('.untether'));
    await control.at(shot);
    await control.ask({ prompt: 'fast-1.', order: { ...half, request: 'update:110201543:700000002' } });
    api.say({ from: USER, text: '/at 2h water the plants' });
    api.say({ from: USER, text: 'fast-1.' });
    await Promise.all([api.sees(USER, /⏳ scheduled/), api.sees(USER, /^fast-1/)]);
    await eventually('it is at rest', () => isQuiet(control, 1));
    expect(await sandbox.read('ran')).toBe('fast-1.\n');
    expect(await control.runs({ limit: 10 })).toHaveLength(2);
    expect(api.texts(USER)).toHaveLength(2);
  });

  it('answers as before also when the chat has as many pending as it may', async () => {
    await using api = await BotApi.start();
    await using sandbox = await Sandbox.make(tomlOf(api).replace(/^chat_id/m, 'max_pending = 1\nchat_id'));
    await sandbox.start();
    const control = connect(() => sandbox.path('.untether'));
    await control.at(shot);
    api.say({ from: USER, text: '/at 2h water the plants' });
    await api.until(() => api.texts(USER).length > 0, 'an answer');
    expect(api.texts(USER)).toEqual([expect.stringMatching(/^⏳ scheduled/)]);
  });
});
