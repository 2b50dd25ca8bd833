/** Holds every chat command to its row in the table: what it answers, who may use it, and what the menu says. */
import { mkdir, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roles } from '../../../src/chat/roles.ts';
import type { Role } from '../../../src/chat/roles.ts';
import { chatCommands } from '../../../src/chat/table.ts';
import { BotApi } from '../../support/bot-api/api.ts';
import { connect } from '../../../src/cli/client.ts';
import { Sandbox, eventually } from '../../support/untether.ts';
import type { Service } from '../../support/untether.ts';
import { ADMIN, ANSWERED, chatToml, idIn, labels, OPERATORS, STRANGER, Talker, USERS } from './support.ts';

const [OWNER = 0, GUEST = 0, ASKER = 0, ...OTHERS] = USERS;
const [LISTENER = 0, ...STEERING] = OPERATORS;

const toml = (api: BotApi): string =>
  chatToml(
    api,
    `
[[triggers.crons]]
id = "nightly"
schedule = "0 2 * * *"
prompt = "review the day"
chat_id = ${OWNER}

[[triggers.webhooks]]
id = "push"
path = "/push"
auth = "none"
prompt_template = "pushed {{ ref }}"
chat_id = ${OWNER}
`,
    { users: USERS, operators: OPERATORS },
  );

let api: BotApi;
const HELLO =
  "export default { init: ({ log }) => log.info('loaded once'), commands: { hello: { summary: 'greets', run: () => 'hello' } } };";

let sandbox: Sandbox;
let service: Service;
const control = connect(() => sandbox.path('.untether'));
/** Of a run that the first of the others asked for, which is over. */
let run: string;

beforeAll(async () => {
  api = await BotApi.start();
  sandbox = await Sandbox.make(toml(api));
  await mkdir(sandbox.path('plugins'));
  await sandbox.write('plugins/hello.mjs', HELLO);
  service = await sandbox.start();
  await new Talker(api, ASKER).agent('this is written');
  const [row] = await sandbox.json<ReadonlyArray<{ readonly id: string }>>('runs');
  run = row?.id ?? '';
});

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const users = OTHERS.values();
const operators = STEERING.values();
const next = (ids: Iterator<number>): Talker => new Talker(api, ids.next().value as number);
const user = (): Talker => next(users);
const operator = (): Talker => next(operators);

/** Sends a row of a command and looks at what becomes of it. */
type Step = () => Promise<void>;

