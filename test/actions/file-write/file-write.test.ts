/** Holds the `file_write` action to its promises, with real files. */
import { chmod, link, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FileWriteAction } from '../../../src/core/action.ts';
import type { Outcome } from '../../../src/core/run.ts';
import { Bench, DUE_AT, jsonPayload } from '../attempt.ts';
import type { AttemptOptions } from '../attempt.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
  await mkdir(bench.path('root'));
  await mkdir(bench.path('outside'));
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

function fileWrite(path: string, more: Partial<FileWriteAction> = {}): FileWriteAction {
  return { kind: 'file_write', path, root: bench.path('root'), onConflict: 'overwrite', ...more };
}

const write = (
  path: string,
  more: Partial<FileWriteAction> = {},
  options: AttemptOptions = {},
): Promise<Outcome> => bench.execute(fileWrite(path, more), options);

const writeByPayload = (path: string): Promise<Outcome> =>
  write('{{p}}', { body: 'x' }, { payload: jsonPayload({ p: path }) });

const read = (...names: readonly string[]): Promise<string> => readFile(bench.path(...names), 'utf8');

describe('what is written', () => {
  test('the raw payload, byte for byte', async () => {
    const body = Buffer.from([0, 255, 10, 13, 123]);
    const outcome = await write('in.bin', {}, { payload: { body, contentType: 'image/png', headers: {} } });
    expect(outcome).toMatchObject({
      kind: 'succeeded',
      reason: `written to ${bench.path('root', 'in.bin')}`,
    });
    expect(await readFile(bench.path('root', 'in.bin'))).toEqual(body);
  });

  test('a template, in folders that are made for it', async () => {
    const payload = jsonPayload({ repo: { name: 'site' }, id: 7 });
    await write('{{repo.name}}/{{id}}.txt', { body: '{{repo}} at {{due_at}}\n' }, { payload });
    expect(await read('root', 'site', '7.txt')).toBe(
      `{"name":"site"} at ${new Date(DUE_AT).toISOString()}\n`,
    );
  });

  test('an empty file without a payload, in a root that is made for it', async () => {
    await write('a', { root: bench.path('new', 'root') });
    expect(await read('new', 'root', 'a')).toBe('');
  });

  test('nothing half-written and nothing temporary stays behind', async () => {
    await write('a', { body: 'x' });
    await write('a', { body: 'y', onConflict: 'error' });
    await mkdir(bench.path('root', 'folder'));
    const refused = await write('folder', { body: 'z' });
    expect(refused).toMatchObject({ kind: 'failed' });
    expect(refused.reason).toMatch(/^file_write failed: /);
    expect((await readdir(bench.path('root'))).sort()).toEqual(['a', 'folder']);
  });

  test('a disk that refuses is a failure with its reason', async () => {
    await writeFile(bench.path('root', 'file'), '');
    expect((await write('file/below', { body: 'x' })).reason).toMatch(/^file_write failed: (ENOTDIR|EEXIST)/);
  });
});

describe('a name in use', () => {
  beforeEach(() => writeFile(bench.path('root', 'a.tar.gz'), 'old'));

  test('overwrite replaces the file, not what else has its content', async () => {
    await link(bench.path('root', 'a.tar.gz'), bench.path('root', 'other'));
    await write('a.tar.gz', { body: 'new' });
    expect([await read('root', 'a.tar.gz'), await read('root', 'other')]).toEqual(['new', 'old']);
  });

  test('overwrite replaces a link, and does not write through it', async () => {
    await symlink(bench.path('outside', 'target'), bench.path('root', 'link'));
    await write('link', { body: 'new' });
    expect([await read('root', 'link'), await readdir(bench.path('outside'))]).toEqual(['new', []]);
  });

  test('error refuses and leaves it alone', async () => {
    expect(await write('a.tar.gz', { body: 'new', onConflict: 'error' })).toMatchObject({
      kind: 'failed',
      reason: `file_write rejected: file already exists at ${bench.path('root', 'a.tar.gz')}`,
    });
    expect(await read('root', 'a.tar.gz')).toBe('old');
    expect(await write('free', { onConflict: 'error' })).toMatchObject({ kind: 'succeeded' });
  });

  test('append adds to it, and makes it where it is missing', async () => {
    await write('a.tar.gz', { body: '+1', onConflict: 'append' });
    await write('a.tar.gz', { body: '+2', onConflict: 'append' });
    await write('log', { body: 'first', onConflict: 'append' });
    expect([await read('root', 'a.tar.gz'), await read('root', 'log')]).toEqual(['old+1+2', 'first']);
  });

  test('append does not write through a link', async () => {
    await symlink(bench.path('outside', 'target'), bench.path('root', 'link'));
    expect(await write('link', { body: 'x', onConflict: 'append' })).toMatchObject({ kind: 'failed' });
    expect(await readdir(bench.path('outside'))).toEqual([]);
  });

  test('append_timestamp keeps every one, also of the same millisecond and of many at once', async () => {
    const outcomes = await Promise.all(
      ['1', '2', '3', '4', '5'].map((body) => write('a.tar.gz', { body, onConflict: 'append_timestamp' })),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(5).fill('succeeded'));
    const names = (await readdir(bench.path('root'))).sort();
    expect(names).toEqual(
      ['a.tar.gz', ...['', '_1', '_2', '_3', '_4'].map((n) => `a.tar_${DUE_AT}${n}.gz`)].sort(),
    );
    const texts = await Promise.all(names.map((name) => read('root', name)));
    expect(texts.sort()).toEqual(['1', '2', '3', '4', '5', 'old']);
    expect(await write('new.txt', { onConflict: 'append_timestamp' })).toMatchObject({
      reason: `written to ${bench.path('root', 'new.txt')}`,
    });
  });
});

