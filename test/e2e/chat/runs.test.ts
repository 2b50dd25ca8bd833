/** Holds what a run looks like in its chat: one message from its start to its answer, at any length, and its buttons. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { traps } from '../../chat/render/traps.ts';
import { BotApi } from '../../support/bot-api/api.ts';
import { Sandbox } from '../../support/untether.ts';
import type { Service } from '../../support/untether.ts';
import { ANSWERED, chatToml, idIn, labels, Talker, USERS } from './support.ts';

const FIXTURE = fileURLToPath(new URL('../../fixtures/engines/claude/fresh.jsonl', import.meta.url));

/** Plays a recorded stream up to the use of a tool, and the rest once there is a file of the name that the prompt says. */
const STAGED = `
import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
const file = (await text(process.stdin)).trim();
const lines = readFileSync(${JSON.stringify(FIXTURE)}, 'utf8').split('\\n').filter(Boolean);
const tool = lines.findIndex((line) => line.includes('"tool_use"'));
process.stdout.write(lines.slice(0, tool + 1).join('\\n') + '\\n');
while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
process.stdout.write(lines.slice(tool + 1).join('\\n') + '\\n');
`;

const users = USERS.values();
const id = (): number => users.next().value as number;

const OF = {
  ...{ hook: id(), silentFailure: id(), muted: id(), retried: id(), logged: id(), cron: id() },
  ...{ command: id(), success: id(), said: id(), other: id(), project: id(), skipped: id(), asked: id() },
  ...{ tokens: id(), watched: id() },
};
const FORUM = -1001;

const hook = (name: string, keys: string): string => `
[[triggers.webhooks]]
id = "${name}"
path = "/${name}"
auth = "none"
${keys}
`;

const toml = (api: BotApi, folder: string): string =>
  chatToml(
    api,
    `
# What the last line of the prompt names.
[engines.file]
command = ["sh", "-c", 'cat "${folder}/$(tail -n 1)"']

[engines.broken]
command = ["sh", "-c", 'echo "half an answer"; echo "a complaint" >&2; exit 3']

[engines.staged]
command = [${JSON.stringify(process.execPath)}, ${JSON.stringify(`${folder}/staged.mjs`)}]
output = "jsonl:claude"

[projects.app]
path = "app"
chat_id = ${OF.project}

[[triggers.crons]]
id = "at-start"
schedule = "@reboot"
prompt = "good morning"
chat_id = ${OF.cron}
${[
  hook('hook', `prompt_template = "got {{ word }}"\nchat_id = ${OF.hook}`),
  hook('topic', `prompt = "in the topic"\nchat_id = ${FORUM}\nthread_id = 7`),
  hook('ours', 'prompt = "of the project"\nproject = "app"'),
  hook('failing', `prompt = "x"\nengine = "broken"\nchat_id = ${OF.silentFailure}`),
  hook('muted', `prompt = "x"\nengine = "broken"\nchat_id = ${OF.muted}`),
  hook('logged', `prompt = "x"\nengine = "broken"\nchat_id = ${OF.logged}`),
  hook('retried', `prompt_template = "{{ file }}"\nengine = "file"\nchat_id = ${OF.retried}`),
  hook(
    'probe',
    `action = "command"\ncommand = ["test", "-e", "${folder}/healthy"]\nchat_id = ${OF.command}\nnotify = { on = ["failure", "recovery"] }`,
  ),
  hook(
    'backup',
    `action = "command"\ncommand = ["true"]\nchat_id = ${OF.success}\nnotify = { on = ["success"] }`,
  ),
  hook('quiet', `action = "command"\ncommand = ["true"]\nchat_id = ${OF.success}`),
  hook(
    'said',
    `action = "notify_only"\nmessage_template = "<b>{{ word }}</b> & *more*"\nchat_id = ${OF.said}`,
  ),
  hook(
    'whispered',
    `action = "notify_only"\nmessage_template = "hush {{ word }}"\nsilent = true\nchat_id = ${OF.said}`,
  ),
  hook(
    'watched',
    `prompt = "x"\nengine = "broken"\nchat_id = ${OF.watched}\nnotify = { on = ["failure"], chat = ${OF.other} }`,
  ),
  hook('scarce', `prompt = "x"\nchat_id = ${OF.skipped}\nbudget = { runs_per_day = 1 }`),
  hook(
    'asking',
    `prompt = "spend it"\nchat_id = ${OF.asked}\nbudget = { runs_per_day = 1 }\non_budget = "ask"`,
  ),
  hook(
    'greedy',
    `prompt = "never"\nengine = "staged"\nchat_id = ${OF.tokens}\nbudget = { tokens_per_run = 100 }`,
  ),
].join('')}`,
    { users: USERS },
  );

