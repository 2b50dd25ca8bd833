/** Holds `state` to copying and mending a ledger without ever losing the one that is there. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lockStateFolder } from '../../src/service/lock.ts';
import { command } from './support/command-line.ts';
import { configured, livesIn, newLedger, PUSH_SECRET } from './support/folder.ts';

const env = { PUSH_SECRET };

describe('state backup', () => {
  test('copies the ledger', async () => {
    const cwd = await configured();
    await newLedger(cwd);
    const { code, stdout } = await command(['state', 'backup', 'copy.db', '--json'], { cwd, env });
    expect({ code, answer: JSON.parse(stdout) as unknown }).toEqual({
      code: 0,
      answer: { file: join(cwd, 'copy.db'), bytes: expect.any(Number) },
    });
    expect(await livesIn(join(cwd, 'copy.db'))).toBe(1);
  });

  test('replaces no file', async () => {
    const cwd = await configured();
    await newLedger(cwd);
    await writeFile(join(cwd, 'copy.db'), 'mine');
    expect(await command(['state', 'backup', 'copy.db'], { cwd, env })).toMatchObject({
      code: 1,
      stdout: '',
    });
    expect(await readFile(join(cwd, 'copy.db'), 'utf8')).toBe('mine');
  });

  test('works although the configuration does not load for want of a secret', async () => {
    const cwd = await configured();
    const file = await newLedger(cwd);
    const { code, stderr } = await command(['state', 'backup', 'copy.db'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `the configuration does not load: taking the ledger to be ${file}\n`,
    });
  });

  test('of a ledger that is not there says so', async () => {
    const cwd = await configured();
    expect(await command(['state', 'backup', 'copy.db'], { cwd, env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no ledger at'),
    });
  });
});

describe('state repair', () => {
  test('leaves a sound ledger in place and the old one beside it', async () => {
    const cwd = await configured();
    const file = await newLedger(cwd);
    const { code, stdout } = await command(['state', 'repair', '--json'], { cwd, env });
    const repair = JSON.parse(stdout) as { readonly damaged: string };
    expect({ code, repair }).toMatchObject({ code: 0, repair: { file, tables: expect.any(Array) } });
    expect(await livesIn(file)).toBe(1);
    expect(await livesIn(repair.damaged)).toBe(1);
  });

  test('is refused while a service holds the folder', async () => {
    const cwd = await configured();
    await newLedger(cwd);
    using _held = lockStateFolder(join(cwd, '.untether'), { pid: 1, since: 0 });
    expect(await command(['state', 'repair'], { cwd, env })).toMatchObject({ code: 75, stdout: '' });
  });
});

test.each([
  [['state', 'backup'], 'name the file of the backup'],
  [['state', 'repair', 'x.db'], 'repair takes no file'],
  [['state', 'restore'], 'there is no state restore; there are backup and repair'],
])('%j is refused: %s', async (words, message) => {
  const { code, stderr } = await command(words, { cwd: '/' });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
});