describe('what is refused', () => {
  test.each([
    ['../x', "path traversal in '../x'"],
    ['a/../../x', "path traversal in 'a/../../x'"],
    ['a/../b', "path traversal in 'a/../b'"],
    ['a\\..\\b', "path traversal in 'a\\..\\b'"],
    ['..', "path traversal in '..'"],
    ['/etc/untether-test', "absolute path '/etc/untether-test' comes from the payload"],
    ['', 'the path is empty'],
    [' ', 'the path is empty'],
    ['.', "'.' names a folder"],
    ['a/', "'a/' names a folder"],
    ['a\0b', "NUL in 'a\uFFFDb'"],
    [`${'d/'.repeat(15)}f`, 'path too deep (16 levels)'],
    ['.git/config', "path matches deny glob '.git'"],
    ['sub/.git/hooks/pre-commit', "path matches deny glob '.git'"],
    ['.GIT/config', "path matches deny glob '.git'"],
    ['.ssh/keys/mine', "path matches deny glob '.ssh'"],
    ['a/.ssh', "path matches deny glob '.ssh'"],
    ['.env', "path matches deny glob '.env*'"],
    ['a/.env.local', "path matches deny glob '.env*'"],
    ['.envrc', "path matches deny glob '.env*'"],
    ['a/b/x.pem', "path matches deny glob '*.pem'"],
    ['id_rsa', "path matches deny glob 'id_*'"],
    ['a/id_ed25519.pub', "path matches deny glob 'id_*'"],
    ['a/.npmrc', "path matches deny glob '.npmrc'"],
    ['.netrc', "path matches deny glob '.netrc'"],
  ])('a payload that writes %j', async (path, reason) => {
    expect(await writeByPayload(path)).toEqual({
      kind: 'failed',
      again: 'never',
      exitCode: null,
      endedBy: null,
      reason: `file_write rejected: ${reason}`,
    });
    expect(await readdir(bench.path('root'))).toEqual([]);
  });

  test.each([
    'git',
    'x.git',
    '.gitignore',
    'environment',
    'x.pem.txt',
    'valid_name',
    'my.npmrc.bak',
    '.hidden',
    '…ü.txt',
  ])('but not %j', async (path) => {
    expect(await writeByPayload(path)).toMatchObject({ kind: 'succeeded' });
  });

  test('a denied name of the operator, too', async () => {
    expect((await write('.env', { body: 'x' })).reason).toBe(
      "file_write rejected: path matches deny glob '.env*'",
    );
    expect((await write(bench.path('outside', 'x.pem'), { body: 'x' })).reason).toContain(
      "deny glob '*.pem'",
    );
  });

  test('a folder that is a link out of the root', async () => {
    await symlink(bench.path('outside'), bench.path('root', 'door'));
    for (const path of ['door/x', 'door/new/x']) {
      expect((await writeByPayload(path)).reason).toBe(
        `file_write rejected: path '${path}' leads out of ${bench.path('root')} by a symbolic link`,
      );
    }
    expect(await readdir(bench.path('outside'))).toEqual([]);
  });

  test('a link inside the root to a denied name', async () => {
    await mkdir(bench.path('root', '.git'));
    await symlink(bench.path('root', '.git'), bench.path('root', 'harmless'));
    expect((await writeByPayload('harmless/config')).reason).toContain("deny glob '.git'");
  });

  test('a link inside the root that stays there is followed', async () => {
    await mkdir(bench.path('root', 'real'));
    await symlink('real', bench.path('root', 'alias'));
    expect(await writeByPayload('alias/x')).toMatchObject({
      reason: `written to ${bench.path('root', 'real', 'x')}`,
    });
  });

  test('a root that is itself a link is a root like any other', async () => {
    await symlink(bench.path('root'), bench.path('alias'));
    expect(
      await write('{{p}}', { root: bench.path('alias') }, { payload: jsonPayload({ p: 'x' }) }),
    ).toMatchObject({
      kind: 'succeeded',
    });
    expect(await readdir(bench.path('root'))).toEqual(['x']);
  });

  test('the files of the service itself, also by another name', async () => {
    const ownPaths = [
      bench.path('root', 'untether.toml'),
      bench.path('root', 'state', 'untether.db'),
      bench.path('root', 'plugins'),
    ];
    await mkdir(bench.path('root', 'state'));
    await symlink('state', bench.path('root', 'alias'));
    for (const path of [
      'untether.toml',
      'state/untether.db',
      'state/untether.db-wal',
      'alias/untether.db',
      'plugins/x.js',
    ]) {
      const outcome = await write(path, { body: 'x' }, { ownPaths });
      expect(outcome.reason).toBe(`file_write rejected: '${path}' belongs to the service itself`);
    }
    expect(await write('state/other.db', {}, { ownPaths })).toMatchObject({ kind: 'succeeded' });
    expect(
      await write('state/other.db', {}, { ownPaths: [bench.path('root', 'alias', 'other.db')] }),
    ).toMatchObject({ kind: 'failed' });
  });

  test('a template that does not render', async () => {
    expect((await write('{{env.NOPE}}')).reason).toBe(
      'file_write rejected: the environment variable NOPE is not set',
    );
    expect((await write('x', { body: '{{secrets.NOPE}}' })).reason).toBe(
      'file_write rejected: there is no secret named NOPE',
    );
  });
});

