import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { SecretReader, usesOf } from '../../src/config/secrets.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'untether-secrets-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const reader = (env: Readonly<Record<string, string>> = {}): SecretReader =>
  new SecretReader({ env, home: folder, folder });

async function read(
  one: SecretReader,
  source: Parameters<SecretReader['get']>[0],
): Promise<string | undefined> {
  const problems = await one.readAll(usesOf(['x'], source));
  return problems[0]?.message ?? one.get(source)?.reveal();
}

describe('a secret', () => {
  it('is the text itself, a variable, a file or a credential', async () => {
    writeFileSync(join(folder, 'a'), 'from file\n');
    const one = reader({ NAME: 'from variable', CREDENTIALS_DIRECTORY: folder });
    expect(await read(one, 'literal')).toBe('literal');
    expect(await read(one, { env: 'NAME' })).toBe('from variable');
    expect(await read(one, { file: 'a' })).toBe('from file');
    expect(await read(one, { file: '~/a' })).toBe('from file');
    expect(await read(one, { credential: 'a' })).toBe('from file');
    expect(one.files).toEqual([join(folder, 'a')]);
  });

  test.each([
    ['a\n', 'a'],
    ['a\r\n', 'a'],
    ['a\n\n', 'a\n'],
    [' a ', ' a '],
  ])('in a file ends before the last line end: %j', async (content, secret) => {
    writeFileSync(join(folder, 'a'), content);
    expect(await read(reader(), { file: 'a' })).toBe(secret);
  });

  it('that is not there, or empty, is a problem that names the place and no value', async () => {
    writeFileSync(join(folder, 'empty'), '\n');
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    const one = reader({ EMPTY: '' });
    expect(await read(one, { env: 'NOPE' })).toBe('the environment variable NOPE is not set');
    expect(await read(one, { env: 'EMPTY' })).toBe('the environment variable EMPTY is empty');
    expect(await read(one, { file: 'nope' })).toBe(`the secret's file ${folder}/nope does not exist`);
    expect(await read(one, { file: 'empty' })).toBe(`the secret's file ${folder}/empty is empty`);
    expect(await read(one, { file: 'fifo' })).toBe(`the secret's file ${folder}/fifo is not a regular file`);
    expect(await read(one, { credential: 'x' })).toMatch(/CREDENTIALS_DIRECTORY is not set/);
  });

  it('that is named twice is read once', async () => {
    writeFileSync(join(folder, 'a'), 'first');
    const one = reader();
    await read(one, { file: 'a' });
    writeFileSync(join(folder, 'a'), 'second');
    expect(await read(one, { file: 'a' })).toBe('first');
  });

  it('in a list is found by its index', () => {
    expect(usesOf(['secret'], ['a', { env: 'B' }])).toEqual([
      { path: ['secret', 0], source: 'a' },
      { path: ['secret', 1], source: { env: 'B' } },
    ]);
  });
});