/** By command, and by what may stand behind it as its usage says. */
const steps: Readonly<Record<string, Readonly<Record<string, Step>>>> = {
  ping: {
    '': async () => {
      expect((await user().ask('/ping')).text).toMatch(/^🏓 pong — up (\d+m )?\d+s$/);
    },
  },
  at: {
    'WHEN PROMPT': async () => {
      const { text } = await user().ask('/at 2h check the build');
      expect(text).toMatch(
        /^⏳ scheduled: \w{3} \d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? \(UTC\), in (2h|1h 59m)\nid ([0-9a-f]{12}); cancel with \/at cancel \3$/,
      );
    },
    list: async () => {
      const somebody = user();
      const id = idIn(await somebody.ask('/at 2h check the build'));
      expect((await somebody.ask('/at list')).text).toMatch(
        new RegExp(`^🕒 ${id} .* \\(UTC\\), in .*\n   check the build\n`),
      );
    },
    'cancel ID': async () => {
      const somebody = user();
      const id = idIn(await somebody.ask('/at 2h check the build'));
      expect((await somebody.ask(`/at cancel ${id}`)).text).toMatch(new RegExp(`^🚫 cancelled ${id}, due `));
      expect((await somebody.ask('/at list')).text).toBe('nothing is pending in this chat');
    },
  },
  cancel: {
    'ID?': async () => {
      const somebody = user();
      const id = idIn(await somebody.ask('/at 2h check the build'));
      expect((await somebody.ask(`/cancel ${id}`)).text).toBe(`🚫 cancelled ${id} (at:${id})`);
      expect((await somebody.ask('/cancel')).text).toBe(
        'nothing is running in this chat, and nothing is pending',
      );
    },
  },
  run: {
    'ENGINE? PROMPT': async () => {
      const somebody = user();
      expect((await somebody.agent('/run what changed today?')).text).toMatch(
        /^what changed today\?\n\necho · /,
      );
      expect((await somebody.agent('/run Echo what else?')).text).toMatch(/^what else\?\n\necho · /);
    },
  },
  triggers: {
    'PAGE?': async () => {
      const owner = new Talker(api, OWNER);
      const shown = await owner.ask('/triggers');
      expect(shown.text).toMatch(
        /^⏰ cron:nightly: 2:00 AM daily \(UTC\)\n {3}next .* 02:00 \(UTC\), in .*\n⚡ webhook:push: \/push/,
      );
      expect(labels(shown)).toEqual(['Why cron:nightly', 'Why webhook:push']);
      expect((await owner.ask('/triggers 2')).text).toBe('❌ expected the number of a page, 1 to 1, not "2"');
    },
  },
  fire: {
    ID: async () => {
      const steerer = operator();
      const fired = await steerer.ask('/fire nightly');
      expect(fired.text).toMatch(/^▶️ fired nightly: run [0-9a-f]{12}$/);
      expect(labels(fired)).toEqual(['Log', 'Cancel']);
      expect((await steerer.after(fired.id, ANSWERED)).text).toMatch(/^review the day\n/);
    },
    'ID JSON': async () => {
      const steerer = operator();
      const { id } = await steerer.ask('/fire webhook:push {"ref": "main"}', /^▶️ fired/);
      expect((await steerer.after(id, ANSWERED)).text).toMatch(/\npushed main\n/);
    },
  },
  runs: {
    'ID?': async () => {
      const asker = new Talker(api, ASKER);
      const list = await asker.ask('/runs');
      expect(list.text).toMatch(/^✅ [0-9a-f]{12} manual:echo, .*, took \d+m?s$/);
      const one = await asker.ask(`/runs ${idIn(list)}`);
      expect(one.text).toMatch(/\nattempt 1, .*: took \d+m?s, exit 0\n✉️ final to default\/\d+: sent\n/);
      expect(labels(one)).toEqual(['Log', 'Retry']);
    },
    failed: async () => {
      expect((await user().ask('/runs failed')).text).toMatch(/^(no run|nothing)/);
    },
  },
  log: {
    RUN: async () => {
      expect((await operator().ask(`/log ${run.slice(-12)}`)).text).toBe('this is written');
    },
  },
  why: {
    'TRIGGER TIME?': async () => {
      const somebody = operator();
      expect((await somebody.ask('/why nightly')).text).toMatch(
        /^cron:nightly has not been due or received anything yet; next .* 02:00 UTC$/,
      );
      expect((await somebody.ask('/why nightly 03:00')).text).toMatch(
        /^cron:nightly was not due at .* 03:00 UTC/,
      );
    },
  },
  missed: {
    '': async () => {
      expect((await user().ask('/missed')).text).toBe('no trigger of this chat missed a moment');
    },
    'last WHICH?': async () => {
      expect((await user().ask('/missed last')).text).toBe('no trigger of this chat missed a moment');
      expect((await user().ask('/missed last night')).text).toMatch(
        /^❌ "night" names nothing that was missed/,
      );
    },
    'all WHICH?': async () => {
      expect((await user().ask('/missed all')).text).toBe('no trigger of this chat missed a moment');
    },
    'skip WHICH?': async () => {
      expect((await user().ask('/missed skip 1')).text).toBe('no trigger of this chat missed a moment');
    },
  },
  retry: {
    RUN: async () => {
      const somebody = operator();
      const { id, text } = await somebody.ask(`/retry ${run}`, /^🔁/);
      expect(text).toMatch(new RegExp(`^🔁 run ${run.slice(-12)} again, as [0-9a-f]{12}$`));
      const answers = (): readonly string[] => somebody.texts().filter((one) => ANSWERED.test(one));
      await api.until(() => answers().length === 1, `the answer, around message ${id}`);
      expect(answers()[0]).toMatch(/^this is written\n/);
    },
    'RUN anyway': async () => {
      const somebody = operator();
      expect((await somebody.ask(`/retry ${run} anyway`, /^🔁/)).text).toMatch(/^🔁 run /);
      expect((await operator().ask(`/retry ${run} please`)).text).toMatch(/^❌ what does "please" mean\?/);
    },
  },
  pause: {
    '': async () => {
      expect((await operator().ask('/pause')).text).toMatch(
        /^⏸ everything is paused by chat user \d+ until it is resumed$/,
      );
      expect((await operator().ask('/resume')).text).toBe('▶️ nothing is paused');
    },
    ID: async () => {
      expect((await operator().ask('/pause nightly')).text).toMatch(
        /^⏸ cron:nightly is paused by chat user \d+ until it is resumed$/,
      );
    },
    FOR: async () => {
      expect((await operator().ask('/pause 2h')).text).toMatch(
        /^⏸ cron:nightly is .* until it is resumed\n⏸ everything is .* until .* \(UTC\)$/,
      );
      expect((await operator().ask('/resume')).text).toMatch(
        /^⏸ cron:nightly is paused by chat user \d+ until it is resumed$/,
      );
    },
    'until TIME': async () => {
      expect((await operator().ask('/pause until tomorrow 9:00')).text).toMatch(
        /\n⏸ everything is paused by chat user \d+ until \w{3} \S+ 09:00 \(UTC\)$/,
      );
      expect((await operator().ask('/resume')).text).not.toMatch(/everything/);
      expect((await operator().ask('/pause until whenever')).text).toMatch(
        /^❌ "whenever" is not understood/,
      );
    },
    'ID until TIME': async () => {
      expect((await operator().ask('/pause nightly until 9am')).text).toMatch(
        /^⏸ cron:nightly is paused by chat user \d+ until \w{3} \S+ 09:00 \(UTC\)$/m,
      );
    },
    'ID FOR': async () => {
      expect((await operator().ask('/pause nightly 2h')).text).toMatch(
        /^⏸ cron:nightly is paused by .* until .* \(UTC\)$/,
      );
    },
  },
  resume: {
    '': async () => {
      await operator().ask('/pause', /everything/);
      expect((await operator().ask('/resume')).text).not.toMatch(/everything/);
    },
    ID: async () => {
      expect((await operator().ask('/resume nightly')).text).toBe('▶️ nothing is paused');
    },
  },
  mute: {
    TRIGGER: async () => {
      expect((await operator().ask('/mute nightly')).text).toMatch(
        /^🔇 nothing of cron:nightly here until .* \(UTC\); \/unmute cron:nightly ends that$/,
      );
    },
    'TRIGGER FOR': async () => {
      expect((await operator().ask('/mute push 2036-01-01')).text).toMatch(/is no length of time such as 3d/);
      expect((await operator().ask('/mute push 3d')).text).toMatch(/^🔇 nothing of webhook:push here until /);
    },
  },
  unmute: {
    TRIGGER: async () => {
      expect((await operator().ask('/unmute nightly')).text).toBe('🔊 cron:nightly is told of here again');
    },
  },
  stats: {
    'today|week|all': async () => {
      const somebody = user();
      await somebody.agent('count me');
      const words = { today: 'Today', week: 'This week', all: 'All time' };
      for (const [span, title] of Object.entries(words)) {
        expect((await user().ask(`/stats ${span}`)).text).toMatch(
          new RegExp(
            `^📊 ${title}\necho: \\d+ runs? \\(\\d+ triggered, \\d+ manual\\), .*, last (now|\\d+m?s ago)$`,
          ),
        );
      }
      expect((await user().ask('/stats year')).text).toMatch(/^❌ "year" is no span of time/);
    },
  },
  status: {
    '': async () => {
      expect((await user().ask('/status')).text).toMatch(
        /^💚 ok, untether \d.*, up .*s\n\d+ running, \d+ waiting, \d+ scheduled$/,
      );
      expect((await operator().ask('/status')).text).toMatch(
        /revision 1 \(\w+\), serving since [^]*1 cron, 1 webhook[^]*last reload: [^]*bot default: polling[^]*memory \d+ MB, event loop \d+ ms late/,
      );
    },
  },
  health: {
    '': async () => {
      expect((await user().ask('/health')).text).toMatch(/^💚 ok, untether/);
      expect((await operator().ask('/health')).text).toMatch(/\nrevision 1 /);
    },
  },
  restart: Object.fromEntries(
    ['', 'force'].map((word) => [
      word,
      async () => {
        const { startedAt } = await control.status();
        expect((await operator().ask(`/restart ${word}`)).text).toBe('🔄 Restarting…');
        await eventually(
          'another life answers',
          async () => (await control.status()).startedAt !== startedAt,
        );
      },
    ]),
  ),
  reload: {
    '': async () => {
      expect((await new Talker(api, ADMIN).ask('/reload')).text).toMatch(
        /^♻️ nothing has changed, revision 1 is live\nplugins: refreshed=0 .* unchanged=[01]\nhooks reloaded: 0$/,
      );
    },
    config: async () => {
      expect((await new Talker(api, ADMIN).ask('/reload config')).text).toMatch(/^♻️ nothing has changed/);
    },
    'bot NAME': async () => {
      const admin = new Talker(api, ADMIN);
      expect((await admin.ask('/reload bot default')).text).toMatch(/^bot default is reconnected \(.+\)$/);
      expect((await admin.ask('/reload bot nobody')).text).toMatch(
        /^❌ there is no bot nobody; there is default/,
      );
      expect((await admin.ask('/reload everything')).text).toMatch(
        /^❌ there is nothing called "everything"/,
      );
    },
    hooks: () => says('/reload hooks', /^hooks reloaded: 0$/),
    'hooks --empty': () => says('/reload hooks --empty', /^hooks reloaded: 0$/),
    telemetry: () => says('/reload telemetry', /^telemetry is off: \[telemetry\] names no endpoint$/),
    plugins: () => says('/reload plugins', /^refreshed=0 added=[01].* failed=0 unchanged=[01]$/),
    bots: async () => {
      expect((await new Talker(api, ADMIN).ask('/reload bots')).text).toMatch(
        /^bot default is reconnected \(.+\)$/,
      );
    },
  },
  plugin: {
    '': () => says('/plugin', /^(no plugins in|hello: loaded)/),
    'status ID': async () => {
      await says('/plugin status hello', /^hello: loaded[^\n]*$/);
      await says('/plugin status nobody', /^❌ there is no plugin nobody; there is hello$/);
    },
    reload: () => says('/plugin reload', /^refreshed=/),
    'reload ID': () => says('/plugin reload hello', /unchanged=1$/),
    'watch ID': () => says('/plugin watch hello', /^hello: .* watched$/),
    'unwatch ID': () => says('/plugin unwatch hello', /^hello: .*\/hello$/),
    'log ID': () => says('/plugin log hello', /loaded once/),
    'log ID N': () => says('/plugin log hello 1', /^[^\n]+$/),
  },
  rollback: {
    '': async () => {
      expect((await new Talker(api, ADMIN).ask('/rollback')).text).toBe(
        '❌ there is no revision before 1; kept are 1',
      );
    },
    REVISION: async () => {
      expect((await new Talker(api, ADMIN).ask('/rollback 1')).text).toMatch(/^♻️ nothing has changed/);
      expect((await new Talker(api, ADMIN).ask('/rollback one')).text).toMatch(/^❌ "one" is no number/);
    },
    list: async () => {
      expect((await new Talker(api, ADMIN).ask('/rollback list')).text).toMatch(
        /^▶️ 1 \([0-9a-f]{12}\), .* \(UTC\), live$/,
      );
    },
  },
  help: {
    '': async () => {
      const { text } = await user().ask('/help');
      expect(text.split('\n')[0]).toBe("/ping — uptime, this chat's triggers and the next fire");
    },
    COMMAND: async () => {
      const somebody = user();
      expect((await somebody.ask('/help /AT')).text).toMatch(/^\/at — [^]*\n {2}\/at WHEN PROMPT\n/);
      expect((await somebody.ask('/help fire')).text).toBe('❌ there is no command /fire');
    },
  },
};