describe('absolute paths', () => {
  test('one that the operator wrote out may lie anywhere', async () => {
    expect(await write(bench.path('outside', 'x'), { body: 'x' })).toMatchObject({ kind: 'succeeded' });
    expect(await read('outside', 'x')).toBe('x');
  });

  test('one that a template can influence lies in the root', async () => {
    const payload = jsonPayload({ p: 'x' });
    expect((await write(bench.path('outside', '{{p}}'), {}, { payload })).reason).toBe(
      `file_write rejected: path '${bench.path('outside', 'x')}' is outside of ${bench.path('root')}`,
    );
    expect(await write(bench.path('root', '{{p}}'), {}, { payload })).toMatchObject({ kind: 'succeeded' });
  });
});

test('whatever a payload writes, nothing outside of the root is touched', async () => {
  await symlink(bench.path('outside'), bench.path('root', 'out'));
  await symlink('..', bench.path('root', 'up'));
  await symlink('nowhere', bench.path('root', 'dangling'));
  await mkdir(bench.path('root', 'in'));
  await chmod(bench.path('outside'), 0o755);
  const name = fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '',
      '~',
      'out',
      'up',
      'in',
      'dangling',
      'a',
      'b.txt',
      '\0',
      '\n',
      '%2e%2e',
      '..%2f',
      '\\',
      '.git',
      'outside',
    ),
    fc.string({ maxLength: 8 }),
  );
  const path = fc.tuple(
    fc.constantFrom('', '/', bench.folder, `${bench.path('root')}/`),
    fc.array(name, { maxLength: 6 }),
  );
  const before = await readdir(bench.folder);
  await fc.assert(
    fc.asyncProperty(
      path,
      fc.constantFrom('overwrite', 'append', 'error', 'append_timestamp'),
      async ([start, names], onConflict) => {
        const payload = jsonPayload({ p: start + names.join('/') });
        const outcome = await write('{{p}}', { body: 'x', onConflict }, { payload });
        const written =
          outcome.reason?.startsWith('written to ') === true
            ? outcome.reason.slice('written to '.length)
            : undefined;
        if (written !== undefined)
          expect(relative(bench.path('root'), written)).not.toMatch(/^\.\.(\/|$)|^\/|(^|\/)\.git(\/|$)/);
        expect(outcome.kind).toBe(written === undefined ? 'failed' : 'succeeded');
      },
    ),
    { numRuns: 300 },
  );
  expect(await readdir(bench.path('outside'))).toEqual([]);
  expect((await readdir(bench.folder)).filter((entry) => !/\.out$/.test(entry))).toEqual(before);
  expect((await readdir(dirname(bench.folder))).filter((entry) => ['a', 'b.txt'].includes(entry))).toEqual(
    [],
  );
});

describe('files that were uploaded', () => {
  const stored = (...files: readonly unknown[]): Promise<Outcome> =>
    write('in.json', { isStored: true }, { payload: jsonPayload({ files }) });

  test('are named, and nothing is written', async () => {
    await writeFile(bench.path('root', 'a'), 'x');
    const path = bench.path('root', 'a');
    expect(await stored({ saved_path: path })).toMatchObject({
      kind: 'succeeded',
      reason: `written to ${path}`,
    });
    expect(await readdir(bench.path('root'))).toEqual(['a']);
  });

  test('and are gone since fail the run', async () => {
    const path = bench.path('root', 'gone');
    expect(await stored({ saved_path: path })).toMatchObject({
      kind: 'failed',
      reason: `file_write failed: ${path} is not there any more`,
    });
  });

  test('are none where none was sent', async () => {
    expect(await stored()).toMatchObject({ kind: 'succeeded', reason: 'no file was sent' });
    expect(await stored(null, 'x', {}, { saved_path: 1 })).toMatchObject({ reason: 'no file was sent' });
  });
});
