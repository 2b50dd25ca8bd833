/** Holds `init` to its promises as a script sees them: a good file or none, and no token anywhere else. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { BotApi } from '../support/bot-api/api.ts';
import { Sandbox } from '../support/untether.ts';
import { command, newFolder } from './support/command-line.ts';

const WITH_A_PROCESS = { timeout: 30_000 };

describe('with a token', () => {
  test('and a user it writes a file that loads, for its owner only', WITH_A_PROCESS, async () => {
    await using api = await BotApi.start();
    await using sandbox = await Sandbox.make();
    const child = sandbox.spawn('init', '--token', api.token, '--api-root', `${api.root}/`, '--user', '42');
    child.process.stdin?.end();
    const { code, stdout, stderr } = await child.finished;
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `wrote ${sandbox.path('untether.toml')}\nthe token of @untether_110201543_bot is in it: only you may read it\n`,
      stderr: '',
    });
    expect(parse(await sandbox.read('untether.toml'))).toMatchObject({
      transports: {
        telegram: {
          bot_token: api.token,
          api_root: api.root,
          chat_id: 42,
          allowed_user_ids: [42],
          admins: [42],
        },
      },
    });
    expect((await stat(sandbox.path('untether.toml'))).mode & 0o777).toBe(0o600);
    expect(await sandbox.json('check')).toEqual({ ok: true, issues: [] });
  });

  test.each([
    ['and nobody to ask', []],
    ['and a group alone', ['--chat', '-100200']],
  ])('%s it takes no stranger for its owner', async (_what, more) => {
    await using api = await BotApi.start();
    api.say({ from: { id: 666, first_name: 'Mallory' }, text: 'hello' });
    const cwd = await newFolder();
    const answer = await command(['init', '--token', api.token, '--api-root', api.root, ...more], { cwd });
    expect(answer).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('name --user') });
    expect(await readdir(cwd)).toEqual([]);
    expect(api.callsOf('getUpdates')).toEqual([]);
  });

  test('and ids it asks nobody', WITH_A_PROCESS, async () => {
    await using api = await BotApi.start();
    await using sandbox = await Sandbox.make();
    const flags = ['--token', api.token, '--api-root', api.root, '--chat', '-100200', '--user', '42'];
    expect(await sandbox.json('init', ...flags)).toEqual({
      file: sandbox.path('untether.toml'),
      bot: { username: 'untether_110201543_bot', chat: -100_200, user: 42 },
    });
    expect(api.callsOf('getUpdates')).toEqual([]);
    expect(await sandbox.json('check')).toEqual({ ok: true, issues: [] });
  });

  test.each([
    ['that Telegram does not know', '1:wrong', /^error: Telegram refuses this token \(Unauthorized\): copy/],
    ['that is none', 'wrong', /^error: a token has digits, a colon and letters/],
  ])('%s it writes nothing', async (_what, token, message) => {
    await using api = await BotApi.start();
    const cwd = await newFolder();
    expect(
      await command(['init', '--token', token, '--user', '42', '--api-root', api.root], { cwd }),
    ).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
    expect(await readdir(cwd)).toEqual([]);
  });

  test('and no Telegram it writes nothing', async () => {
    const api = await BotApi.start();
    const { root, token } = api;
    await api[Symbol.asyncDispose]();
    const cwd = await newFolder();
    const { code, stderr } = await command(['init', '--token', token, '--user', '42', '--api-root', root], {
      cwd,
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`${root} does not answer`) });
    expect(stderr).not.toContain(token);
    expect(await readdir(cwd)).toEqual([]);
  });

  test('it leaves a file that is there alone, and does not even ask', async () => {
    await using api = await BotApi.start();
    const cwd = await newFolder();
    await command(['init', '--yes'], { cwd });
    const before = await readFile(`${cwd}/untether.toml`, 'utf8');
    expect(
      await command(['init', '--token', api.token, '--user', '42', '--api-root', api.root], { cwd }),
    ).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is there already'),
    });
    expect(await readFile(`${cwd}/untether.toml`, 'utf8')).toBe(before);
    expect(api.calls).toEqual([]);
  });
});

test.each([
  [['--chat', '5'], '--chat goes with --token'],
  [['--token', '1:a', '--chat', '@name'], 'is no numeric id'],
  [['--token', '1:a', '--user', '-5'], '--user is the id of a person'],
  [['--token', '1:a', '--api-root', 'telegram'], 'is no address'],
])('%j is a slip', async (words, message) => {
  const cwd = await newFolder();
  expect(await command(['init', ...words], { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(message),
  });
});
