/** What the page about plugins shows can be copied as it stands. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { PluginDesk } from './desk.ts';

const PAGE = new URL('../../../docs/how-to/write-a-plugin.md', import.meta.url);

test('each plugin of docs/how-to/write-a-plugin.md loads', async () => {
  const page = await readFile(PAGE, 'utf8');
  const shown = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => text);
  expect(shown).toHaveLength(4);
  await using desk = await PluginDesk.make(
    Object.fromEntries(shown.map((text, index) => [`shown${index}.ts`, text])),
  );
  expect(desk.plugins.view().map(({ lastResult }) => lastResult)).toEqual(shown.map(() => 'added'));
});
