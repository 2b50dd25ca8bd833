/** Holds the commands that only look to the shapes that scripts rely on and to what a terminal can bear. */
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { command } from './support/command-line.ts';
import { EVIL_REASON, finishedRun, LIVE_RUN, NIGHTLY, NOW, RUN } from './support/fake-control.ts';
import { configured, served } from './support/folder.ts';

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

const RUN_JSON = {
  id: RUN,
  trigger: NIGHTLY,
  source: 'cron',
  state: 'failed',
  reason: EVIL_REASON,
  dueAt: '2026-11-22T04:59:00.250Z',
  admittedAt: '2026-11-22T04:59:00.260Z',
  startedAt: '2026-11-22T04:59:01.250Z',
  endedAt: '2026-11-22T04:59:02.250Z',
  revision: 3,
  origin: null,
  attempts: [
    {
      number: 1,
      startedAt: '2026-11-22T04:59:01.250Z',
      endedAt: '2026-11-22T04:59:02.250Z',
      exitCode: 3,
      endedBy: null,
      reason: EVIL_REASON,
    },
  ],
  payloadBytes: 7,
};

describe('status', () => {
  test('--json has every field that scripts rely on', async () => {
    const { folder: cwd } = await served();
    const { code, stdout } = await command(['status', '--json'], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      version: '0.1.0',
      revision: 3,
      hash: '0123456789ab',
      pid: 4_711,
      startedAt: '2026-11-22T04:59:55.250Z',
      servingSince: '2026-11-22T04:59:55.750Z',
      address: 'http://127.0.0.1:9876',
      certificate: null,
      paused: false,
      crons: 1,
      spentCrons: 0,
      webhooks: 2,
      queue: { scheduled: 1, queued: 2, running: 3 },
      deliveries: { today: { accepted: 12, filtered: 6 } },
      bots: [{ name: 'default', state: 'auth_failed', detail: 'Telegram refuses the token' }],
      outbox: { waiting: 2, failed: 1, unknown: 0 },
      plugins: { loaded: 0, failed: 0 },
      lastReload: {
        at: '2026-11-22T04:59:56.250Z',
        ok: false,
        issues: [expect.objectContaining({ line: 3, severity: 'error' })],
      },
      conditions: [
        {
          code: 'listener_down',
          severity: 'error',
          text: 'the address is taken',
          since: '2026-11-22T04:59:57.250Z',
        },
      ],
      enabled: true,
      pauses: [{ trigger: NIGHTLY, since: '2026-11-22T04:59:59.250Z', until: null, by: 'me' }],
      configFile: join(cwd, 'untether.toml'),
      store: '/var/lib/untether/untether.db',
      tzData: '2026c',
      memoryBytes: 123_456_789,
      lagMs: 12,
    });
  });

  test('tells a person where it listens, what is paused and what is wrong', async () => {
    const { folder: cwd } = await served();
    const { stdout } = await command(['status'], { cwd });
    expect(stdout).toContain('http://127.0.0.1:9876');
    expect(stdout).toContain('started 5s ago');
    expect(stdout).toContain('1 cron, 2 webhooks');
    expect(stdout).toContain('cron:nightly is paused by me until it is resumed');
    expect(stdout).toContain('the last reload failed');
    expect(stdout).toContain('error: the address is taken');
    expect(stdout).toContain('bot default auth_failed Telegram refuses the token\n');
    expect(stdout).toMatch(/^messages +2 waiting to be sent, 1 refused$/m);
  });

  test('tells spent one-shots from crons that go on', async () => {
    const { folder: cwd } = await served({ status: { crons: 5, spentCrons: 2 } });
    expect((await command(['status'], { cwd })).stdout).toContain('5 crons (2 spent one-shots), 2 webhooks');
  });

  test('tells until when a certificate is good, where one is shown', async () => {
    const certificate = { expiresAt: Date.UTC(2027, 0, 31, 12), fingerprint: 'AA:BB' };
    const { folder: cwd } = await served({ status: { certificate } });
    expect((await command(['status'], { cwd })).stdout).toMatch(/^certificate +until 2027-01-31[ T]/m);
    const { stdout } = await command(['status', '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      certificate: { expiresAt: '2027-01-31T12:00:00.000Z', fingerprint: 'AA:BB' },
    });
  });

  test('says nothing about bots and messages where there are none', async () => {
    const { folder: cwd } = await served({
      status: { bots: [], outbox: { waiting: 0, failed: 0, unknown: 0 } },
    });
    const { stdout } = await command(['status'], { cwd });
    expect(stdout).not.toMatch(/^(bot|messages)/m);
  });
});

