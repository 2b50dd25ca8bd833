/** Holds the systemd units to what systemd itself says of them, and `service install` to writing one that fits the machine. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/cli/package-root.ts';
import { renderUnit, templateFile } from '../../src/cli/unit.ts';
import { command, newFolder } from './support/command-line.ts';

const root = packageRoot();
const systemd = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' });
const version = Number(/^systemd (\d+)/.exec(systemd.stdout)?.[1]);
const contrib = (name: string): string => readFileSync(join(root, 'contrib', name), 'utf8');
const facts = { root, node: process.execPath, config: undefined, systemd: version };

/** Who runs the service, the program and the name of an instance stand for themselves where systemd looks it over. */
async function verified(name: string, text: string, words: readonly string[] = []): Promise<string> {
  const folder = await newFolder();
  const runtime = join(folder, 'runtime');
  mkdirSync(runtime, { mode: 0o700 });
  writeFileSync(join(folder, name), text);
  if (name.endsWith('.socket'))
    writeFileSync(join(folder, 'untether.service'), renderUnit(contrib('untether.service'), 'system', facts));
  const env = { ...process.env, XDG_RUNTIME_DIR: runtime, SYSTEMD_LOG_LEVEL: 'warning' };
  const { status, stderr, stdout } = spawnSync('systemd-analyze', ['verify', ...words, join(folder, name)], {
    encoding: 'utf8',
    env,
  });
  return `${String(status)} ${stdout}${stderr}`.trim();
}

describe.skipIf(systemd.status !== 0)('systemd finds no fault (skipped: no systemd-analyze here)', () => {
  test('with the unit of this machine', async () => {
    const unit = renderUnit(contrib('untether.service'), 'system', facts);
    expect(await verified('untether.service', unit)).toBe('0');
  });

  test('with one of several', async () => {
    const unit = renderUnit(contrib('untether@.service'), 'system', facts);
    expect(await verified('untether@.service', unit)).toBe('0');
  });

  test('with that of a user', async () => {
    const unit = renderUnit(contrib('user/untether.service'), 'user', facts);
    expect(await verified('untether.service', unit, ['--user'])).toBe('0');
  });

  test('with the socket', async () => {
    expect(await verified('untether.socket', contrib('untether.socket'))).toBe('0');
  });

  test.each(['untether.service', 'untether@.service'])('and %s exposes 2.5 of 10 at most', (name) => {
    const words = ['security', '--offline=yes', '--threshold=25', '--no-pager', join(root, 'contrib', name)];
    const { status, stdout } = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
    expect(status, stdout.split('\n').slice(-3).join('\n')).toBe(0);
    expect(Number(/exposure level for \S+: (\d+\.\d+)/.exec(stdout)?.[1])).toBeLessThanOrEqual(2.5);
  });
});

test('memory stays writable and executable at once: Node compiles while it runs', () => {
  for (const name of ['untether.service', 'untether@.service', 'user/untether.service'])
    expect(contrib(name)).not.toMatch(/^MemoryDenyWriteExecute/m);
});

test('the drain of the default configuration fits into the time that systemd gives', () => {
  expect(Number(/^TimeoutStopSec=(\d+)/m.exec(contrib('untether.service'))?.[1])).toBeGreaterThan(
    120 + 5 + 5,
  );
});

test('one of several is the same unit with its own file and folders', () => {
  const settings = (text: string): readonly string[] =>
    text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const several = contrib('untether@.service')
    .replaceAll('/etc/untether/%i.toml', '/etc/untether/untether.toml')
    .replaceAll('Directory=untether/%i', 'Directory=untether')
    .replaceAll('/untether/%i', '/untether')
    .replace(' (%i)', '');
  expect(settings(several)).toEqual(settings(contrib('untether.service')));
});

describe('service install', () => {
  test('prints the unit with the paths of this installation, and the file that is named', async () => {
    const cwd = await newFolder();
    const { code, stdout } = await command(['service', 'install', '--print', '--config', 'mine.toml'], {
      cwd,
    });
    expect(code).toBe(0);
    expect(stdout).toContain(
      `\nExecStart=${process.execPath} ${root}/bin/untether.mjs run --config ${cwd}/mine.toml\n`,
    );
    expect(stdout).not.toMatch(/^[^#]*\/opt\/untether/m);
  });

  test('writes that of a user once, and leaves one that was changed alone', async () => {
    const cwd = await newFolder();
    const env = { HOME: cwd };
    const file = join(cwd, '.config/systemd/user/untether.service');
    const words = ['service', 'install', '--user', '--json'];
    const first = await command(words, { cwd, env });
    expect(JSON.parse(first.stdout)).toEqual({
      file,
      next: 'systemctl --user daemon-reload && systemctl --user enable --now untether',
    });
    expect(readFileSync(file, 'utf8')).toContain('WantedBy=default.target');
    expect((await command(words, { cwd, env })).code).toBe(0);
    writeFileSync(file, '# mine\n');
    const changed = await command(words, { cwd, env });
    expect(changed.code).toBe(1);
    expect(changed.stderr).toContain('says something else');
    expect(readFileSync(file, 'utf8')).toBe('# mine\n');
  });

  test('knows nothing else to do', async () => {
    expect((await command(['service', 'remove'], { cwd: '/' })).code).toBe(2);
  });
});

describe('the unit', () => {
  const template = readFileSync(templateFile('system', root), 'utf8');

  test.each<[number | undefined, RegExp]>([
    [252, /^Type=notify\nExecReload=\/bin\/kill -HUP \$MAINPID$/m],
    [253, /^Type=notify-reload$/m],
    [undefined, /^Type=notify-reload$/m],
  ])('of systemd %j', (one, expected) => {
    expect(renderUnit(template, 'system', { ...facts, systemd: one })).toMatch(expected);
  });

  test('takes paths for what they are', () => {
    const odd = { ...facts, node: '/o d/node', root: '/100%/$x', config: '/a"b.toml' };
    expect(renderUnit(template, 'system', odd)).toContain(
      '\nExecStart="/o d/node" /100%%/$$x/bin/untether.mjs run --config "/a\\"b.toml"\n',
    );
  });
});
