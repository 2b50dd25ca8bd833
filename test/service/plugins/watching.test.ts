/** A watched plugin is reloaded once its files are at rest, and never because of itself for ever. */
import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/core/log.ts';
import { unnamedPlugin } from '../../../src/core/plugin.ts';
import type { PluginReport } from '../../../src/core/plugin.ts';
import { Watching } from '../../../src/service/plugins/watching.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const none: PluginReport = { refreshed: [], added: [], removed: [], failed: [], unchanged: [], disabled: [] };

class Desk implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly reloads: number[] = [];
  /** What the plugin does meanwhile, by its own account. */
  isAtWork = false;
  /** What a reload comes to. */
  report: Partial<PluginReport> = { refreshed: ['p'] };
  readonly logged: string[] = [];
  /** Before a reload has its turn. */
  turn = async (): Promise<void> => {};
  raised: readonly string[] = [];
  readonly watching: Watching;
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    this.watching = new Watching({
      settings: () => ({
        ...{ enabled: true, only: [], folder },
        named: new Map([['p', { ...unnamedPlugin, watch: true }]]),
      }),
      reload: async (_, isWanted) => {
        await this.turn();
        if (!isWanted()) return undefined;
        this.reloads.push(this.clock.monotonic());
        return { ...none, ...this.report };
      },
      activity: { wasAtWork: async () => this.isAtWork },
      conditions: {
        raise: (code) => {
          this.raised = [code];
        },
        clear: () => {
          this.raised = [];
        },
      },
      clock: this.clock,
      log: {
        ...silentLog,
        info: (message) => this.logged.push(`info ${message}`),
        warn: (message) => this.logged.push(`warn ${message}`),
      },
    });
  }

  static async make(): Promise<Desk> {
    const desk = new Desk(await mkdtemp(join(tmpdir(), 'untether-watching-')));
    await desk.save('one');
    desk.watching.follow();
    await desk.pass(500);
    return desk;
  }

  save(text: string): Promise<void> {
    return this.put('p.mjs', text);
  }

  async put(name: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, name)), { recursive: true });
    await writeFile(join(this.folder, name), text);
  }

  /** Lets time run in looks of half a second, each of which reads the disk. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      while (this.clock.pending === 0 && this.watching.isWatched('p')) await wait(1);
      await this.clock.advance(500);
      while (this.clock.pending === 0 && this.watching.isWatched('p')) await wait(1);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.watching.close();
    await rm(this.folder, { recursive: true });
  }
}

describe('a watched plugin', () => {
  test('is left alone while nothing changes', async () => {
    await using desk = await Desk.make();
    await desk.pass(10_000);
    expect(desk.reloads).toEqual([]);
  });

  test('is reloaded once, a second after the last of several changes', async () => {
    await using desk = await Desk.make();
    for (const text of ['a', 'ab', 'abc']) {
      await desk.save(text);
      await desk.pass(500);
    }
    expect([desk.reloads, desk.watching.isPending('p')]).toEqual([[], true]);
    await desk.pass(3_000);
    expect(desk.reloads).toHaveLength(1);
    expect(desk.watching.isPending('p')).toBe(false);
  });

  test('is not said to be reloaded where it does not load', async () => {
    await using desk = await Desk.make();
    await desk.save('good');
    await desk.pass(2_000);
    desk.report = { failed: [{ id: 'p', reason: 'p.mjs:1: no', keeps: 1 }] };
    await desk.save('bad');
    await desk.pass(2_000);
    expect(desk.logged).toEqual([
      'info a plugin was reloaded as its files changed',
      'warn a plugin whose files changed does not load',
    ]);
  });

  test('that never rests is reloaded after five seconds', async () => {
    await using desk = await Desk.make();
    for (let n = 0; n < 12; n += 1) {
      await desk.save('x'.repeat(n + 5));
      await desk.pass(500);
    }
    expect(desk.reloads).toHaveLength(1);
  });

  test('whose reload is due is not reloaded any more once it is not watched', async () => {
    await using desk = await Desk.make();
    await desk.save('other');
    await desk.pass(500);
    desk.watching.set('p', false);
    expect(desk.watching.isWatched('p')).toBe(false);
    await desk.clock.advance(10_000);
    expect(desk.reloads).toEqual([]);
  });

  test('that never rests is reloaded five seconds after its first change at the latest', async () => {
    await using desk = await Desk.make();
    const from = desk.clock.monotonic();
    await desk.save('first');
    while (desk.reloads.length === 0) {
      await desk.pass(500);
      await desk.save('x'.repeat(desk.clock.monotonic() / 500));
    }
    expect((desk.reloads[0] ?? 0) - from).toBeLessThanOrEqual(5_000);
  });

  test('that is only touched is left alone; an older file that is copied over it counts', async () => {
    await using desk = await Desk.make();
    const file = join(desk.folder, 'p.mjs');
    await utimes(file, new Date(), new Date());
    await desk.pass(3_000);
    expect(desk.reloads).toEqual([]);
    await desk.save('two');
    await utimes(file, new Date(0), new Date(0));
    await desk.pass(3_000);
    expect(desk.reloads).toHaveLength(1);
  });

  test.each([
    'node_modules/a.js',
    '.git/index',
    'data/rows.json',
    'README.md',
    'index.mjs~',
    '.index.mjs.swp',
  ])('does not care about %s', async (name) => {
    await using desk = await Desk.make();
    await rm(join(desk.folder, 'p.mjs'));
    await desk.put('p/index.mjs', 'one');
    await desk.pass(3_000);
    expect(desk.reloads).toHaveLength(1);
    await desk.put(`p/${name}`, 'other');
    await desk.pass(3_000);
    expect(desk.reloads).toHaveLength(1);
    await desk.put('p/lib/deep.json', '{}');
    await desk.pass(3_000);
    expect(desk.reloads).toHaveLength(2);
  });

  test('is reloaded when its file is renamed away, and when it comes back', async () => {
    await using desk = await Desk.make();
    await rename(join(desk.folder, 'p.mjs'), join(desk.folder, 'z.mjs'));
    await desk.pass(3_000);
    expect(desk.reloads).toHaveLength(1);
    await rename(join(desk.folder, 'z.mjs'), join(desk.folder, 'p.ts'));
    await desk.pass(3_000);
    expect(desk.reloads).toHaveLength(2);
  });

  test('may hold links to itself', async () => {
    await using desk = await Desk.make();
    await desk.put('p/index.mjs', 'one');
    await symlink('.', join(desk.folder, 'p', 'a'));
    await symlink('.', join(desk.folder, 'p', 'b'));
    await desk.pass(3_000);
    expect(desk.reloads).toHaveLength(1);
  });

  test('whose reload waits for its turn is not reloaded when it is not watched any more by then', async () => {
    await using desk = await Desk.make();
    const [asked, turn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    desk.turn = () => {
      asked.resolve();
      return turn.promise;
    };
    await desk.save('other');
    await desk.pass(1_000);
    await desk.clock.advance(500);
    await asked.promise;
    desk.watching.set(undefined, false);
    desk.watching.set(undefined, true);
    turn.resolve();
    await desk.pass(3_000);
    expect([desk.reloads, desk.watching.isWatched('p')]).toEqual([[], true]);
  });

  test('is paused after three reloads in ten seconds that it caused itself, until somebody watches it again', async () => {
    await using desk = await Desk.make();
    desk.isAtWork = true;
    for (let n = 0; n < 3; n += 1) {
      expect(desk.watching.isWatched('p')).toBe(true);
      await desk.save('y'.repeat(n + 10));
      await desk.pass(4_000);
    }
    expect(desk.reloads).toHaveLength(3);
    expect(desk.watching.isWatched('p')).toBe(false);
    expect(desk.raised).toEqual(['plugin_watch_paused']);
    desk.watching.set('q', true);
    expect(desk.raised).toEqual(['plugin_watch_paused']);
    desk.watching.set('p', true);
    expect([desk.raised, desk.watching.isWatched('p')]).toEqual([[], true]);
  });

  test('goes on being watched when somebody else saves it often, or it does so itself now and then', async () => {
    await using desk = await Desk.make();
    for (let n = 0; n < 6; n += 1) {
      desk.isAtWork = n >= 4;
      await desk.save('y'.repeat(n + 10));
      await desk.pass(2_000);
    }
    for (let n = 0; n < 4; n += 1) {
      await desk.pass(8_000);
      await desk.save('z'.repeat(n + 10));
      await desk.pass(2_000);
    }
    expect([desk.reloads.length, desk.watching.isWatched('p')]).toEqual([10, true]);
  });
});
