/** Holds what the configuration makes of chats: the bot, the roles, and what each chat stands for. */
import { describe, expect, test } from 'vitest';
import type { ChatProfile, ChatSettings } from '../../src/core/chat-settings.ts';
import { profileFor } from '../../src/core/chat-settings.ts';
import { cron, loaded, said } from './support/load.ts';

async function chat(text: string): Promise<ChatSettings> {
  return (await loaded(text)).snapshot.chat;
}

const telegram = (...lines: readonly string[]): string =>
  ['[transports.telegram]', 'bot_token = "7:secret"', 'allowed_user_ids = [1]', ...lines, ''].join('\n');

describe('a file without chats', () => {
  test('has no bot and nobody in it, and the defaults of the schema', async () => {
    expect(await chat('')).toEqual({
      bots: new Map(),
      botOfChat: new Map(),
      botsFollow: 'auto',
      users: new Set(),
      operators: new Set(),
      admins: new Set(),
      defaultChat: undefined,
      profiles: new Map(),
      fallback: { zone: 'UTC' },
      maxPending: 20,
      backlogMaxAgeMs: 6 * 3_600_000,
      startupNotice: false,
      reloadNotices: 'all',
    });
  });

  test('and one with a bare table come to the same', async () => {
    expect(await chat('[transports.telegram]\n')).toEqual(await chat(''));
  });
});

describe('the bot', () => {
  test('is reached by its token, whose account is known, at an address without a slash at the end', async () => {
    const { bots } = await chat(telegram('api_root = "http://[::1]:8081//"'));
    const bot = bots.get('default');
    expect(bot).toMatchObject({
      ...{ name: 'default', account: '7', apiRoot: 'http://[::1]:8081', accountChange: false },
    });
    expect(bot?.token.reveal()).toBe('7:secret');
  });

  test('is asked at Telegram where the file names no server', async () => {
    expect((await chat(telegram())).bots.get('default')?.apiRoot).toBe('https://api.telegram.org');
  });

  test('has no token that is none', async () => {
    const text = '[transports.telegram]\nbot_token = "secret"\nallowed_user_ids = [1]\n';
    expect(await said(text)).toEqual([
      '2:1 transports.telegram.bot_token: is no token of a bot: expected digits, a colon and the rest, as @BotFather writes it',
    ]);
  });
});

test('admins are operators, and operators are users', async () => {
  const { users, operators, admins } = await chat(telegram('operators = [2]', 'admins = [3]'));
  expect([users, operators, admins]).toEqual([new Set([3, 2, 1]), new Set([3, 2]), new Set([3])]);
});

describe('what a chat stands for', () => {
  const projects = `default_project = "home"
default_timezone = "Europe/Berlin"
[projects.home]
path = "/home"
timezone = "America/New_York"
[projects.web]
path = "/web"
timezone = "Asia/Tokyo"
chat_id = 70
[projects.plain]
path = "/plain"
`;
  const chats = `${telegram('chat_id = 60')}
[[transports.telegram.chats]]
id = 1
project = "WEB"
[[transports.telegram.chats]]
id = 2
project = "Plain"
engine = "Claude"
model = "opus"
reasoning = "high"
permission_mode = "plan"
[[transports.telegram.chats]]
id = 3
timezone = "Africa/Cairo"
[[transports.telegram.chats]]
id = 70
model = "opus"
`;

  test.for<[string, number, Omit<ChatProfile, 'chat'>]>([
    ['is its project, by any spelling, and the zone of that', 1, { project: 'WEB', zone: 'Asia/Tokyo' }],
    [
      'is all that its table says, in the zone of all where its project has none',
      2,
      {
        ...{ project: 'Plain', engine: 'Claude', model: 'opus', reasoning: 'high', permissionMode: 'plan' },
        zone: 'Europe/Berlin',
      },
    ],
    [
      'is the default project where it names none, in a zone of its own',
      3,
      { project: 'home', zone: 'Africa/Cairo' },
    ],
    ['is the project that names the chat', 70, { project: 'web', model: 'opus', zone: 'Asia/Tokyo' }],
    ['is the default project for the chat of the bot', 60, { project: 'home', zone: 'America/New_York' }],
    ['is the default project for a user and the terminal', 42, { project: 'home', zone: 'America/New_York' }],
  ])('%s', async ([, id, meaning]) => {
    expect(profileFor(await chat(`${projects}${chats}`), id)).toEqual({ chat: id, ...meaning });
  });

  test('is no project without a default one', async () => {
    const text = `${projects.replace('default_project = "home"\n', '')}${chats}`;
    expect(profileFor(await chat(text), 42)).toEqual({ chat: 42, zone: 'Europe/Berlin' });
  });

  test('is told by one table', async () => {
    const twice = '[[transports.telegram.chats]]\nid = 1\n';
    expect((await said(`${telegram()}${twice}${twice}`))[0]).toContain(
      'transports.telegram.chats[1].id: is taken by transports.telegram.chats[0]',
    );
  });
});

describe('a name that nothing has', () => {
  const file = (lines: string): string => `${lines}[projects.web]\npath = "/web"\n`;
  test.for<[string, string]>([
    ['default_project = "wep"\n', 'default_project: there is no project "wep"; did you mean "web"?'],
    ['default_engine = "claud"\n', 'default_engine: there is no engine "claud"; did you mean "claude"?'],
    [
      `${telegram()}[[transports.telegram.chats]]\nid = 1\nproject = "wep"\n`,
      'transports.telegram.chats[0].project: there is no project "wep"; did you mean "web"?',
    ],
    [
      `${telegram()}[[transports.telegram.chats]]\nid = 1\nengine = "claud"\n`,
      'transports.telegram.chats[0].engine: there is no engine "claud"; did you mean "claude"?',
    ],
    [
      '[limits.per_engine]\nclaud = 1\n',
      'limits.per_engine.claud: there is no engine "claud"; did you mean "claude"?',
    ],
    [
      '[limits.per_project]\nwep = 1\n',
      'limits.per_project.wep: there is no project "wep"; did you mean "web"?',
    ],
    [cron('a', 'project = "wep"'), 'project: there is no project "wep"; did you mean "web"?'],
    [cron('a', 'engine = "claud"'), 'engine: there is no engine "claud"; did you mean "claude"?'],
  ])('is told at its place with the nearest that there is: %j', async ([lines, message]) => {
    expect((await said(file(lines))).some((line) => line.endsWith(message))).toBe(true);
  });

  test('is none when only its case is another', async () => {
    const text = file(
      `default_project = "WEB"\ndefault_engine = "Claude"\n${telegram()}[[transports.telegram.chats]]\nid = 1\nproject = "Web"\nengine = "CODEX"\n[limits.per_engine]\nCLAUDE = 1\n[limits.per_project]\nWeb = 1\n${cron('a', 'project = "WEB"', 'engine = "Codex"')}`,
    );
    const { snapshot } = await loaded(text);
    expect(snapshot.limits).toMatchObject({ perEngine: { claude: 1 }, perProject: { web: 1 } });
  });
});
