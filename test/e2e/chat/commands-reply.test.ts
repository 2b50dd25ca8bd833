/** Holds replies to their promises: they go on with the session of the run, wait for it, and come from anybody allowed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { BotApi } from '../../support/bot-api/api.ts';
import { Sandbox } from '../../support/untether.ts';
import { chatToml, labels, Talker, USERS } from './support.ts';

const FIXTURE = fileURLToPath(new URL('../../fixtures/engines/claude/fresh.jsonl', import.meta.url));
/** Of the recorded stream. */
const SESSION = '26dd8979-e129-4df3-937d-83a7fb9038ae';

/** Notes how it was started, and plays a recorded stream; `until NAME` in the prompt holds its result until the file is there. */
const CLAUDE = `
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
const argv = process.argv.slice(2);
appendFileSync('started.jsonl', JSON.stringify(argv) + '\\n');
const lines = readFileSync(${JSON.stringify(FIXTURE)}, 'utf8').split('\\n').filter(Boolean);
for (const line of lines.slice(0, -1)) process.stdout.write(line + '\\n');
const file = /until (\\S+)/.exec(argv.at(-1))?.[1];
while (file !== undefined && !existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
process.stdout.write(lines.at(-1) + '\\n');
`;

const FORUM = -1001;
const GROUP = -1002;

let api: BotApi;
let sandbox: Sandbox;

/** A folder whose agent is that one. */
async function folderFor(bot: BotApi): Promise<Sandbox> {
  const folder = await Sandbox.make();
  await folder.write('claude.mjs', CLAUDE);
  const engine = `
[engines.claude]
program = ${JSON.stringify(process.execPath)}
extra_args = [${JSON.stringify(folder.path('claude.mjs'))}]
`;
  await folder.write('untether.toml', chatToml(bot, engine, { users: USERS }));
  return folder;
}

beforeAll(async () => {
  api = await BotApi.start();
  api.addChat({ id: FORUM, topics: [7, 8] });
  sandbox = await folderFor(api);
  await sandbox.start();
});

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const users = USERS.values();
const somebody = (place = {}): Talker => new Talker(api, users.next().value as number, place);

/** The command lines of the agents whose prompt is this. */
async function started(prompt: string, folder = sandbox): Promise<ReadonlyArray<readonly string[]>> {
  const lines = (await folder.read('started.jsonl')).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as readonly string[]).filter((argv) => argv.at(-1) === prompt);
}

const DONE = /^All done: hello\n\nclaude · claude-opus-5-5 · .* · 👤 manual$/;

test.concurrent(
  'a reply goes on with the session of the run, which may be of somebody else in the chat',
  async () => {
    const one = somebody({ chat: GROUP });
    const answer = await one.ask('/run claude look around', DONE);
    const [first] = await started('look around');
    expect(first).not.toContain('--resume');
    const other = somebody({ chat: GROUP });
    const next = other.say('and now?', answer.id);
    expect(await other.after(next, DONE)).toMatchObject({ replyTo: next });
    const [second = []] = await started('and now?');
    expect(second.slice(second.indexOf('--resume'), second.indexOf('--resume') + 2)).toEqual([
      '--resume',
      SESSION,
    ]);
    expect(api.complaints).toEqual([]);
  },
);

test.concurrent('a reply to a run at work waits for it', async () => {
  const one = somebody();
  const working = await one.ask('/run claude wait until go', /^⏳ claude is working/);
  const waiting = await one.ask('then this', /^⏳ waiting for its turn$/, working.id);
  expect(labels(waiting)).toEqual(['Cancel']);
  await one.becomes(working, /^⏳ claude is working · step 1\b[^]*\nAll done: hello\n/);
  expect(await started('then this')).toEqual([]);
  await sandbox.write('go', '');
  await one.becomes(working, DONE);
  await one.becomes(waiting, DONE);
  const [argv] = await started('then this');
  expect(argv).toContain(SESSION);
  expect(api.complaints).toEqual([]);
});

test.concurrent('a reply goes on with the session of a run that its service died under', async () => {
  await using bot = await BotApi.start();
  await using folder = await folderFor(bot);
  const first = await folder.start();
  const one = new Talker(bot, USERS[0] ?? 0);
  const working = await one.ask('/run claude wait until never', /^⏳ claude is working/);
  await one.becomes(working, /claude-opus-5-5/);
  await first.kill();
  await folder.start();
  await one.becomes(working, /^⚠️ interrupted/);
  await one.ask('go on', DONE, working.id);
  const [argv] = await started('go on', folder);
  expect(argv).toContain(SESSION);
  expect(bot.complaints).toEqual([]);
});

test.concurrent(
  'a reply to an answer of an engine without sessions says that there is nothing to go on with',
  async () => {
    const one = somebody();
    const answer = await one.agent('hello');
    const refused = await one.ask('and?', /^❌/, answer.id);
    expect(refused.text).toMatch(/that run told no session, so there is nothing to go on with/);
    expect(api.complaints).toEqual([]);
  },
);

test.concurrent('a reply to a message about no run is a prompt of its own', async () => {
  const one = somebody();
  const pong = await one.ask('/ping', /^🏓/);
  expect((await one.agent('what is this?', pong.id)).text).toMatch(/^what is this\?\n\necho/);
  expect(api.complaints).toEqual([]);
});

test.concurrent('text in a group and in a topic of it is answered there, in reply to who asked', async () => {
  const inGroup = somebody({ chat: -1003 });
  const asked = inGroup.say('hello group');
  expect(await inGroup.after(asked, /^hello group\n\n/)).toMatchObject({ replyTo: asked, thread: undefined });
  const inTopic = somebody({ chat: FORUM, thread: 7 });
  const there = inTopic.say('hello topic');
  expect(await inTopic.after(there, /^hello topic\n\n/)).toMatchObject({ replyTo: there, thread: 7 });
  const inOther = somebody({ chat: FORUM, thread: 8 });
  expect(await inOther.ask('/ping', /^🏓/)).toMatchObject({ thread: 8 });
  expect(api.complaints).toEqual([]);
});

test.concurrent('a command in reply to the message of a run is about that run', async () => {
  const one = somebody();
  const answer = await one.agent('this is written');
  expect((await one.ask('/log', /^this is written$/, answer.id)).text).toBe('this is written');
  expect((await one.ask('/cancel', /^❌/, answer.id)).text).toMatch(/has ended already: succeeded$/);
  expect(api.complaints).toEqual([]);
});
