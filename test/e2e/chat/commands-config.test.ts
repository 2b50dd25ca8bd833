/** Holds `untether check` to what it says about a bad configuration of chats: file, line, key and remedy, never the token. */
import { describe, expect, test } from 'vitest';
import { Sandbox } from '../../support/untether.ts';
import { chatToml } from './support.ts';

const TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx';
const base = chatToml({ token: TOKEN, root: 'http://127.0.0.1:1' });

interface Issue {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

interface Checked {
  readonly code: number | null;
  readonly issues: readonly Issue[];
  readonly printed: string;
  readonly file: string;
}

async function check(toml: string): Promise<Checked> {
  await using sandbox = await Sandbox.make(toml);
  const { code, stdout, stderr } = await sandbox.run('check', '--json');
  const { issues } = JSON.parse(stdout) as { readonly issues: readonly Issue[] };
  return { code, issues, printed: stdout + stderr, file: sandbox.path('untether.toml') };
}

/** Replaces the line of a key; the text behind it is what it becomes. */
const withLine = (key: string, line: string): string => base.replace(new RegExp(`^${key} = .*$`, 'm'), line);
const chats = (...tables: readonly string[]): string =>
  base + tables.map((keys) => `[[transports.telegram.chats]]\n${keys}\n`).join('\n');

/** What is wrong, the line that says so, its key, and the words that tell what to do. */
const bad: ReadonlyArray<readonly [what: string, toml: string, line: string, path: string, remedy: RegExp]> =
  [
    [
      'a string for a list of ids',
      withLine('allowed_user_ids', 'allowed_user_ids = "4711"'),
      'allowed_user_ids = "4711"',
      'transports.telegram.allowed_user_ids',
      /expected a list of numeric user ids such as \[123456789\]/,
    ],
    [
      'a number for a list of ids',
      withLine('admins', 'admins = 4713'),
      'admins = 4713',
      'transports.telegram.admins',
      /expected a list of numeric user ids/,
    ],
    [
      'a user name',
      withLine('operators', 'operators = ["@anna"]'),
      'operators = ["@anna"]',
      'transports.telegram.operators[0]',
      /expected the numeric id of a user/,
    ],
    [
      'the id of a group',
      withLine('operators', 'operators = [-1001]'),
      'operators = [-1001]',
      'transports.telegram.operators[0]',
      /those of groups are negative and belong to `chat_id`/,
    ],
    ...[777_000, 1_087_968_824, 136_817_688].map(
      (id) =>
        [
          `the id of Telegram itself ${id}`,
          withLine('allowed_user_ids', `allowed_user_ids = [4711, ${id}]`),
          `allowed_user_ids = [4711, ${id}]`,
          'transports.telegram.allowed_user_ids[1]',
          /write the ids of people/,
        ] as const,
    ),
    [
      'a token that is none',
      withLine('bot_token', 'bot_token = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx"'),
      'bot_token = ',
      'transports.telegram.bot_token',
      /expected digits, a colon and the rest, as @BotFather writes it/,
    ],
    [
      'an unknown project of a chat',
      `${chats('id = 1\nproject = "ap"')}[projects.app]\npath = "."\n`,
      'project = "ap"',
      'transports.telegram.chats[0].project',
      /there is no project "ap"; did you mean "app"\?/,
    ],
    [
      'an unknown engine of a chat',
      chats('id = 1\nengine = "ecko"'),
      'engine = "ecko"',
      'transports.telegram.chats[0].engine',
      /there is no engine "ecko"; did you mean "echo"\?/,
    ],
    [
      'an unknown zone of a chat',
      chats('id = 1\ntimezone = "Europe/Berlim"'),
      'timezone = "Europe/Berlim"',
      'transports.telegram.chats[0].timezone',
      /there is no time zone "Europe\/Berlim"; did you mean "Europe\/Berlin"\?; write an IANA name/,
    ],
    [
      'a chat that is there twice',
      chats('id = 77', 'id = 77 # again'),
      'id = 77 # again',
      'transports.telegram.chats[1].id',
      /is taken by transports\.telegram\.chats\[0\]/,
    ],
    [
      'a misspelt key',
      base.replace('allowed_user_ids', 'allowed_users_ids'),
      'allowed_users_ids',
      'transports.telegram.allowed_users_ids',
      /did you mean "allowed_user_ids"\?/,
    ],
    [
      'a misspelt key of a chat',
      chats('id = 1\ntimezon = "UTC"'),
      'timezon = ',
      'transports.telegram.chats[0].timezon',
      /did you mean "timezone"\?/,
    ],
    [
      'a number of pending runs that is none',
      `${base}max_pending = 0\n`,
      'max_pending = 0',
      'transports.telegram.max_pending',
      /1/,
    ],
    [
      'an unknown zone of a project',
      `${base}[projects.app]\npath = "."\ntimezone = "Nowhere"\n`,
      'timezone = "Nowhere"',
      'projects.app.timezone',
      /write an IANA name such as Europe\/Berlin/,
    ],
  ];

describe.concurrent('a bad configuration of chats', () => {
  test.for(bad)('is refused with its place and what to write: %s', async ([, toml, line, path, remedy]) => {
    const { code, issues, printed, file } = await check(toml);
    const errors = issues.filter(({ severity }) => severity === 'error');
    expect(code).toBe(78);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      file,
      line: toml.split('\n').findIndex((one) => one.startsWith(line)) + 1,
      path,
      message: expect.stringMatching(remedy) as unknown,
    });
    expect(printed).not.toContain('AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx');
  });

  test('is taken with a word of warning where a token is there and nobody is listed', async () => {
    const nobody = base.replace(/^(allowed_user_ids|operators|admins) = .*\n/gm, '');
    const { code, issues, printed } = await check(nobody);
    expect(code).toBe(0);
    expect(issues.map(({ severity, message }) => `${severity}: ${message}`)).toContainEqual(
      expect.stringMatching(/^warning: nobody is listed in `allowed_user_ids`/),
    );
    expect(printed).not.toContain(TOKEN);
  });

  test('is told for all of its lines at once', async () => {
    const several = withLine('operators', 'operators = ["@anna", 777000]').replace(
      /^admins.*$/m,
      'admins = "me"',
    );
    const { issues } = await check(several);
    expect(issues.filter(({ severity }) => severity === 'error').map(({ path }) => path)).toEqual([
      'transports.telegram.operators[0]',
      'transports.telegram.operators[1]',
      'transports.telegram.admins',
    ]);
  });
});
