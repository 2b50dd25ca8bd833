/** Holds `doctor` to finding what is wrong, with the remedy, whatever else is, and to telling no secret. */
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { judgeRoom } from '../../src/cli/doctor/disk.ts';
import { examineAll } from '../../src/cli/doctor/examine.ts';
import type { Facts } from '../../src/cli/doctor/facts.ts';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { fine } from '../../src/cli/doctor/finding.ts';
import { BotApi } from '../support/bot-api/api.ts';
import { issue } from '../support/certificate.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { Sandbox } from '../support/untether.ts';
import { command, newFolder } from './support/command-line.ts';
import { configured, served } from './support/folder.ts';

const WITH_A_PROCESS = { timeout: 60_000 };
const ANY_PORT = '[triggers.server]\nport = 0\n';

interface Answer {
  readonly code: number | null;
  readonly ok: boolean;
  readonly text: string;
  /** The findings of one name. */
  readonly of: (name: string) => readonly Finding[];
}

function answerOf(code: number | null, stdout: string): Answer {
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: readonly Finding[] };
  return { code, ok, text: stdout, of: (name) => checks.filter((one) => one.name === name) };
}

async function doctor(toml: string, env: NodeJS.ProcessEnv = {}): Promise<Answer> {
  const cwd = await configured(toml);
  const { code, stdout, stderr } = await command(['doctor', '--json'], { cwd, env: { HOME: cwd, ...env } });
  expect(stderr).toBe('');
  return answerOf(code, stdout);
}

function telegram({ root, token }: BotApi): string {
  return `${ANY_PORT}[transports.telegram]\nbot_token = "${token}"\napi_root = "${root}"\nchat_id = 42\nallowed_user_ids = [42]\n`;
}

describe('a machine on which all is well', () => {
  test(
    'has a line for each thing, whether the service runs or not, and nothing is changed',
    WITH_A_PROCESS,
    async () => {
      await using sandbox = await Sandbox.make(ANY_PORT);
      const before = await sandbox.run('doctor');
      expect(before).toMatchObject({ code: 0, stderr: '' });
      expect(before.stdout).toContain('✔ service: does not run\n');
      expect(before.stdout).toContain('untether.db is not there yet: the first start makes it\n');
      expect(before.stdout).toMatch(/^✔ port: 127\.0\.0\.1:any port is free$/m);
      expect(await readdir(sandbox.folder)).toEqual(['untether.toml']);

      const service = await sandbox.start();
      const { code, stdout } = await sandbox.run('doctor', '--json');
      const { ok, of } = answerOf(code, stdout);
      const pid = service.child.process.pid;
      expect({ code, ok }).toEqual({ code: 0, ok: true });
      expect(of('service')[0]?.finding).toContain(`runs as process ${pid}`);
      expect(of('store')[0]?.finding).toMatch(/opens: schema (\d+) of \1, [\d.]+ MB, held by process \d+$/);
      expect(of('port')[0]?.finding).toBe(`the service listens on ${service.url}`);
      for (const name of ['node', 'configuration', 'disk', 'clock', 'time zones', 'bot', 'systemd'])
        expect(of(name)).toEqual([expect.objectContaining({ finding: expect.stringMatching(/./) })]);

      await service.kill();
      const files = await readdir(sandbox.path('.untether'));
      expect((await sandbox.run('doctor')).stdout).toMatch(/✔ store: .*opens: schema/);
      expect(await readdir(sandbox.path('.untether'))).toEqual(files);
    },
  );
});

describe('a configuration', () => {
  test('that does not load is told with its places, and all else is still looked at: 78', async () => {
    const { code, ok, of } = await doctor('defualt_engine = 1\n[nonsense]\n');
    expect({ code, ok }).toEqual({ code: 78, ok: false });
    expect(of('configuration')).toHaveLength(2);
    expect(of('configuration')[0]).toMatchObject({
      state: 'error',
      finding: expect.stringMatching(/untether\.toml:1:1: .*default_engine/),
    });
    expect(of('node')[0]?.state).toBe('ok');
    expect(of('store')[0]?.state).toBe('ok');
  });

  test('that is not there is to be made', async () => {
    const cwd = await newFolder();
    const { code, stdout } = await command(['doctor'], { cwd });
    expect(code).toBe(78);
    expect(stdout).toMatch(/✖ configuration: .*does not exist — `untether init` writes a first one/);
  });

  test('that has its doubts shows them and is good', async () => {
    const cron = '[[triggers.crons]]\nid = "a"\nschedule = "@daily"\naction = "command"\n';
    const { code, of } = await doctor(`${ANY_PORT}${cron}command = ["no-such-program"]\n`);
    expect(code).toBe(0);
    expect(of('configuration').map(({ state }) => state)).toEqual(['ok', 'warning']);
  });
});