async function says(line: string, words: RegExp): Promise<void> {
  expect((await new Talker(api, ADMIN).ask(line)).text).toMatch(words);
}

const rows = chatCommands.flatMap(({ name, usage }) => usage.map((words) => ({ name, words })));
const promised = rows.map(({ name, words }) => `/${name} ${words}`.trimEnd());

describe('the table of commands', () => {
  test('has a step here for each of its rows, and no step is of a row that is gone', () => {
    const kept = Object.entries(steps).flatMap(([name, ofName]) =>
      Object.keys(ofName).map((words) => `/${name} ${words}`.trimEnd()),
    );
    expect(kept.sort()).toEqual([...promised].sort());
  });

  test.for(rows)('/$name $words does what it says', async ({ name, words }) => {
    await steps[name]?.[words]?.();
    expect(api.complaints).toEqual([]);
  });

  const examples = chatCommands.flatMap((command) =>
    command.examples.map(({ line }) => ({ line, ...command })),
  );

  test('has examples of each command, and they begin with it', () => {
    for (const { name, examples: lines } of chatCommands)
      expect(lines[0]?.line).toMatch(new RegExp(`^/${name}( |$)`));
  });

  test.for(examples.filter(({ line }) => !line.includes('5c1d07a2b3c4')))(
    'works as its example says: $line',
    async ({ line, role }) => {
      const somebody = line.includes('nightly') && role === 'user' ? operator() : personOf(role);
      const answer = await somebody.ask(line);
      expect(answer.text).not.toMatch(/^(⛔|⚠️|❌)/);
      // What comes next is said to the life after this one.
      if (line.startsWith('/restart')) await somebody.after(answer.id, /^Back up/);
      expect(api.complaints).toEqual([]);
    },
  );

  test('is the menu of the bot', () => {
    const menu = chatCommands.map(({ name, summary }) => ({ command: name, description: summary }));
    expect(api.commands).toEqual({ default: [...menu, { command: 'hello', description: 'greets' }] });
    expect(api.callsOf('setMyCommands')).toHaveLength(1);
  });
});

