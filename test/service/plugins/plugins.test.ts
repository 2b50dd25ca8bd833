/** Reloads of plugins that many ask for, and calls of plugins that have to begin again. */
import { expect, test } from 'vitest';
import { PluginDesk } from './desk.ts';

const WAITS = `import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
while (!existsSync(new URL('./go', import.meta.url))) await wait(10);
`;
const DIES = 'export default { commands: { die: { run: () => process.exit(3) } } };\n';
const die = { target: { kind: 'commands', key: 'die' }, argument: {} } as const;

test('all who ask while plugins are loaded are answered by one reload', async () => {
  await using desk = await PluginDesk.make({});
  await desk.save('p.mjs', WAITS + DIES);
  const asked = Array.from({ length: 50 }, () => desk.plugins.reload());
  await desk.save('go', '');
  const reports = await Promise.all(asked);
  expect(reports[0]).toMatchObject({ added: ['p'] });
  expect(reports[1]).toMatchObject({ unchanged: ['p'] });
  expect(new Set(reports).size).toBe(2);
});

test('a call of one that does not begin again ends when its caller leaves', async () => {
  await using desk = await PluginDesk.make({ 'p.mjs': DIES });
  expect(await desk.plugins.call('p', die)).toMatchObject({ kind: 'crashed' });
  await desk.save('p.mjs', WAITS + DIES);
  const cut = new AbortController();
  const result = desk.plugins.call('p', { ...die, signal: cut.signal });
  cut.abort();
  expect(await result).toEqual({ kind: 'aborted' });
  await desk.save('go', '');
  expect(await desk.plugins.reload()).toMatchObject({ unchanged: ['p'] });
});
