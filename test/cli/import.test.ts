/** Holds `untether import` to files of other programs as they are: what it prints loads, and nothing is lost in silence. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { command, newFolder } from './support/command-line.ts';
import type { Ended } from './support/command-line.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/import/', import.meta.url));

const files: ReadonlyArray<readonly [source: string, file: string, ...flags: string[]]> = [
  ['crontab', 'user.crontab'],
  ['crontab', 'system.crontab', '--system'],
  ['systemd', 'backup.timer'],
  ['systemd', 'poll.timer'],
  ['adnanh-webhook', 'hooks.json'],
  ['adnanh-webhook', 'hooks.yaml'],
  ['ofelia', 'ofelia.ini'],
  ['github-actions', 'nightly.yml'],
];

interface Checked {
  readonly ok: boolean;
  readonly issues: ReadonlyArray<{ readonly severity: string }>;
}

async function checkOf(toml: string): Promise<Checked> {
  const cwd = await newFolder();
  await writeFile(join(cwd, 'untether.toml'), toml, { mode: 0o600 });
  const { stdout } = await command(['check', '--json'], { cwd, env: { BRANCHES_SECRET: 'of the test' } });
  return JSON.parse(stdout) as Checked;
}

describe.each(files)('%s %s', (...words) => {
  test('prints TOML that loads without an error', async () => {
    const { code, stdout } = await command(['import', ...words], { cwd: FIXTURES });
    expect(code).toBe(0);
    const { ok, issues } = await checkOf(stdout);
    expect({ ok, errors: issues.filter(({ severity }) => severity === 'error') }).toEqual({
      ok: true,
      errors: [],
    });
  });

  test('prints what the fixture beside it says', async () => {
    const { stdout } = await command(['import', ...words], { cwd: FIXTURES });
    await expect(stdout).toMatchFileSnapshot(`../fixtures/import/${words[1]}.toml`);
  });

  test('says each of its notes beside its trigger and on standard error', async () => {
    const { stdout, stderr } = await command(['import', ...words], { cwd: FIXTURES });
    const inToml = [...stdout.matchAll(/^# (?:Note|Left out): (.*)\.$/gm)].map(([, text]) => text);
    const said = stderr
      .split('\n')
      .filter(Boolean)
      .map((line) => line.replace(/^(?:line \d+|hook \S+|\[.*?\]|on\.\w+|\S+\.timer): /, ''));
    expect(new Set(said)).toEqual(new Set(inToml));
  });

  test('gives scripts the same', async () => {
    const plain = await command(['import', ...words], { cwd: FIXTURES });
    const { stdout, stderr } = await command(['import', '--json', ...words], { cwd: FIXTURES });
    const { toml, notes } = JSON.parse(stdout) as { toml: string; notes: { at: string; text: string }[] };
    expect(toml).toBe(plain.stdout);
    expect(notes.map(({ at, text }) => `${at}: ${text}\n`).join('')).toBe(plain.stderr);
    expect(stderr).toBe('');
  });
});

test('reads standard input, the units of systemctl cat included', async () => {
  const stdin =
    '# /etc/systemd/system/a.timer\n[Timer]\nOnCalendar=daily\n\n[Service]\nExecStart=/bin/true\n';
  const { code, stdout } = await command(['import', 'systemd', '-'], { cwd: FIXTURES, stdin });
  expect(code).toBe(0);
  expect(stdout).toContain('schedule = "0 0 * * *"');
  expect(stdout).toContain('command = ["/bin/true"]');
});

test('tells a system crontab by where it is', async () => {
  const cwd = await newFolder();
  await mkdir(join(cwd, 'cron.d'));
  await copyFile(join(FIXTURES, 'system.crontab'), join(cwd, 'cron.d/php'));
  const { stdout } = await command(['import', 'crontab', 'cron.d/php'], { cwd });
  expect(stdout).toContain('it ran as the user www-data');
});

test('a timer without its service says what is missing', async () => {
  const cwd = await newFolder();
  await copyFile(join(FIXTURES, 'backup.timer'), join(cwd, 'backup.timer'));
  const { code, stdout, stderr } = await command(['import', 'systemd', 'backup.timer'], { cwd });
  expect(code).toBe(0);
  expect(stderr).toContain('backup.timer: backup.service is not there, or has no ExecStart=');
  expect(stdout).not.toContain('[[');
  expect(await checkOf(stdout)).toMatchObject({ ok: true });
});

describe('refuses', () => {
  const refused: ReadonlyArray<readonly [readonly string[], number, string]> = [
    [['cronttab', 'x'], 2, 'there is no import cronttab; there are crontab'],
    [['crontab', 'nowhere'], 1, 'nowhere cannot be read'],
    [['ofelia', 'ofelia.ini', '--system'], 2, '--system is about a crontab'],
    [['adnanh-webhook', 'user.crontab'], 2, 'neither JSON nor YAML'],
    [['adnanh-webhook', 'nightly.yml'], 2, 'is no list of hooks'],
    [['github-actions', 'hooks.yaml'], 2, 'is no workflow'],
    [['systemd', 'ofelia.ini'], 2, 'has no section [Timer]'],
    [['ofelia', 'backup.timer'], 2, 'has no job'],
  ];

  test.each(refused)('%j', async (words, code, message) => {
    const ended: Ended = await command(['import', ...words], { cwd: FIXTURES });
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: '' });
    expect(ended.stderr).toContain(message);
  });
});

test('an empty crontab is an empty file that loads', async () => {
  const { code, stdout, stderr } = await command(['import', 'crontab', '-'], { cwd: '/', stdin: '' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await checkOf(stdout)).toMatchObject({ ok: true });
});