/** Somebody who may do that and nothing beyond it. */
function personOf(role: Role): Talker {
  return { user, operator, admin: () => new Talker(api, ADMIN) }[role]();
}

describe('somebody without the role', () => {
  const above = chatCommands.filter(({ role }) => role !== 'user');
  const words: Readonly<Record<string, string>> = { fire: ' nightly', pause: ' nightly', resume: ' nightly' };

  const state = async (): Promise<unknown> => [
    (await operator().ask('/runs')).text.match(/[0-9a-f]{12}/g),
    await healthNow(),
  ];

  /** By the address of the life that serves now. */
  const healthNow = async (): Promise<unknown> => {
    const { address } = await control.status();
    return (await fetch(`${address}/health`)).json();
  };

  let before: unknown;
  beforeAll(async () => {
    before = await state();
  });

  test.for(above)('is denied /$name once, in the chat and in the log', async ({ name, role }) => {
    const person = personOf(roles[roles.indexOf(role) - 1] ?? 'user');
    person.say(`/${name}${words[name] ?? ''}`);
    await person.ask('/ping', /^🏓/);
    expect(person.texts()).toEqual([`⛔ /${name} is for ${role}s`, expect.stringMatching(/^🏓/)]);
    await service.child.sees(new RegExp(`"command":"${name}"[^\\n]*a chat command was denied`));
    expect(api.complaints).toEqual([]);
  });

  test('has done nothing by all that', async () => {
    expect(await state()).toEqual(before);
    expect(api.complaints).toEqual([]);
  });

  test('is denied by a button, too', async () => {
    const steerer = operator();
    const shown = await steerer.ask('/fire nightly', /^▶️ fired/);
    const group = -1001;
    const guest = new Talker(api, GUEST, { chat: group });
    await guest.ask('/ping');
    const { callbackId } = api.press({
      ...{ from: GUEST, chat: group },
      message: shown.id,
      data: '/fire nightly',
    });
    const answer = await api.until(
      () => api.answers.find((one) => one.callbackId === callbackId),
      'an answer',
    );
    expect(answer.text).toBe('⛔ /fire is for operators');
    expect(api.complaints).toEqual([]);
  });

  test.for(roles)('sees in /help exactly what it may use as %s', async (role) => {
    const person = new Talker(api, { user: GUEST, operator: LISTENER, admin: ADMIN }[role]);
    const may = chatCommands.filter((command) => roles.indexOf(command.role) <= roles.indexOf(role));
    const { text } = await person.ask('/help');
    expect(text.split('\n').map((line) => line.split(' ')[0])).toEqual([
      ...may.map(({ name }) => `/${name}`),
      '/hello',
    ]);
    expect(api.complaints).toEqual([]);
  });
});