test('a store that is none is an error with its remedy, and is left as it is', async () => {
  const cwd = await configured(ANY_PORT);
  await mkdir(join(cwd, '.untether'));
  await writeFile(join(cwd, '.untether/untether.db'), 'no database at all, however long it may be');
  const { code, stdout } = await command(['doctor', '--json'], { cwd });
  expect(answerOf(code, stdout)).toMatchObject({ code: 1, ok: false });
  expect(answerOf(code, stdout).of('store')).toEqual([
    expect.objectContaining({ state: 'error', finding: expect.stringContaining('untether state repair') }),
  ]);
});

test('a port that another program has is an error with the way to find it', async () => {
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const { code, of } = await doctor(`[triggers.server]\nport = ${port}\n`);
  expect(code).toBe(1);
  expect(of('port')).toEqual([
    {
      name: 'port',
      state: 'error',
      finding: `127.0.0.1:${port} is taken by another program`,
      remedy: expect.stringContaining(`sport = :${port}`),
    },
  ]);
});

describe('a certificate', () => {
  const TLS = `${ANY_PORT}tls = { cert = { env = "CERT" }, key = { env = "KEY" } }\n`;
  const { cert, key, fingerprint } = issue({ to: Date.UTC(2096, 0, 1) });
  const env = { CERT: cert, KEY: key };

  test('that is good is told with its end, and not at all where there is none', async () => {
    expect((await doctor(TLS, env)).of('certificate')).toEqual([
      fine('certificate', 'ends at 2096-01-01 00:00:00 (UTC), and the key belongs to it'),
    ]);
    expect((await doctor(ANY_PORT)).of('certificate')).toEqual([]);
  });

  test.each([
    [
      fingerprint,
      'ok',
      'the service shows it; it ends at 2096-01-01 00:00:00 (UTC), and the key belongs to it',
    ],
    ['AA:BB', 'warning', 'the service does not show the certificate that the file names'],
  ])('of a service that runs is compared with what it shows: %s', async (shown, state, finding) => {
    const certificate = { expiresAt: 0, fingerprint: shown };
    const { folder: cwd } = await served({ address: 'https://127.0.0.1:1', status: { certificate } });
    await writeFile(join(cwd, 'untether.toml'), TLS);
    const { code, stdout } = await command(['doctor', '--json'], { cwd, env: { HOME: cwd, ...env } });
    expect(answerOf(code, stdout).of('certificate')).toEqual([expect.objectContaining({ state, finding })]);
  });
});

describe('a bot', () => {
  test('that works has its name and its chat told, and its token nowhere', async () => {
    await using api = await BotApi.start();
    api.say({ from: { id: 42, first_name: 'Ada' }, text: 'hi' });
    const { code, of, text } = await doctor(telegram(api));
    expect(code).toBe(0);
    expect(of('bot')).toEqual([fine('bot', 'the token is good: @untether_110201543_bot')]);
    expect(of('bot webhook')[0]?.state).toBe('ok');
    expect(of('bot chat')[0]).toMatchObject({
      state: 'ok',
      finding: expect.stringContaining('42 is reached'),
    });
    expect(text).not.toContain(api.token);
    expect(text).not.toContain(api.token.split(':')[1]);
  });

  test('shows a clock that is wrong', async () => {
    await using api = await BotApi.start();
    // The clock of these tests stands still.
    expect((await doctor(telegram(api))).of('clock')).toEqual([
      {
        name: 'clock',
        state: 'warning',
        finding: expect.stringMatching(/^is \d+ s (behind|ahead of) the server of the bot$/),
        remedy: expect.stringContaining('NTP'),
      },
    ]);
  });

  test('whose token is refused is an error', async () => {
    await using api = await BotApi.start();
    api.revoke();
    const { code, of, text } = await doctor(telegram(api));
    expect(code).toBe(1);
    expect(of('bot')).toEqual([
      expect.objectContaining({ state: 'error', remedy: expect.stringContaining('@BotFather') }),
    ]);
    expect(text).not.toContain(api.token);
  });

  test('that has a webhook gets the line that clears it, without the webhook’s secrets', async () => {
    await using api = await BotApi.start();
    await fetch(`${api.root}/bot${api.token}/setWebhook?url=https://example.com/s3cret`);
    const { code, of, text } = await doctor(telegram(api));
    expect(code).toBe(1);
    expect(of('bot webhook')).toEqual([
      {
        name: 'bot webhook',
        state: 'error',
        finding: 'one is set to example.com, which gets all messages: polling is refused (409)',
        remedy: `clear it with \`curl ${api.root}/bot<TOKEN>/deleteWebhook\``,
      },
    ]);
    expect(text).not.toContain('s3cret');
  });

  test('whose chat is not known is told to be written to', async () => {
    await using api = await BotApi.start({ chats: 'declared' });
    const { code, of } = await doctor(telegram(api));
    expect(code).toBe(1);
    expect(of('bot chat')).toEqual([
      expect.objectContaining({ state: 'error', finding: expect.stringContaining('chat not found') }),
    ]);
  });

  test('whose server is away is an error that holds up nothing else', async () => {
    await using api = await BotApi.start();
    const toml = telegram(api);
    await api.down();
    const { code, of, text } = await doctor(toml);
    expect(code).toBe(1);
    expect(of('bot')[0]).toMatchObject({
      state: 'error',
      finding: expect.stringContaining('cannot be reached'),
    });
    expect(of('disk')).toHaveLength(1);
    expect(text).not.toContain(api.token);
  });
});