describe('runs', () => {
  test('--json lists runs newest first, in the shape that scripts rely on', async () => {
    const { folder: cwd, asked } = await served();
    const runs = JSON.parse((await command(['runs', '--json'], { cwd })).stdout) as readonly unknown[];
    expect(runs).toEqual([
      expect.objectContaining({ id: LIVE_RUN, state: 'running', endedAt: null }),
      RUN_JSON,
    ]);
    expect(asked).toEqual([{ method: 'runs', argument: { limit: 50 } }]);
  });

  test('selects by trigger, state and number', async () => {
    const { folder: cwd, asked } = await served();
    const words = ['runs', '--trigger', 'nightly', '--state', 'failed', '--limit', '7', '--json'];
    expect(JSON.parse((await command(words, { cwd })).stdout)).toEqual([RUN_JSON]);
    expect(asked).toEqual([{ method: 'runs', argument: { trigger: 'nightly', state: 'failed', limit: 7 } }]);
  });

  test('reads --state as the state folder too, before the command or after it', async () => {
    const { folder, asked } = await served();
    const cwd = await configured();
    const stateDir = join(folder, '.untether');
    for (const words of [
      ['runs', '--state', stateDir, '--state', 'failed', '--json'],
      ['--state', stateDir, 'runs', '--state', 'failed', '--json'],
    ]) {
      expect(JSON.parse((await command(words, { cwd })).stdout)).toEqual([RUN_JSON]);
    }
    expect(asked).toHaveLength(2);
  });

  test('RUN --json adds payload, output and what became of its messages', async () => {
    const { folder: cwd } = await served();
    const { stdout } = await command(['runs', RUN, '--json'], { cwd });
    expect(JSON.parse(stdout)).toEqual({
      ...RUN_JSON,
      payload: '{"a":1}',
      output: 'line 1\n\u001b[31mred\u001b[0m\n',
      messages: [
        {
          to: { bot: 'default', chat: 42, thread: 7 },
          kind: 'final',
          state: 'failed',
          reason: 'Forbidden: bot was blocked by the user',
          sentAt: null,
        },
      ],
      lostReports: [
        { kind: 'callback', attempts: 11, reason: 'answered 500', at: new Date(NOW).toISOString() },
        { kind: 'success', attempts: 1, reason: 'answered 410', at: new Date(NOW).toISOString() },
      ],
    });
  });

  test('RUN tells that its message did not arrive, whatever the run came to', async () => {
    const { folder: cwd } = await served();
    const { stdout } = await command(['runs', RUN], { cwd });
    expect(stdout).toContain(
      '  message  final to chat 42 (bot default, topic 7): failed Forbidden: bot was blocked by the user\n',
    );
  });

  test('RUN tells what did not arrive outside and is tried no more', async () => {
    const { folder: cwd } = await served();
    const { stdout } = await command(['runs', RUN], { cwd });
    expect(stdout).toMatch(/^ {2}report {3}callback: given up \S+ \S+ tries 11, answered 500$/m);
    expect(stdout).toMatch(/^ {2}report {3}ping of the success: given up \S+ \S+ tries 1, answered 410$/m);
  });

  test.each([true, false])('show no control character of a reason (terminal: %s)', async (terminal) => {
    const { folder: cwd } = await served();
    const { stdout } = await command(['runs'], { cwd, terminal, env: { NO_COLOR: '1' } });
    expect(stdout).toContain('exit 3: \\x1b[2Jgone\\x07');
    expect(stripVTControlCharacters(stdout)).not.toMatch(CONTROL);
  });

  test('on a terminal one run’s output cannot repaint it', async () => {
    const { folder: cwd } = await served();
    const { stdout } = await command(['runs', RUN], { cwd, terminal: true });
    expect(stdout).toContain('--- output');
    expect(stdout).toContain('line 1\nred\n');
    expect(stripVTControlCharacters(stdout)).not.toMatch(CONTROL);
  });

  test('that select and name a run at once are refused', async () => {
    const { folder: cwd } = await served();
    const { code, stderr } = await command(['runs', RUN, '--trigger', 'nightly'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('--trigger selects from the list'),
    });
  });

  test('of which there are none say so', async () => {
    const { folder: cwd } = await served();
    expect(await command(['runs', '--state', 'missed'], { cwd })).toEqual({
      code: 0,
      stdout: 'none\n',
      stderr: '',
    });
    expect((await command(['runs', '--state', 'missed', '--json'], { cwd })).stdout).toBe('[]\n');
  });
});