let api: BotApi;
let sandbox: Sandbox;
let service: Service;

beforeAll(async () => {
  api = await BotApi.start();
  api.addChat({ id: FORUM, topics: [7] });
  sandbox = await Sandbox.make();
  await sandbox.write('staged.mjs', STAGED);
  await mkdir(sandbox.path('app'));
  await sandbox.write('untether.toml', toml(api, sandbox.folder));
  service = await sandbox.start();
});

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const somebody = (): Talker => new Talker(api, id());

/** A delivery to a webhook, which is taken; answers with its run. */
async function deliver(name: string, payload: unknown = {}): Promise<string> {
  const { status, body } = await service.post(`/${name}`, JSON.stringify(payload), {
    'content-type': 'application/json',
  });
  expect({ name, status }).toEqual({ name, status: 202 });
  return (JSON.parse(body) as { readonly run: string }).run;
}

/** The same, and resolves when the run is over. */
async function finish(name: string): Promise<void> {
  const run = await deliver(name);
  expect((await sandbox.run('logs', run, '-f')).code).toBe(0);
}

/** Asks for the content of a file, and resolves with all messages of the answer, the last of which has the footer. */
async function answerWith(
  text: string,
): Promise<{ readonly person: Talker; readonly all: Talker['messages'] }> {
  const person = somebody();
  const name = `${person.chat}.txt`;
  await writeFile(sandbox.path(name), text);
  await person.ask(`/run file ${name}`, ANSWERED);
  return { person, all: () => person.messages().filter(({ from }) => from === 'bot') };
}

describe.concurrent('a run', () => {
  test('is one message: posted when it starts, edited while it works, replaced by the answer with its footer', async () => {
    const person = somebody();
    const asked = person.say('/run staged go-on');
    const working = await person.after(asked, /^⏳ staged is working/);
    expect(working).toMatchObject({ replyTo: asked, silent: false });
    const step = await person.becomes(working, /step 1/);
    expect(step.text).toMatch(
      /^⏳ staged is working · step 1( · \d+s)?\nBash: echo hello\nstaged · claude-opus-5-5 · 👤 manual$/,
    );
    expect(labels(step)).toEqual(['Cancel']);
    await sandbox.write('go-on', '');
    const answer = await person.becomes(working, ANSWERED);
    expect(answer.text).toMatch(
      /^All done: hello\n\nstaged · claude-opus-5-5 · (\d+s ?)?(\d+ms)? · \$0\.00171 · 👤 manual$/,
    );
    expect(labels(answer)).toEqual([]);
    expect(person.texts()).toHaveLength(1);
    expect(api.complaints).toEqual([]);
  });

  test('of a webhook makes no sound and says what started it', async () => {
    await deliver('hook', { word: 'news' });
    const answer = await api.sees(OF.hook, /⚡ webhook:hook$/);
    const done = await new Talker(api, OF.hook).becomes(answer, /\n\necho · \d+m?s · ⚡ webhook:hook$/);
    expect(done.text).toMatch(/\ngot news\n\n/);
    expect(done).toMatchObject({ silent: true, replyTo: undefined });
    expect(api.texts(OF.hook)).toHaveLength(1);
    expect(api.complaints).toEqual([]);
  });

  test('of a cron makes no sound and says what started it', async () => {
    const answer = await api.sees(OF.cron, /^good morning\n\necho · \d+m?s · ⏰ cron:at-start$/);
    expect(answer.silent).toBe(true);
    expect(api.complaints).toEqual([]);
  });

  test('is shown in the topic of its trigger', async () => {
    await deliver('topic');
    expect(await api.sees(FORUM, /^in the topic\n\n/)).toMatchObject({ thread: 7 });
    expect(api.complaints).toEqual([]);
  });

  test('is shown in the chat of its project', async () => {
    await deliver('ours');
    await api.sees(OF.project, /^of the project\n\necho · .* · ⚡ webhook:ours$/);
    expect(api.complaints).toEqual([]);
  });

  test('that its service died under is said to be interrupted, with the way to repeat it', async () => {
    await using own = await BotApi.start();
    const slow = '[engines.slow]\ncommand = ["sleep", "600"]\n';
    await using folder = await Sandbox.make(chatToml(own, slow, { users: USERS }));
    const first = await folder.start();
    const person = new Talker(own, OF.other);
    const working = await person.ask('/run slow x', /^⏳ slow is working/);
    await first.kill();
    await folder.start();
    const over = await person.becomes(working, /^⚠️ interrupted/);
    expect(labels(over)).toEqual(['Retry', 'Log']);
    expect(person.texts()).toHaveLength(1);
    expect(own.complaints).toEqual([]);
  });
});

