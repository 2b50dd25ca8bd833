/** Holds the commands that read the file to answering without a service, and to preferring one that runs. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { command } from './support/command-line.ts';
import { issue } from './support/fake-control.ts';
import { CONFIG, configured, PUSH_SECRET, served } from './support/folder.ts';

const env = { PUSH_SECRET };

describe('next', () => {
  test('of an expression needs no file and no service', async () => {
    const words = [
      'next',
      '--expression',
      '30 2 * * *',
      '--timezone',
      'Europe/Berlin',
      '--from',
      '2026-03-28',
      '-n',
      '2',
      '--json',
    ];
    const { code, stdout, stderr } = await command(words, { cwd: '/' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual([
      { trigger: null, at: '2026-03-28T01:30:00.000Z', local: '2026-03-28T02:30:00+01:00', note: null },
      {
        trigger: null,
        at: '2026-03-29T01:00:00.000Z',
        local: '2026-03-29T03:00:00+02:00',
        note: expect.stringContaining('02:30 does not exist'),
      },
    ]);
  });

  test('shows five fires unless told, in the zone and in UTC, with what the clock does', async () => {
    const words = [
      'next',
      '--expression',
      '30 2 * * *',
      '--timezone',
      'Europe/Berlin',
      '--from',
      '2026-03-28',
    ];
    const lines = (await command(words, { cwd: '/' })).stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[0]).toBe('2:30 AM daily (Berlin)');
    expect(lines[1]).toMatch(/^LOCAL +UTC +NOTE$/);
    expect(lines[3]).toMatch(
      /^2026-03-29T03:00:00\+02:00 +2026-03-29T01:00:00\.000Z +\S.* ago +clock goes forward/,
    );
  });

  test('of an expression that no date matches is never, and an empty list for scripts', async () => {
    const words = ['next', '--expression', '0 0 31 2 *', '--timezone', 'UTC'];
    expect(await command(words, { cwd: '/' })).toEqual({
      code: 0,
      stdout: '0 0 31 2 *: never\n',
      stderr: '',
    });
    expect(await command([...words, '--json'], { cwd: '/' })).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  test('of an expression with H says, to people, that the id of the trigger decides', async () => {
    const hashed = ['next', '--expression', 'H 2 * * *', '--timezone', 'UTC', '-n', '1'];
    expect((await command(hashed, { cwd: '/' })).stderr).toMatch(/^H depends on the id of the trigger: /);
    expect((await command([...hashed, '--json'], { cwd: '/' })).stderr).toBe('');
    const plain = ['next', '--expression', '0 2 * JAN THU', '--timezone', 'UTC', '-n', '1'];
    expect((await command(plain, { cwd: '/' })).stderr).toBe('');
  });

  test('asks the service that runs', async () => {
    const { folder: cwd, asked } = await served();
    const { stdout, stderr } = await command(
      ['next', 'nightly', '-n', '2', '--from', '2026-11-22T00:00Z', '--json'],
      { cwd },
    );
    expect(asked).toEqual([
      { method: 'next', argument: { trigger: 'nightly', count: 2, from: Date.parse('2026-11-22T00:00Z') } },
    ]);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([
      {
        trigger: 'cron:nightly',
        at: '2026-11-22T06:00:00.250Z',
        local: '2026-11-22T07:00:00+01:00',
        note: null,
      },
      {
        trigger: 'cron:nightly',
        at: '2026-11-22T07:00:00.250Z',
        local: '2026-11-22T08:00:00+01:00',
        note: expect.stringContaining('second pass'),
      },
    ]);
  });

  test.each([['nightly'], ['cron:nightly']])(
    'of %s is computed from the file where no service runs, and says so',
    async (name) => {
      const cwd = await configured();
      const { code, stdout, stderr } = await command(
        ['next', name, '-n', '1', '--from', '2026-12-01', '--timezone', 'Europe/Berlin', '--json'],
        { cwd, env },
      );
      expect(JSON.parse(stdout)).toEqual([
        {
          trigger: 'cron:nightly',
          at: '2026-12-01T01:00:00.000Z',
          local: '2026-12-01T02:00:00+01:00',
          note: null,
        },
      ]);
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: `no service runs: computed from ${join(cwd, 'untether.toml')}\n`,
      });
    },
  );

  test('says the schedule in words to people: above the fires of one, beside those of all', async () => {
    const cwd = await configured();
    const linesOf = async (...words: readonly string[]): Promise<readonly string[]> =>
      (await command(['next', ...words, '-n', '1'], { cwd, env })).stdout.split('\n');
    const [words, titles, fire] = await linesOf('nightly');
    expect(words).toBe('cron:nightly: 2:00 AM daily (Berlin)');
    expect(titles).toMatch(/^LOCAL +UTC +NOTE$/);
    expect(fire).toMatch(/^\S+T02:00:00\+0[12]:00 /);
    const [allTitles, first] = await linesOf();
    expect(allTitles).toMatch(/^TRIGGER +LOCAL +UTC +SCHEDULE +NOTE$/);
    expect(first).toMatch(/^cron:nightly +\S+T02:00:00\+0[12]:00 .* 2:00 AM daily \(Berlin\)$/);
  });

  test.each([
    ['schedule = "0 0 31 2 *"', 'never'],
    ['at = "2020-12-24T18:00"', 'never'],
    ['schedule = "@reboot"', 'at each start'],
    ['schedule = "0 2 * * *"\nenabled = false', 'disabled in the file'],
  ])('of a cron that the clock has no fire of says so: %s', async (schedule, words) => {
    const cwd = await configured(CONFIG.replace('schedule = "0 2 * * *"', schedule));
    expect((await command(['next', 'nightly'], { cwd, env })).stdout).toBe(`cron:nightly: ${words}\n`);
    expect((await command(['next', 'nightly', '--json'], { cwd, env })).stdout).toBe('[]\n');
  });

  test('of a cron that is switched off says so where the service answers', async () => {
    const { folder: cwd } = await served({ fires: [], disabled: 'disabled in the file' });
    expect((await command(['next', 'nightly'], { cwd, env })).stdout).toBe(
      'cron:nightly: disabled in the file\n',
    );
  });

  test('of an expression that never fires says so', async () => {
    const never = ['next', '--expression', '0 0 31 2 *'];
    expect((await command(never, { cwd: '/' })).stdout).toBe('0 0 31 2 *: never\n');
    expect((await command([...never, '--json'], { cwd: '/' })).stdout).toBe('[]\n');
  });

  test('asks the service why one has no fire to come', async () => {
    const { folder: cwd, asked } = await served({ fires: [], never: 'spent; it fires once' });
    const { stdout } = await command(['next', 'nightly'], { cwd });
    expect(stdout).toBe('cron:nightly: spent; it fires once\n');
    expect(asked.map(({ method }) => method)).toEqual(['next', 'triggers']);
  });

  test('of a name that a cron and a webhook share is the cron’s; a webhook has nothing to come', async () => {
    const cwd = await configured(CONFIG.replace('id = "open"', 'id = "nightly"'));
    const answers = await Promise.all(
      ['nightly', 'push', 'webhook:nightly'].map(
        async (name) => (await command(['next', name, '-n', '1', '--json'], { cwd, env })).stdout,
      ),
    );
    expect(answers).toEqual([expect.stringContaining('"trigger":"cron:nightly"'), '[]\n', '[]\n']);
  });

  test('of all triggers is merged and in order', async () => {
    const second =
      '\n[[triggers.crons]]\nid = "noon"\nschedule = "0 12 * * *"\ntimezone = "UTC"\naction = "command"\ncommand = ["true"]\n';
    const cwd = await configured(CONFIG + second);
    const { stdout } = await command(['next', '-n', '3', '--json'], { cwd, env });
    expect(
      (JSON.parse(stdout) as ReadonlyArray<{ readonly trigger: string }>).map(({ trigger }) => trigger),
    ).toEqual(['cron:noon', 'cron:nightly', 'cron:noon']);
  });

  test('has nothing where triggers are switched off', async () => {
    const cwd = await configured(CONFIG.replace('enabled = true', 'enabled = false'));
    expect((await command(['next', '--json'], { cwd, env })).stdout).toBe('[]\n');
  });

  test('of a trigger that is not there exits 1, of a file that does not load 78', async () => {
    const cwd = await configured();
    expect(await command(['next', 'nope'], { cwd, env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nope'),
    });
    const past =
      '\n[[triggers.crons]]\nid = "past"\nat = "2020-01-01T00:00"\naction = "command"\ncommand = ["true"]\n';
    await writeFile(join(cwd, 'untether.toml'), CONFIG.replace('"0 2 * * *"', '"61 2 * * *"') + past);
    const { code, stderr } = await command(['next'], { cwd, env });
    expect({ code, stderr }).toEqual({
      code: 78,
      stderr: expect.stringMatching(/^error: the configuration does not load\n\S+untether\.toml:7:.*\n$/),
    });
  });
});

describe('plan', () => {
  test('compares with what is live', async () => {
    const { folder: cwd, asked } = await served();
    const { code, stdout } = await command(['plan', '--json'], { cwd });
    expect({ code, asked }).toEqual({ code: 0, asked: [{ method: 'plan', argument: undefined }] });
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      live: true,
      issues: [],
      added: ['cron:nightly'],
      removed: ['webhook:old'],
      modified: [],
      next: [
        {
          trigger: 'cron:nightly',
          at: '2026-11-22T06:00:00.250Z',
          local: '2026-11-22T07:00:00+01:00',
          note: null,
        },
      ],
      routesOpened: [],
      routesClosed: ['/old'],
      needRestart: ['store.url'],
      putBack: null,
    });
    const text = (await command(['plan'], { cwd })).stdout;
    for (const line of [
      '  + cron:nightly',
      '  - webhook:old',
      '  - closes /old',
      'needs a restart: store.url',
    ])
      expect(text).toContain(`${line}\n`);
  });

  test('compares with nothing where no service runs, and says so', async () => {
    const cwd = await configured();
    const { code, stdout, stderr } = await command(['plan', '--json'], { cwd, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const plan = JSON.parse(stdout) as { readonly next: readonly unknown[] };
    expect(plan).toMatchObject({
      ok: true,
      live: false,
      added: ['cron:nightly', 'webhook:push', 'webhook:open'],
      removed: [],
      routesOpened: ['/push', '/open'],
    });
    expect(plan.next).toHaveLength(5);
    expect((await command(['plan'], { cwd, env })).stderr).toBe(
      'no service runs: everything in the file counts as new\n',
    );
  });

  test('of a file that does not load exits 78 with its issues', async () => {
    const cwd = await configured('nonsense');
    const { code, stdout } = await command(['plan', '--json'], { cwd });
    expect({ code, plan: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 78,
      plan: { ok: false, issues: [{ line: 1, severity: issue.severity }] },
    });
    expect((await command(['plan'], { cwd })).stdout).toContain('a reload would change nothing');
  });
});

test('schema is a JSON Schema that knows the file’s keys', async () => {
  const { code, stdout } = await command(['schema'], { cwd: '/' });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    $schema: expect.stringContaining('json-schema.org'),
    properties: { triggers: { properties: { crons: expect.anything(), webhooks: expect.anything() } } },
  });
});