describe('a stranger', () => {
  test('gets silence for every command, text and button, and nothing is read or done', async () => {
    const stranger = new Talker(api, STRANGER);
    const before = (await operator().ask('/runs')).text.match(/[0-9a-f]{12}/g);
    for (const { name } of chatCommands) stranger.say(`/${name}`);
    for (const text of ['hello', '.ping', '/pign', '/fire nightly']) stranger.say(text);
    const { callbackId } = api.press({ from: STRANGER, message: 1, data: '/fire nightly' });
    const answer = await api.until(
      () => api.answers.find((one) => one.callbackId === callbackId),
      'an answer',
    );
    expect(answer.text).toBe('');
    const { text } = await operator().ask('/runs');
    expect(text.match(/[0-9a-f]{12}/g)).toEqual(before);
    expect(stranger.texts()).toEqual([]);
    const about = api.calls.filter(({ params }) => Number(params['chat_id']) === STRANGER);
    expect(about).toEqual([]);
    // As a number of its own: times and ports of the log may hold its digits.
    expect(service.child.stdout).not.toMatch(new RegExp(`[:\\s]${STRANGER}[,}\\s]`));
    expect(api.complaints).toEqual([]);
  });
});

describe('a service that starts again', () => {
  test('does not send the same menu twice', async () => {
    await service.stop();
    service = await sandbox.start();
    await user().ask('/ping');
    await api.polled();
    expect(api.callsOf('setMyCommands')).toHaveLength(1);
    expect(api.complaints).toEqual([]);
  });

  test('sends another menu for each reload of plugins that adds, renames or removes a command', async () => {
    const own = (): readonly string[] =>
      (api.commands['default'] ?? [])
        .slice(chatCommands.length)
        .map(({ command, description }) => `${command} ${description}`);
    const reloaded = async (menu: readonly string[]): Promise<void> => {
      const sent = api.callsOf('setMyCommands').length;
      expect((await sandbox.run('plugin', 'reload')).code).toBe(0);
      await eventually('another menu is there', async () => api.callsOf('setMyCommands').length === sent + 1);
      expect(own()).toEqual(menu);
    };
    await sandbox.write('plugins/more.mjs', "export default { commands: { mute_all: { run: () => '' } } };");
    await reloaded(['hello greets', 'mute_all no description']);
    await sandbox.write('plugins/hello.mjs', HELLO.replace('hello:', 'salute:'));
    await reloaded(['salute greets', 'mute_all no description']);
    expect((await user().ask('/hello')).text).toMatch(/^there is no command \/hello/);
    await rm(sandbox.path('plugins/hello.mjs'));
    await reloaded(['mute_all no description']);
    await sandbox.write(
      'plugins/more.mjs',
      "// the same\nexport default { commands: { mute_all: { run: () => '' } } };",
    );
    const sent = api.callsOf('setMyCommands').length;
    expect((await sandbox.run('plugin', 'reload')).stdout).toMatch(/^refreshed=1 /);
    await user().ask('/ping');
    expect(api.callsOf('setMyCommands')).toHaveLength(sent);
    expect(api.complaints).toEqual([]);
  });
});
