/** `kill -9` at any instant: what people say is acted on once, and every answer and every end of a run reaches its chat. */
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { RemoteControl } from '../../../src/cli/client.ts';
import type { BotApi } from '../../support/bot-api/api.ts';
import type { Call } from '../../support/bot-api/log.ts';
import type { SeenMessage } from '../../support/bot-api/views.ts';
import type { Sandbox } from '../../support/untether.ts';
import { eventually } from '../../support/untether.ts';
import type { Stage } from './support.ts';
import { OPERATOR, USER, chatToml, liveStage, setStage } from './support.ts';

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

/** People say so much in one life as fast as they are answered. */
const CHATTER = 6;

/** Calls of one life, at the most: one that does not come to its aim ends there. */
const MOST_CALLS = 40;

interface Plan {
  readonly kill: number;
  readonly random: () => number;
}

/** Resolves at the call at which a life is to end: some calls after the nth of the kind that is its turn. */
function aimed(api: BotApi, { kill, random }: Plan): Promise<unknown> {
  const from = api.calls.length;
  const isIt = AIMS[kill % AIMS.length] ?? (() => true);
  const nth = 1 + Math.floor(random() * 4);
  const later = Math.floor(random() * 3);
  const isHit = (): boolean => {
    const calls = api.calls.slice(from);
    const hit = calls.flatMap((call, index) => (isIt(call) ? [index] : []))[nth - 1] ?? Infinity;
    return calls.length > Math.min(hit + later, MOST_CALLS);
  };
  return api.until(isHit, `call ${nth} of aim ${kill % AIMS.length}`);
}

/** Begins a life and ends it by `kill -9` where it is aimed at; people talk on until then. */
async function liveAndDie(
  { api, sandbox }: Pick<Stage, 'api' | 'sandbox'>,
  crowd: Crowd,
  plan: Plan,
): Promise<void> {
  const child = sandbox.spawn('run');
  const over = new AbortController();
  const end = aimed(api, plan).then(() => {
    over.abort();
    child.process.kill('SIGKILL');
  });
  const sends = (): number => api.callsOf('sendMessage').length;
  for (let said = 1; !over.signal.aborted; said += 1) {
    crowd.speak();
    // Whatever is said is answered some time: when all is, only more of it brings the life to its aim.
    const next = Math.max(sends() + 1, said < CHATTER ? 0 : crowd.requests.length);
    await Promise.race([end, api.until(() => sends() >= next, 'something is said')]);
  }
  await end;
  await child.finished;
}

/** A message that a dead life was sending: it alone knew whether it arrived, and it may come twice. */
interface Doubt {
  readonly key: string;
  readonly chat: number;
  readonly replyTo: number | undefined;
}

/** By the record that the dead life left. An edit comes twice without anybody seeing it. */
function doubtsIn(sandbox: Sandbox): readonly Doubt[] {
  const store = new DatabaseSync(sandbox.path('.untether/untether.db'), { readOnly: true });
  try {
    const rows = store
      .prepare(`SELECT key, chat, content FROM outbox WHERE state = 'sending' AND message_id IS NULL`)
      .all() as unknown as readonly {
      readonly key: string;
      readonly chat: number;
      readonly content: string;
    }[];
    return rows.map(({ key, chat, content }) => {
      const { replyTo } = JSON.parse(content) as { readonly replyTo?: number };
      return { key, chat, replyTo };
    });
  } finally {
    store.close();
  }
}

const isWorking = ({ text }: SeenMessage): boolean => /⏳ (waiting for|echo is working)/.test(text);

/** What bots said in reply to a request. */
function repliesTo(api: BotApi, { chat, messageId }: Request): readonly SeenMessage[] {
  return api.messages(chat).filter(({ from, replyTo }) => from === 'bot' && replyTo === messageId);
}

/** Nothing runs, and nothing is to be said of any run; so many are yet to come. */
async function isQuiet(control: RemoteControl, toCome: number): Promise<boolean> {
  const { queue, outbox } = await control.status();
  return queue.queued + queue.running + outbox.waiting === 0 && queue.scheduled === toCome;
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
      await using stage = await setStage(tomlOf);
      const { api, sandbox, control } = stage;
      const random = randomFrom(seed);
      const crowd = new Crowd(api);
      const doubts: Doubt[] = [];
      for (let kill = 0; kill < KILLS; kill += 1) {
        // Some of what is said finds nobody alive.
        for (let said = Math.floor(random() * 4); said > 0; said -= 1) crowd.speak();
        await liveAndDie(stage, crowd, { kill, random });
        doubts.push(...doubtsIn(sandbox));
      }
      const service = await sandbox.start();
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

      /** How often a message in answer to this request may be there once more than it should. */
      const spare = ({ chat, messageId }: Request, of: 'update' | 'run'): number =>
        doubts.filter(
          ({ key, ...doubt }) =>
            key.startsWith(`${of}:`) && doubt.chat === chat && doubt.replyTo === messageId,
        ).length;
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
        expect(answers.length, what).toBeLessThanOrEqual(1 + spare(request, 'update'));
        expect(new Set(answers.map(({ text }) => text.split('up')[0])).size, what).toBe(1);
      }
      for (const request of crowd.requests) {
        const left = repliesTo(api, request).filter(isWorking);
        expect(left.length, JSON.stringify(left)).toBeLessThanOrEqual(spare(request, 'run'));
      }
      const { pauses, outbox } = await control.status();
      expect(pauses).toMatchObject([{ trigger: 'cron:nightly' }]);
      expect(outbox.failed).toBe(0);
      expect(api.complaints).toEqual([]);
      expect((await service.stop()).code).toBe(0);
    },
    KILLS * 20_000,
  );

  it('runs an /at whose moment passes while the service is dead at the next start, once', async () => {
    await using stage = await liveStage(tomlOf);
    const { api, sandbox, control, service: first } = stage;
    api.say({ from: USER, text: '/at 10s water the plants' });
    await api.sees(USER, /⏳ scheduled/);
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
  const shot = { text: '2h water the plants', ask: {}, order: half } as const;

  it('takes in once, and answers, what a dead life had taken in without a record', async () => {
    await using stage = await liveStage(tomlOf);
    const { api, sandbox, control } = stage;
    await control.askLater(shot);
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
    await using stage = await liveStage((one) =>
      tomlOf(one).replace(/^chat_id/m, 'max_pending = 1\nchat_id'),
    );
    const { api, control } = stage;
    await control.askLater(shot);
    api.say({ from: USER, text: '/at 2h water the plants' });
    await api.until(() => api.texts(USER).length > 0, 'an answer');
    expect(api.texts(USER)).toEqual([expect.stringMatching(/^⏳ scheduled/)]);
  });
});