describe.concurrent('an answer', () => {
  test.for(traps)('arrives as the text that it is: %s', async ([, text]) => {
    const { all } = await answerWith(text);
    const [message] = all();
    expect(message?.text.split('\n\n')[0]).toBe(text);
    expect(
      message?.entities.filter(({ type }) => !/url|hashtag|mention|bot_command|email/.test(type)),
    ).toEqual([]);
    expect(api.complaints).toEqual([]);
  });

  test('shows fenced code as code, whatever is in it', async () => {
    const { all } = await answerWith('before\n```ts\nconst a = "<b>" && `x`;\n```\nafter');
    const [message] = all();
    expect(message?.text).toMatch(/^before\nconst a = "<b>" && `x`;\nafter\n\nfile/);
    expect(message?.entities).toContainEqual({ type: 'pre', offset: 7, length: 23, language: 'ts' });
    expect(api.complaints).toEqual([]);
  });

  test('that is long is split at paragraphs, with code whole and the footer below the last', async () => {
    const paragraph = `${'word '.repeat(200).trim()}.`;
    const code = Array.from({ length: 60 }, (_, line) => `line ${line} of the code`).join('\n');
    const text = [paragraph, paragraph, paragraph, `\`\`\`sh\n${code}\n\`\`\``, paragraph].join('\n\n');
    const { all } = await answerWith(text);
    const messages = all();
    expect(messages.length).toBeGreaterThan(1);
    for (const message of messages) expect(message.text.length).toBeLessThanOrEqual(4_096);
    const withCode = messages.filter(({ entities }) => entities.some(({ type }) => type === 'pre'));
    expect(withCode).toHaveLength(1);
    const { text: part, entities } = withCode[0]!;
    const pre = entities.find(({ type }) => type === 'pre') ?? { offset: 0, length: 0 };
    expect(part.slice(pre.offset, pre.offset + pre.length)).toBe(code);
    expect(messages.map((one) => ANSWERED.test(one.text))).toEqual([
      ...Array.from({ length: messages.length - 1 }, () => false),
      true,
    ]);
    const words = messages
      .map((one) => one.text)
      .join('\n')
      .match(/word|line \d+/g);
    expect(words).toHaveLength(4 * 200 + 60);
    expect(api.complaints).toEqual([]);
  });

  test('that is very long is its beginning and a file with all of it', async () => {
    const text = Array.from({ length: 2_000 }, (_, line) => `line ${line}`).join('\n');
    const person = somebody();
    await writeFile(sandbox.path('very-long.txt'), text);
    const beginning = await person.ask('/run file very-long.txt', /The whole answer is in the file below\./);
    expect(beginning.text).toMatch(/^line 0\nline 1\n[^]* · 👤 manual$/);
    const file = await person.after(beginning.id, /line 1999$/);
    expect(file.document).toEqual({ name: 'answer.md', text });
    expect(api.complaints).toEqual([]);
  });

  test('that is no words at all is said to be none', async () => {
    const { all } = await answerWith('\n \n');
    expect(all()[0]?.text).toMatch(/^✅ done, without an answer\n\nfile · /);
    expect(api.complaints).toEqual([]);
  });
});