describe('logs', () => {
  test('are byte for byte what the run wrote where no terminal is', async () => {
    const { folder: cwd, asked } = await served();
    const { stdout } = await command(['logs', RUN], { cwd });
    expect(stdout).toBe('line 1\n\u001b[31mred\u001b[0m\n');
    expect(asked).toEqual([{ method: 'output', argument: { id: RUN, follow: false } }]);
  });

  test('lose their control sequences on a terminal, also those that arrive in pieces', async () => {
    const { folder: cwd } = await served();
    expect((await command(['logs', RUN], { cwd, terminal: true })).stdout).toBe('line 1\nred\n');
  });

  test('keep them there with --raw', async () => {
    const { folder: cwd } = await served();
    expect((await command(['logs', RUN, '--raw'], { cwd, terminal: true })).stdout).toBe(
      'line 1\n\u001b[31mred\u001b[0m\n',
    );
  });

  test('-f goes on until the run ends', async () => {
    const { folder: cwd, endOutput, asked } = await served();
    const following = command(['logs', '-f', RUN], { cwd });
    endOutput();
    expect(await following).toEqual({
      code: 0,
      stdout: 'line 1\n\u001b[31mred\u001b[0m\nline 3\n',
      stderr: '',
    });
    expect(asked[0]?.argument).toEqual({ id: RUN, follow: true });
  });

  test('--json is a line for each piece', async () => {
    const { folder: cwd } = await served();
    const lines = (await command(['logs', RUN, '--json'], { cwd })).stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { stream: 'out', text: 'line 1\n\u001b[3' },
      { stream: 'err', text: '1mred\u001b[0m\n' },
    ]);
  });

  test('of a run that is not there exit 1', async () => {
    const { folder: cwd } = await served();
    expect(await command(['logs', 'nope'], { cwd })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: there is no run nope\n',
    });
  });
});

describe('why', () => {
  test('--json has every field, and without it there is the sentence', async () => {
    const { folder: cwd, asked } = await served();
    expect(JSON.parse((await command(['why', 'nightly', '--json'], { cwd })).stdout)).toEqual({
      trigger: NIGHTLY,
      dueAt: '2026-11-22T04:59:00.250Z',
      state: 'missed',
      reason: 'the service was down',
      sentence: 'due 02:00 Europe/Berlin; not run: the service was down',
      runId: RUN,
    });
    expect((await command(['why', 'nightly'], { cwd })).stdout).toBe(
      'due 02:00 Europe/Berlin; not run: the service was down\n',
    );
    expect(asked[0]).toEqual({ method: 'why', argument: { trigger: 'nightly' } });
  });

  test.each([
    [['02:00'], {}],
    [['02:00', '--timezone', 'Europe/Berlin'], { zone: 'Europe/Berlin' }],
  ])(
    'of %j asks about what the service reads in it, on the clock of the trigger unless told',
    async (words, zone) => {
      const { folder: cwd, asked } = await served();
      await command(['why', 'nightly', ...words], { cwd });
      expect(asked).toEqual([
        { method: 'readTime', argument: { text: '02:00', trigger: 'nightly', side: 'past', ...zone } },
        { method: 'why', argument: { trigger: 'nightly', at: NOW } },
      ]);
    },
  );

  test('of a time that is none is refused', async () => {
    const fault = new AppError('invalid_argument', '"yesterday" is not a date');
    const { folder: cwd } = await served({ fault });
    const { code, stderr } = await command(['why', 'nightly', 'yesterday'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('"yesterday" is not a date'),
    });
  });
});

describe('a folder without a service', () => {
  test.each([
    ['status'],
    ['runs'],
    ['runs', RUN],
    ['logs', RUN],
    ['why', 'a'],
    ['fire', 'a'],
    ['at', '1m', '--trigger', 'a'],
    ['cancel', RUN],
    ['retry', RUN],
    ['pause'],
    ['resume'],
    ['reload'],
    ['send', 'push'],
  ])('%s exits 3 and says so', async (...words) => {
    const cwd = await configured();
    const { code, stdout, stderr } = await command(words, { cwd });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(
      `error: service not running (nobody answers at ${join(cwd, '.untether/control.sock')})\n`,
    );
  });
});

test('a run that ended has its duration in the table', async () => {
  const { folder: cwd } = await served();
  const { stdout } = await command(['runs', '--state', finishedRun.state], { cwd });
  expect(stdout).toMatch(
    /^RUN +TRIGGER +STATE +DUE +TOOK +REASON\n\S+ +cron:nightly +failed +2026-11-22 \S+ +1s +exit 3/,
  );
});
