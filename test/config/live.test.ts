import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { ReloadReport } from '../../src/core/event.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Loaded } from '../../src/config/loaded.ts';
import { ReloadEngine } from '../../src/config/reload.ts';
import { ConfigWatcher } from '../../src/config/watch.ts';
import { TriggerManager } from '../../src/triggers/manager.ts';
import { cron, inputFor, webhook } from './support/load.ts';

let folder = '';
let file = '';
let watcher: ConfigWatcher | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'untether-live-'));
  file = join(folder, 'untether.toml');
});
afterEach(async () => {
  await watcher?.close();
  rmSync(folder, { recursive: true });
});

/** Follows the real file as the service does; `next` is the next report that is published. */
async function following(text: string) {
  writeFileSync(file, text);
  const load = (previous?: Loaded) => loadConfig({ ...inputFor({ file }), previous });
  const first = await load();
  if (!first.ok) throw new Error('it should load');
  const manager = new TriggerManager(first.loaded.snapshot);
  const lives: string[] = [];
  manager.subscribe((next) => lives.push([...next.crons.keys()].join(' ')));
  let waiting = Promise.withResolvers<ReloadReport>();
  const engine = new ReloadEngine({
    booted: first.loaded,
    manager,
    clock: systemClock,
    load,
    revisionOf: async () => manager.current().revision + 1,
    stages: () => [],
    beforeSwap: async () => {},
    pin: async () => {},
    watch: (files) => void watcher?.watch(files),
    publish: (event) => {
      if (event.kind !== 'reload') return;
      waiting.resolve(event.report);
      waiting = Promise.withResolvers();
    },
  });
  watcher = new ConfigWatcher({
    clock: systemClock,
    onChange: () => void engine.reload('watch'),
    onFault: (error) => {
      throw error as Error;
    },
  });
  await watcher.watch(first.loaded.watch);
  return { lives, next: () => waiting.promise };
}

const two = `${cron('a')}${cron('b')}`;
const three = `${two}${cron('c')}`;

describe('a save goes live, whole, in one step', () => {
  test.each([
    [
      'rename over',
      () => {
        writeFileSync(`${file}.tmp`, three);
        renameSync(`${file}.tmp`, file);
      },
    ],
    [
      'truncate and write in halves',
      () => {
        truncateSync(file);
        appendFileSync(file, three.slice(0, three.length / 2));
        appendFileSync(file, three.slice(three.length / 2));
      },
    ],
    [
      'delete and create',
      () => {
        unlinkSync(file);
        writeFileSync(file, three);
      },
    ],
    [
      'two saves at once, of which the last counts',
      () => {
        writeFileSync(file, cron('x'));
        writeFileSync(file, three);
      },
    ],
  ])('%s', async (_style, save) => {
    const { lives, next } = await following(two);
    const report = next();
    save();
    expect(await report).toMatchObject({ ok: true, source: 'watch', added: ['cron:c'], removed: [] });
    expect(lives).toEqual(['cron:a cron:b cron:c']);
  });

  test('a broken save is reported and changes nothing, and the next good one is applied', async () => {
    const { lives, next } = await following(two);
    let report = next();
    writeFileSync(file, `${two}[[`);
    expect(await report).toMatchObject({ ok: false, issues: [{ file, line: 11 }] });
    report = next();
    writeFileSync(file, three);
    expect(await report).toMatchObject({ ok: true, added: ['cron:c'] });
    expect(lives).toEqual(['cron:a cron:b cron:c']);
  });

  test('a secret that is rotated in its own file is applied with the configuration as it was', async () => {
    writeFileSync(join(folder, 's'), 'one');
    const { next } = await following(webhook('a', 'secret = { file = "s" }'));
    const report = next();
    writeFileSync(join(folder, 's'), 'two');
    expect(await report).toMatchObject({ ok: true, changed: true, modified: ['webhook:a'] });
  });
});