describe('an engine', () => {
  const REVIEW = `${ANY_PORT}
[[triggers.crons]]
id = "review"
schedule = "@daily"
engine = "claude"
prompt = "look"
`;

  async function programs(...names: readonly string[]): Promise<string> {
    const bin = await newFolder();
    for (const name of names) await writeFile(join(bin, name), '#!/bin/sh\n', { mode: 0o755 });
    return bin;
  }

  test('that a trigger uses and nobody has installed is an error', async () => {
    const { code, of } = await doctor(REVIEW, { PATH: await programs() });
    expect(code).toBe(1);
    expect(of('engine claude')).toEqual([
      {
        name: 'engine claude',
        state: 'error',
        finding: 'claude is not on the PATH; used by cron:review',
        remedy: expect.stringContaining('[engines.claude] program'),
      },
    ]);
    expect(of('engine codex')[0]?.state).toBe('ok');
  });

  test('that nobody has logged in is doubted; a trace of a login is enough, and is not read', async () => {
    const home = await newFolder();
    const env = { PATH: await programs('claude'), HOME: home };
    expect((await doctor(REVIEW, env)).of('engine claude')).toEqual([
      {
        name: 'engine claude',
        state: 'warning',
        finding: 'claude is there, and may not be logged in',
        remedy: 'run claude and /login',
      },
    ]);
    await mkdir(join(home, '.claude/.credentials.json'), { recursive: true });
    expect((await doctor(REVIEW, env)).of('engine claude')).toEqual([
      fine('engine claude', 'claude is there and looks logged in'),
    ]);
  });

  test('whose key is in the shell and not passed on gets the line that passes it', async () => {
    const env = { PATH: await programs('claude'), ANTHROPIC_API_KEY: 'sk-ant-very-secret-value' };
    const { of, text } = await doctor(REVIEW, env);
    expect(of('engine claude')).toContainEqual({
      name: 'engine claude',
      state: 'warning',
      finding: expect.stringContaining('ANTHROPIC_API_KEY is set here, but runs do not get it'),
      remedy: 'write [engines.claude] env = { ANTHROPIC_API_KEY = { env = "ANTHROPIC_API_KEY" } }',
    });
    expect(text).not.toContain('very-secret');
    const passed = `${REVIEW}[engines.claude]\nenv = { ANTHROPIC_API_KEY = { env = "ANTHROPIC_API_KEY" } }\n`;
    expect((await doctor(passed, env)).of('engine claude')).toEqual([
      fine('engine claude', 'claude is there and looks logged in'),
    ]);
  });
});

test('projects are folders that are there', async () => {
  const folder = await newFolder();
  const { code, of } = await doctor(
    `${ANY_PORT}[projects.good]\npath = "${folder}"\n[projects.gone]\npath = "${folder}/gone"\n[projects.file]\npath = "/etc/hostname"\n`,
  );
  expect(code).toBe(1);
  expect(of('project good')[0]?.state).toBe('ok');
  expect(of('project gone')[0]).toMatchObject({
    state: 'error',
    remedy: expect.stringContaining('[projects.gone]'),
  });
  expect(of('project file')[0]).toMatchObject({ state: 'error', finding: '/etc/hostname is no folder' });
});

test.each([
  [50e9, 100e9, 'ok'],
  [0.9e9, 10e9, 'warning'],
  [4e9, 100e9, 'warning'],
  [1.1e9, 10e9, 'ok'],
] as const)('%d bytes free of %d are %s', (free, total, state) => {
  expect(judgeRoom({ folder: '/x', free, total }).state).toBe(state);
});

test('a check that fails or hangs says so, and holds up no other', async () => {
  const clock = new FakeClock();
  const facts = { clock } as unknown as Facts;
  const all = examineAll(
    [
      { name: 'fails', examine: () => Promise.reject(new Error('boom')) },
      { name: 'hangs', examine: () => new Promise(() => {}) },
      { name: 'works', examine: async () => [fine('works', 'yes')] },
    ],
    facts,
  );
  await clock.advance(10_000);
  expect(await all).toEqual([
    { name: 'fails', state: 'error', finding: 'could not be checked: boom', remedy: '' },
    expect.objectContaining({ name: 'hangs', state: 'warning', finding: expect.stringContaining('10 s') }),
    fine('works', 'yes'),
  ]);
  expect(clock.pending).toBe(0);
});
