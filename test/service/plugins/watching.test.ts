/** A watched plugin is reloaded once its files are at rest, and never because of itself for ever. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  readonly raised: string[] = [];
  readonly watching: Watching;
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    this.watching = new Watching({
      settings: () => ({
        ...{ enabled: true, only: [], folder },
        named: new Map([['p', { ...unnamedPlugin, watch: true }]]),
      }),
      reload: async () => {
        this.reloads.push(this.clock.monotonic());
        return { ...none, refreshed: ['p'] };
      },
      conditions: { raise: (code, text) => this.raised.push(`${code}: ${text}`), clear: () => {} },
      clock: this.clock,
      log: silentLog,
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
    return writeFile(join(this.folder, 'p.mjs'), text);
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

  test('that changes its own files is paused after the third reload, and that is told', async () => {
    await using desk = await Desk.make();
    for (let n = 0; n < 3; n += 1) {
      expect(desk.watching.isWatched('p')).toBe(true);
      await desk.save('y'.repeat(n + 10));
      await desk.pass(2_000);
    }
    expect(desk.reloads).toHaveLength(3);
    expect(desk.watching.isWatched('p')).toBe(false);
    expect(desk.raised).toEqual([expect.stringMatching(/^plugin_watch_paused: p changes its own files/)]);
  });
});
