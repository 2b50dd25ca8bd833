/** Holds the README to what it says: its first five minutes, line by line, on the example, and its lists, which leave nothing out. */
import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { providerNames } from '../../src/triggers/presets.ts';
import { eventually, Sandbox } from '../support/untether.ts';

const root = new URL('../../', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8');
const [, section = ''] = read('README.md').split(/^## Five minutes\n/m);
const minutes = section.slice(0, section.search(/^## /m));

/** `$ npx untether …` of the console, without what is said about it. */
const typed = [...minutes.matchAll(/^\$ npx untether ([^#\n]+)/gm)].map(([, words = '']) => words.trim());
/** What stands in the sentences. */
const told = [...minutes.matchAll(/`npx untether ([^`]+)`/g)].map(([, words = '']) =>
  words.replace(/\s+/g, ' '),
);
const [, added = ''] = /```toml\n([^]+?)```/.exec(minutes) ?? [];
const RUN_ID = /[0-9a-f]{8}-[0-9a-f-]{27}/;

it('finds the lines of the README', () => {
  expect(typed).toContain('next hello');
  expect(told).toContain('plan');
  expect(added).toContain('id = "backup"');
});

it('runs every line of the README on the example', { timeout: 60_000 }, async () => {
  const example = read('untether.toml.example').replace('port = 9876', 'port = 0');
  await using sandbox = await Sandbox.make(example);
  const service = await sandbox.start();
  const posted = await service.post('/hooks/hello', '{"hello":"world"}', {
    authorization: 'Bearer change-me',
  });
  const { run } = JSON.parse(posted.body) as { readonly run: string };
  for (const line of typed) {
    const { code, stderr } = await sandbox.run(...line.replace(RUN_ID, run).split(' '));
    expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
  }

  await sandbox.save(`${example}\n${added}`);
  await eventually('the added trigger is live', async () =>
    (await sandbox.run('next', 'backup')).stdout.includes('cron:backup'),
  );
  for (const line of told) {
    const { code, stderr } = await sandbox.run(...line.split(' '));
    expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
  }
  expect((await service.stop()).code).toBe(0);
});

it('names every command, each once', () => {
  const [row = ''] = /^\| operating .*$/m.exec(read('README.md')) ?? [];
  const named = [...row.matchAll(/`([a-z]+)`/g)].map(([, name = '']) => name);
  expect(named.toSorted()).toEqual(
    commands
      .map(({ name }) => name)
      .filter((name) => name !== 'run')
      .toSorted(),
  );
});

it('counts the senders that are known by name', () => {
  expect(read('README.md')).toContain(`${providerNames.length} senders by name`);
});

it('links every page of the documentation', () => {
  const pages = globSync('docs/**/*.md', { cwd: root });
  expect(pages.filter((page) => !read('README.md').includes(`](${page})`))).toEqual([]);
});
