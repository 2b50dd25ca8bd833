/** Holds `init` to writing a first file and never over one. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXAMPLE_NAME, writeExample } from '../../src/cli/init.ts';
import { newFolder } from './support/command-line.ts';

async function packageWithExample(): Promise<string> {
  const root = await newFolder();
  await writeFile(join(root, EXAMPLE_NAME), '# an example\n');
  return root;
}

describe('the example', () => {
  test('is copied as it is, for its owner alone, into folders that are not there yet', async () => {
    const file = join(await newFolder(), 'a/b/untether.toml');
    await writeExample(file, await packageWithExample());
    expect(await readFile(file, 'utf8')).toBe('# an example\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('never replaces a file', async () => {
    const file = join(await newFolder(), 'untether.toml');
    await writeFile(file, 'mine');
    const root = await packageWithExample();
    await expect(writeExample(file, root)).rejects.toMatchObject({
      code: 'conflict',
      message: `${file} is there already and was left as it is`,
    });
    expect(await readFile(file, 'utf8')).toBe('mine');
  });

  test('that cannot be written says why', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'file'), '');
    const root = await packageWithExample();
    await expect(writeExample(join(folder, 'file/untether.toml'), root)).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});