describe.concurrent('a failure', () => {
  test('is told with its reason, what was written, and buttons', async () => {
    await deliver('failing');
    const failed = await api.sees(OF.silentFailure, /^❌ /);
    expect(failed.text).toMatch(
      /^❌ webhook:failing failed: exit 3\n\nhalf an answer\na complaint\n\nbroken · .* · ⚡ webhook:failing$/,
    );
    expect(labels(failed)).toEqual(['Retry', 'Log', 'Mute']);
    expect(api.complaints).toEqual([]);
  });

  test('of what a person asked for has none to mute', async () => {
    const person = somebody();
    const failed = await person.ask('/run broken x', /^❌/);
    expect(failed.text).toMatch(/^❌ run failed: exit 3\n\nhalf an answer\na complaint\n\nbroken · /);
    expect(labels(failed)).toEqual(['Retry', 'Log']);
    expect(api.complaints).toEqual([]);
  });

  test('shows by Log what the run has written', async () => {
    await deliver('logged');
    const person = new Talker(api, OF.logged);
    const log = await person.pressFor(await api.sees(OF.logged, /^❌/), 'Log');
    expect(log.text).toMatch(/half an answer/);
    expect(log.text).toMatch(/a complaint/);
    expect(api.complaints).toEqual([]);
  });

  test('is repeated by Retry once, with the payload that it had, however often that is pressed', async () => {
    const person = new Talker(api, OF.retried);
    await deliver('retried', { file: 'answer.txt' });
    const failed = await api.sees(OF.retried, /^❌/);
    await sandbox.write('answer.txt', 'now it works');
    const presses = await Promise.all([1, 2, 3].map(() => person.press(failed, 'Retry')));
    const [toast, ...others] = new Set(presses.map((press) => press.toast));
    expect(toast).toMatch(/^🔁 run [0-9a-f]{12} again, as [0-9a-f]{12}$/);
    expect(others).toEqual([]);
    const answer = await person.after(failed.id, /^now it works\n\n/);
    expect(answer.text).toMatch(/⚡ webhook:retried$/);
    const late = await person.press(failed, 'Retry');
    expect(late.toast).toBe(toast);
    expect((await person.ask('/runs', /webhook:retried/)).text.match(/webhook:retried/g)).toHaveLength(2);
    expect(api.complaints).toEqual([]);
  });

  test('is not told again after Mute, until that is ended', async () => {
    const person = new Talker(api, OF.muted);
    await deliver('muted');
    const { toast } = await person.press(await api.sees(OF.muted, /^❌/), 'Mute');
    expect(toast).toMatch(/^🔇 nothing of webhook:muted here until .*; \/unmute webhook:muted ends that$/);
    await finish('muted');
    expect(person.texts()).toHaveLength(1);
    expect((await person.ask('/unmute muted')).text).toBe('🔊 webhook:muted is told of here again');
    const before = person.texts().length;
    await deliver('muted');
    await api.until(() => person.texts().length > before, 'the third failure');
    expect(api.complaints).toEqual([]);
  });

  test('is told in another chat too where the trigger says so', async () => {
    await deliver('watched');
    const notice = await api.sees(OF.other, /webhook:watched/);
    expect(notice.text).toBe('❌ webhook:watched (agent_run): exit 3');
    expect(labels(notice)).toEqual(['Retry', 'Log', 'Mute']);
    await api.sees(OF.watched, /^❌ webhook:watched failed: exit 3\n/);
    expect(api.complaints).toEqual([]);
  });
});

