/** Holds `check` to saying whether the file loads, with the place of everything that is wrong or odd. */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { command } from './support/command-line.ts';
import { CONFIG, configured, PUSH_SECRET } from './support/folder.ts';

const env = { PUSH_SECRET };

/** No clock change touches noon. */
const AT_NOON = CONFIG.replace('"0 2 * * *"', '"0 12 * * *"');

describe('check', () => {
  test('of a good file is ok and exits 0', async () => {
    const cwd = await configured(AT_NOON);
    expect(await command(['check', '--json'], { cwd, env })).toEqual({
      code: 0,
      stdout: '{"ok":true,"issues":[]}\n',
      stderr: '',
    });
    const { stdout } = await command(['check'], { cwd, env });
    expect(stdout).toBe(`good: ${join(cwd, 'untether.toml')} has 1 cron and 2 webhooks\n`);
  });

  test('of a bad file exits 78 with every error and its place', async () => {
    const cwd = await configured(
      CONFIG.replace('"0 2 * * *"', '"61 2 * * *"').replace('path = "/open"', 'path = "/open"\nsecrt = "x"'),
    );
    const { code, stdout } = await command(['check', '--json'], { cwd, env });
    const place = {
      file: join(cwd, 'untether.toml'),
      line: expect.any(Number),
      column: expect.any(Number),
      severity: 'error',
    };
    expect(code).toBe(78);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      issues: [
        { ...place, line: 7, path: 'triggers.crons[0].schedule', message: expect.stringContaining('minute') },
        { ...place, path: 'triggers.webhooks[1].secrt', message: expect.stringContaining('secret') },
      ],
    });
    expect((await command(['check'], { cwd, env })).stdout).toMatch(
      /untether\.toml:7:\d+: error: triggers\.crons\[0\]\.schedule: /,
    );
  });

  test('shows warnings of a good file', async () => {
    const cwd = await configured(AT_NOON.replace('{ env = "PUSH_SECRET" }', '"in the file"'));
    await chmod(join(cwd, 'untether.toml'), 0o644);
    const { code, stdout } = await command(['check', '--json'], { cwd });
    expect({ code, answer: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 0,
      answer: { ok: true, issues: [{ severity: 'warning' }] },
    });
  });

  test.each([['--config', 'other.toml'], ['--config=other.toml']])(
    'reads the file that is named by %s, before the command or after it',
    async (...flag) => {
      const cwd = await configured('nonsense');
      await writeFile(join(cwd, 'other.toml'), CONFIG, { mode: 0o600 });
      expect((await command(['check', ...flag], { cwd, env })).code).toBe(0);
      expect((await command([...flag, 'check'], { cwd, env })).code).toBe(0);
      expect((await command(['check'], { cwd, env })).code).toBe(78);
      expect(
        (await command(['check'], { cwd, env: { ...env, UNTETHER_CONFIG_PATH: join(cwd, 'other.toml') } }))
          .code,
      ).toBe(0);
    },
  );

  test('of a file that is not there says so', async () => {
    const cwd = await configured();
    const { code, stdout } = await command(['check', '--config', 'nope.toml'], { cwd });
    expect({ code, stdout }).toEqual({
      code: 78,
      stdout: expect.stringContaining('nope.toml:1:1: error: the file does not exist'),
    });
  });

  test('warns of the nights of the next 12 months on which a clock change matters, and exits 0', async () => {
    const cwd = await configured(CONFIG.replace('"0 2 * * *"', '"30 2 * * *"'));
    const { code, stdout } = await command(['check', '--json'], { cwd, env });
    const message =
      'clock changes make a difference: 2027-03-28 03:00 (clock goes forward 01:00 UTC, 02:30 does not exist; fires at 03:00), 2027-10-31 02:30 (first of two passes, clock goes back 01:00 UTC; fires once); another time of day, or timezone = "UTC", avoids them';
    const place = { file: join(cwd, 'untether.toml'), line: 7, column: 1 };
    expect({ code, answer: JSON.parse(stdout) as unknown }).toEqual({
      code: 0,
      answer: {
        ok: true,
        issues: [{ ...place, path: 'triggers.crons[0].schedule', message, severity: 'warning' }],
      },
    });
    expect((await command(['check'], { cwd, env })).stdout).toMatch(
      /untether\.toml:7:1: warning: triggers\.crons\[0\]\.schedule: clock changes .*\ngood: /,
    );
  });

  test('alone names those nights: a plan says nothing about them', async () => {
    const cwd = await configured(CONFIG.replace('"0 2 * * *"', '"30 2 * * *"'));
    const { stdout } = await command(['plan', '--json'], { cwd, env });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, issues: [] });
  });
});
