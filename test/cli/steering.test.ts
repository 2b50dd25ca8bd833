/** Holds the commands that act to what they ask of the service and what they print of its answer. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AtWhat } from '../../src/core/control.ts';
import { AppError } from '../../src/core/errors.ts';
import { command } from './support/command-line.ts';
import { issue, LIVE_RUN, NEW_RUN, NOW, RUN } from './support/fake-control.ts';
import { served } from './support/folder.ts';

const TAKEN = { run: NEW_RUN, dueAt: '2026-11-22T05:30:00.250Z' };

describe('fire', () => {
  test('runs the trigger and answers with the run and when it is due', async () => {
    const { folder: cwd, asked } = await served();
    const { code, stdout, stderr } = await command(['fire', 'nightly', '--json'], { cwd });
    expect({ code, stderr, answer: JSON.parse(stdout) }).toEqual({ code: 0, stderr: '', answer: TAKEN });
    expect(asked).toEqual([{ method: 'fire', argument: { trigger: 'nightly' } }]);
  });

  test.each([
    ['JSON', Buffer.from('{"a": 1}'), 'application/json'],
    ['text', Buffer.from('hällo'), 'text/plain; charset=utf-8'],
    ['bytes', Buffer.from([0, 255, 10, 13]), 'application/octet-stream'],
    ['nothing', Buffer.alloc(0), 'text/plain; charset=utf-8'],
  ])('hands over %s byte for byte, with its content type', async (_what, data, contentType) => {
    const { folder: cwd, asked } = await served();
    await writeFile(join(cwd, 'data'), data);
    expect((await command(['fire', 'nightly', '--data', 'data'], { cwd })).code).toBe(0);
    expect(asked[0]?.argument).toEqual({ trigger: 'nightly', data, contentType });
  });

  test('takes standard input for -, and the content type that is named', async () => {
    const { folder: cwd, asked } = await served();
    await command(['fire', 'nightly', '--data', '-', '--type', 'application/xml'], { cwd, stdin: '<a/>' });
    expect(asked[0]?.argument).toEqual({
      trigger: 'nightly',
      data: Buffer.from('<a/>'),
      contentType: 'application/xml',
    });
  });

  test('of a file that is not there asks nothing of the service', async () => {
    const { folder: cwd, asked } = await served();
    const { code, stderr } = await command(['fire', 'nightly', '--data', 'nope'], { cwd });
    expect({ code, stderr, asked }).toEqual({
      code: 1,
      stderr: expect.stringContaining('--data nope cannot be read'),
      asked: [],
    });
  });
});

describe('at', () => {
  const cases: ReadonlyArray<readonly [line: readonly string[], when: string, what: AtWhat]> = [
    [['30m', '--trigger', 'nightly'], '30m', { kind: 'trigger', trigger: 'nightly' }],
    [['tomorrow', '9am', '--trigger', 'nightly'], 'tomorrow 9am', { kind: 'trigger', trigger: 'nightly' }],
    [
      ['30m', '--command', 'deploy --now "two words"'],
      '30m',
      { kind: 'command', argv: ['deploy', '--now', 'two words'] },
    ],
    [
      ['30m', '--command', 'deploy', 'two words', '$x'],
      '30m',
      { kind: 'command', argv: ['deploy', 'two words', '$x'] },
    ],
    [
      ['30m', '--command', '--', 'deploy', '--now', 'a b'],
      '30m',
      { kind: 'command', argv: ['deploy', '--now', 'a b'] },
    ],
    [
      ['30m', '--command', 'sh', '--', '-c', 'a | b'],
      '30m',
      { kind: 'command', argv: ['sh', '-c', 'a | b'] },
    ],
    [['30m', '--command', '--', 'a program'], '30m', { kind: 'command', argv: ['a program'] }],
    [['30m', '--command', 'touch', 'x', '--json'], '30m', { kind: 'command', argv: ['touch', 'x'] }],
    [['tomorrow', '9am', '--command', 'deploy'], 'tomorrow 9am', { kind: 'command', argv: ['deploy'] }],
    [['30m', '--prompt', '-- do it'], '30m', { kind: 'prompt', prompt: '-- do it' }],
    [
      ['--prompt', 'do it', '--engine', 'codex', '30m'],
      '30m',
      { kind: 'prompt', prompt: 'do it', engine: 'codex' },
    ],
  ];
  test.each(cases)('%j means one thing', async (line, when, what) => {
    const { folder: cwd, asked } = await served();
    const { code, stderr } = await command(['at', ...line], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(asked).toEqual([{ method: 'at', argument: { when, what } }]);
  });

  test('answers with the run and when it is due, and passes the zone on', async () => {
    const { folder: cwd, asked } = await served();
    const { stdout } = await command(
      ['at', '18:00', '--trigger', 'nightly', '--timezone', 'Asia/Tokyo', '--json'],
      { cwd },
    );
    expect(JSON.parse(stdout)).toEqual(TAKEN);
    expect(asked[0]?.argument).toMatchObject({ zone: 'Asia/Tokyo' });
  });

  test.each([
    [['30m'], 'name one of --trigger, --command and --prompt'],
    [['30m', '--trigger', 'a', '--prompt', 'b'], 'name one of'],
    [['30m', '--command'], '--command needs a program'],
    [['30m', '--command', 'a | b'], 'needs a shell'],
    [['--trigger', 'a'], "missing required argument 'when'"],
    [['--command', '--', '30m', 'deploy'], 'WHEN is missing'],
    [['30m', '--trigger', 'a', '--engine', 'codex'], '--engine goes with --prompt'],
    [['30m', '--trigger', 'a', '--', 'b'], 'words after -- go with --command'],
  ])('%j is refused: %s', async (line, message) => {
    const { folder: cwd, asked } = await served();
    const { code, stderr } = await command(['at', ...line], { cwd });
    expect({ code, stderr, asked }).toEqual({ code: 2, stderr: expect.stringContaining(message), asked: [] });
  });
});

describe('cancel and retry', () => {
  test('cancel prints the run as it is afterwards', async () => {
    const { folder: cwd, asked } = await served();
    const { stdout } = await command(['cancel', LIVE_RUN, '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      id: LIVE_RUN,
      state: 'cancelled',
      endedAt: '2026-11-22T05:00:00.250Z',
    });
    expect((await command(['cancel', LIVE_RUN], { cwd })).stdout).toBe(
      `run ${LIVE_RUN} is cancelled (cancelled)\n`,
    );
    expect(asked[0]).toEqual({ method: 'cancel', argument: LIVE_RUN });
  });

  test('retry answers with the new run', async () => {
    const { folder: cwd, asked } = await served();
    expect(JSON.parse((await command(['retry', RUN, '--json'], { cwd })).stdout)).toEqual(TAKEN);
    expect((await command(['retry', RUN], { cwd })).stdout).toMatch(
      new RegExp(`^run ${NEW_RUN} due .* \\(in 30m\\)\n$`),
    );
    expect(asked[0]).toEqual({ method: 'retry', argument: RUN });
  });
});

describe('replay', () => {
  test('reads its stretch as so long ago, or as times that the service reads', async () => {
    const { folder: cwd, asked } = await served();
    const line = ['replay', '--since', '18:00', '--until', '1m', '--trigger', 'push', '--state', 'skipped'];
    const { code, stdout } = await command([...line, '--json'], { cwd });
    expect(code).toBe(0);
    expect(asked).toEqual([
      { method: 'readTime', argument: { text: '18:00', side: 'past' } },
      {
        method: 'replay',
        argument: { since: NOW, until: expect.any(Number), trigger: 'push', state: 'skipped' },
      },
    ]);
    const old = { origin: RUN, trigger: 'cron:nightly', state: 'failed', dueAt: '2026-11-22T04:59:00.250Z' };
    expect(JSON.parse(stdout)).toEqual({
      runs: [
        { ...old, run: NEW_RUN, leftOut: null },
        { ...old, run: null, leftOut: 'webhook:old is configured no more' },
      ],
      isCut: false,
    });
  });

  test.each([
    [[], `${NEW_RUN}\n`, '1 run replayed, 1 left out\n'],
    [['--dry-run', '--all'], `${RUN}  cron:nightly`, '2 runs would be replayed\n'],
  ])('%j says how many', async (more, shown, last) => {
    const { folder: cwd } = await served();
    const { code, stdout } = await command(['replay', '--since', '2h', ...more], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(shown) });
    expect(stdout.endsWith(last)).toBe(true);
  });

  test('of no stretch is refused', async () => {
    const { folder: cwd, asked } = await served();
    const { code, stderr } = await command(['replay'], { cwd });
    expect({ code, stderr, asked }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--since 2h'),
      asked: [],
    });
  });
});

describe('pause and resume', () => {
  test('pause names who paused, and what and how long where that is said', async () => {
    const { folder: cwd, asked } = await served();
    const { stdout } = await command(['pause', 'nightly', '--for', '2h', '--json'], { cwd });
    const by = expect.stringMatching(/.+ \(command line\)$/);
    expect(asked).toEqual([{ method: 'pause', argument: { trigger: 'nightly', forMs: 7_200_000, by } }]);
    expect(JSON.parse(stdout)).toEqual([
      { trigger: 'nightly', since: '2026-11-22T05:00:00.250Z', until: '2026-11-22T07:00:00.250Z', by },
    ]);
  });

  test('a pause until a time ends when the service says that it is', async () => {
    const { folder: cwd, asked } = await served();
    const { stdout } = await command(['pause', 'nightly', '--until', 'tomorrow 9am', '--json'], { cwd });
    const [read, pause] = asked;
    expect(read).toEqual({ method: 'readTime', argument: { text: 'tomorrow 9am', side: 'coming' } });
    expect(pause?.argument).toMatchObject({
      trigger: 'nightly',
      until: Date.parse('2026-11-22T05:30:00.250Z'),
    });
    expect(JSON.parse(stdout)).toMatchObject([{ until: '2026-11-22T05:30:00.250Z' }]);
  });

  test('a pause that is for a time and until one is refused', async () => {
    const { folder: cwd, asked } = await served();
    const { code, stderr } = await command(['pause', '--for', '2h', '--until', '14:30'], { cwd });
    expect({ code, stderr, asked }).toEqual({
      code: 2,
      stderr: expect.stringContaining('--for is how long and --until is until when; name one of them'),
      asked: [],
    });
  });

  test('a pause of everything has no trigger and no end', async () => {
    const { folder: cwd } = await served();
    const { stdout } = await command(['pause', '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject([{ trigger: null, until: null }]);
    expect((await command(['pause'], { cwd })).stdout).toMatch(
      /^everything is paused by .+ until it is resumed\n$/,
    );
  });

  test('resume answers with what is still paused', async () => {
    const { folder: cwd, asked } = await served();
    expect((await command(['resume', 'nightly', '--json'], { cwd })).stdout).toBe('[]\n');
    expect((await command(['resume'], { cwd })).stdout).toBe('nothing is paused\n');
    expect(asked.map(({ argument }) => argument)).toEqual([{ trigger: 'nightly' }, {}]);
  });

  test.each(['2', '-1h', '1y', 'soon', '0s'])('a pause for %s is refused', async (length) => {
    const { folder: cwd, asked } = await served();
    const { code, stderr } = await command(['pause', '--for', length], { cwd });
    expect({ code, stderr, asked }).toEqual({
      code: 2,
      stderr: expect.stringContaining('length of time such as 30m'),
      asked: [],
    });
  });
});

describe('reload', () => {
  test('says what is live now', async () => {
    const { folder: cwd, asked } = await served({
      reload: { modified: ['webhook:push' as never], needRestart: ['store.url'] },
    });
    const { code, stdout } = await command(['reload'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^reloaded: revision 4 \(0123456789ab\) is live\n {2}\+ cron:nightly\n {2}~ webhook:push\nneeds a restart: store\.url\n.*\ncron:nightly +2026-11-22T07:00.*\nplugins: refreshed=1 added=0 removed=0 failed=0 unchanged=0\nhooks reloaded: 3 \(before_run 2, after_run 1\)\n$/,
    );
    expect(asked).toEqual([
      { method: 'reloadAll', argument: 'command' },
      { method: 'next', argument: { trigger: 'cron:nightly', count: 1 } },
    ]);
  });

  test('of a file that does not load exits 78 with its issues', async () => {
    const { folder: cwd } = await served({
      reload: { ok: false, changed: false, revision: 3, added: [], issues: [issue] },
    });
    const { code, stdout } = await command(['reload'], { cwd });
    expect(code).toBe(78);
    expect(stdout).toBe(
      '/etc/untether.toml:3:7: error: triggers.crons[0].schedule: minute: 61 is out of range\n' +
        'not reloaded: revision 3 (0123456789ab) stays live\n' +
        'plugins: refreshed=1 added=0 removed=0 failed=0 unchanged=0\n' +
        'hooks reloaded: 3 (before_run 2, after_run 1)\n',
    );
    const json = JSON.parse((await command(['reload', '--json'], { cwd })).stdout) as unknown;
    expect(json).toMatchObject({ ok: false, at: '2026-11-22T05:00:00.250Z', issues: [issue] });
  });

  test('of an unchanged file says so', async () => {
    const { folder: cwd } = await served({ reload: { changed: false, added: [] } });
    expect((await command(['reload', 'config'], { cwd })).stdout).toBe(
      'revision 4 (0123456789ab) is live already\n',
    );
  });

  test('says which plugins failed, and exits 1', async () => {
    const failed = [{ id: 'hello', reason: 'hello.ts:2: no', keeps: 3 }];
    const { folder: cwd } = await served({ plugins: { refreshed: [], failed } });
    const { code, stdout } = await command(['reload'], { cwd });
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('failed=1 unchanged=0\n• hello: hello.ts:2: no; still running generation 3\n'),
    ]);
    const json = JSON.parse((await command(['reload', '--json'], { cwd })).stdout) as unknown;
    expect(json).toMatchObject({ ok: false, changed: true, plugins: { failed }, hooks: { ok: true } });
  });

  test('of hooks that do not load exits 78', async () => {
    const { folder: cwd } = await served({ hooks: { ok: false, issues: [issue] } });
    expect(await command(['reload'], { cwd })).toMatchObject({
      code: 78,
      stdout: expect.stringContaining('hooks not reloaded, those before stay in force: 3'),
    });
  });

  test('of telemetry says where spans go, and what was lost', async () => {
    const { folder: cwd } = await served();
    expect((await command(['reload', 'telemetry'], { cwd })).stdout).toBe(
      'telemetry reloaded: spans go to http://127.0.0.1:4318/v1/traces as untether\n⚠️ spans that could not be sent: 2\n',
    );
    const { stdout } = await command(['reload', 'telemetry', '--json'], { cwd });
    expect(JSON.parse(stdout)).toEqual({
      target: 'http://127.0.0.1:4318/v1/traces as untether',
      dropped: 2,
    });
    expect(await command(['reload', 'telemetry', 'now'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('reload what? config, bot NAME, bots, hooks or telemetry'),
    });
  });

  test('of plugins alone has a command of its own, which is named', async () => {
    const { folder: cwd, asked } = await served();
    const { code, stderr } = await command(['reload', 'plugins'], { cwd });
    expect({ code, stderr, asked }).toEqual({
      code: 2,
      stderr: expect.stringContaining('untether plugin reload'),
      asked: [],
    });
  });
});

describe('plugin', () => {
  test.each(['list', 'status'])('%s shows the one that is asked for', async (what) => {
    const { folder: cwd } = await served();
    expect((await command(['plugin', what, 'hello'], { cwd })).stdout).toMatch(/^hello: loaded[^\n]*\n$/);
    expect(await command(['plugin', what, 'nope'], { cwd })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no plugin nope; there is hello'),
    });
  });
});

describe('rollback', () => {
  test('asks for the one before, or for the one that is named, and says until when', async () => {
    const { folder: cwd, asked } = await served();
    const { code, stdout } = await command(['rollback'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^reloaded: .*\nput back: this is revision 2, until the file changes\n {2}\+ cron:nightly\n/,
    );
    await command(['rollback', '3'], { cwd });
    expect(asked.filter(({ method }) => method === 'rollback')).toEqual([
      { method: 'rollback', argument: { source: 'command' } },
      { method: 'rollback', argument: { to: 3, source: 'command' } },
    ]);
  });

  test('lists those that are kept', async () => {
    const { folder: cwd } = await served();
    const { stdout } = await command(['rollback', '--list'], { cwd });
    expect(stdout).toMatch(/^ +3 0123456789ab .* live\n +2 ba9876543210 /);
  });
});

describe('an error of the service', () => {
  test.each([
    ['not_found', 1],
    ['ambiguous', 1],
    ['conflict', 1],
    ['queue_full', 1],
    ['draining', 1],
    ['unavailable', 1],
    ['invalid_argument', 2],
    ['denied', 4],
    ['invalid_config', 78],
  ] as const)('%s has its exit code %i and its words', async (code, exit) => {
    const { folder: cwd } = await served({ fault: new AppError(code, 'because\u001b[2J') });
    expect(await command(['fire', 'nightly'], { cwd })).toEqual({
      code: exit,
      stdout: '',
      stderr: 'error: because\\x1b[2J\n',
    });
    const json = await command(['fire', 'nightly', '--json'], { cwd });
    expect(json.stdout).toBe('');
    expect(JSON.parse(json.stderr)).toEqual({ error: code, message: 'because\u001b[2J' });
  });
});
