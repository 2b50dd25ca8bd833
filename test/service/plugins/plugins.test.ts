/** Reloads of plugins that many ask for, and calls of plugins that have to begin again. */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLog } from '../../../src/core/log.ts';
import type { Snapshot } from '../../../src/core/snapshot.ts';
import { Plugins } from '../../../src/service/plugins/plugins.ts';

class Desk implements AsyncDisposable {
  readonly folder: string;
  readonly plugins: Plugins;

  constructor(folder: string) {
    this.folder = folder;
    const plugins = { enabled: true, only: [], folder, named: new Map() };
    this.plugins = new Plugins({
      current: () => ({ plugins }) as unknown as Snapshot,
      ledger: {
        remember: async () => {},
        remembered: async () => undefined,
        memories: async () => new Map(),
      },
      ...{ reserved: new Set(), env: {}, mask: (text) => text, onChange: () => {} },
      conditions: { raise: () => {}, clear: () => {} },
      ...{ clock: systemClock, log: silentLog },
    });
  }

  static async make(): Promise<Desk> {
    return new Desk(await realpath(await mkdtemp(join(tmpdir(), 'untether-plugins-'))));
  }

  save(name: string, text: string): Promise<void> {
    return writeFile(join(this.folder, name), text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.plugins.close();
    await rm(this.folder, { recursive: true });
  }
}

const WAITS = `import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
while (!existsSync(new URL('./go', import.meta.url))) await wait(10);
`;
const DIES = 'export default { commands: { die: { run: () => process.exit(3) } } };\n';
const die = { target: { kind: 'commands', key: 'die' }, argument: {} } as const;

test('all who ask while plugins are loaded are answered by one reload', async () => {
  await using desk = await Desk.make();
  await desk.save('p.mjs', WAITS + DIES);
  const asked = Array.from({ length: 50 }, () => desk.plugins.reload());
  await desk.save('go', '');
  const reports = await Promise.all(asked);
  expect(reports[0]).toMatchObject({ added: ['p'] });
  expect(reports[1]).toMatchObject({ unchanged: ['p'] });
  expect(new Set(reports).size).toBe(2);
});

test('a call of one that does not begin again ends when its caller leaves', async () => {
  await using desk = await Desk.make();
  await desk.save('p.mjs', DIES);
  await desk.plugins.reload();
  expect(await desk.plugins.call('p', die)).toMatchObject({ kind: 'crashed' });
  await desk.save('p.mjs', WAITS + DIES);
  const cut = new AbortController();
  const result = desk.plugins.call('p', { ...die, signal: cut.signal });
  cut.abort();
  expect(await result).toEqual({ kind: 'aborted' });
  await desk.save('go', '');
  expect(await desk.plugins.reload()).toMatchObject({ unchanged: ['p'] });
});