describe.concurrent('a trigger that is no agent', () => {
  test('tells of a failure and of the first success after it', async () => {
    const person = new Talker(api, OF.command);
    await sandbox.write('healthy', '');
    await finish('probe');
    await rm(sandbox.path('healthy'));
    await deliver('probe');
    const failed = await api.sees(OF.command, /^❌/);
    expect(failed).toMatchObject({ text: '❌ webhook:probe (command): exit 1', silent: false });
    expect(labels(failed)).toEqual(['Retry', 'Log', 'Mute']);
    await sandbox.write('healthy', '');
    await deliver('probe');
    const again = await api.sees(OF.command, /^💚/);
    expect(again).toMatchObject({ text: '💚 webhook:probe works again', silent: true });
    await finish('probe');
    expect(person.texts()).toEqual([failed.text, again.text]);
    expect(api.complaints).toEqual([]);
  });

  test('tells of a success where it is to, and of nothing where it is not', async () => {
    await finish('quiet');
    await deliver('backup');
    const told = await api.sees(OF.success, /backup/);
    expect(told).toMatchObject({ text: '✅ webhook:backup (command): succeeded', silent: true });
    expect(api.texts(OF.success)).toHaveLength(1);
    expect(api.complaints).toEqual([]);
  });

  test('says its message word for word, with or without a sound', async () => {
    await deliver('said', { word: 'hear <i>this</i>' });
    const said = await api.sees(OF.said, /hear/);
    expect(said).toMatchObject({ text: '<b>hear <i>this</i></b> & *more*', entities: [], silent: false });
    await deliver('whispered', { word: 'now' });
    expect(await api.sees(OF.said, /hush/)).toMatchObject({ text: 'hush now', silent: true });
    expect(api.complaints).toEqual([]);
  });
});

describe.concurrent('a budget', () => {
  test('of runs a day leaves out what is beyond it, with the reason', async () => {
    await deliver('scarce');
    await api.sees(OF.skipped, /\n\n.* · ⚡ webhook:scarce$/);
    await deliver('scarce');
    const person = new Talker(api, OF.skipped);
    const { text } = await person.ask('/runs', /^⏭/);
    expect(text).toMatch(/^⏭ [0-9a-f]{12} webhook:scarce, .*: budget: 1 run a day is used up\n✅ /);
    expect((await person.ask('/why scarce')).text).toMatch(
      /not run \(skipped\): budget: 1 run a day is used up/,
    );
    const [, id = ''] = /^⏭ (\w+)/.exec(text) ?? [];
    expect((await person.ask(`/retry ${id}`)).text).toMatch(
      /run [\w-]+ was left out: budget: 1 run a day is used up/,
    );
    expect(api.complaints).toEqual([]);
  });

  test('that asks has a button, which runs it all the same', async () => {
    await deliver('asking');
    await api.sees(OF.asked, /\n\n.* · ⚡ webhook:asking$/);
    await deliver('asking');
    const question = await api.sees(OF.asked, /^💸/);
    expect(question.text).toBe(
      '💸 webhook:asking was not run: budget: 1 run a day is used up. Run it all the same?',
    );
    const person = new Talker(api, OF.asked);
    const presses = await Promise.all([1, 2, 3].map(() => person.press(question, 'Run anyway')));
    const [toast, ...others] = new Set(presses.map((press) => press.toast));
    expect(toast).toMatch(/^🔁 run /);
    expect(others).toEqual([]);
    expect((await person.after(question.id, /^spend it\n\n/)).text).toMatch(/⚡ webhook:asking$/);
    expect(api.complaints).toEqual([]);
  });

  test('of tokens a run ends it', async () => {
    await deliver('greedy');
    const stopped = await api.sees(OF.tokens, /^❌/);
    expect(stopped.text).toMatch(/^❌ webhook:greedy was stopped: budget: \d+ tokens, and 100 are allowed\n/);
    expect(labels(stopped)).toEqual(['Retry', 'Log', 'Mute']);
    expect(api.complaints).toEqual([]);
  });
});

describe.concurrent('/log', () => {
  test('is a file above what a message takes', async () => {
    const person = somebody();
    const text = Array.from({ length: 500 }, (_, line) => `line ${line} is here`).join('\n');
    await writeFile(sandbox.path('long.txt'), text);
    await person.ask('/run file long.txt', ANSWERED);
    const run = idIn(await person.ask('/runs', /^✅/));
    const log = await person.ask(`/log ${run}`, /line 499 is here$/);
    expect(log.document).toEqual({ name: `${run}.log`, text });
    expect(api.complaints).toEqual([]);
  });
});
