/** Decides how a test has the plugins of a service: files of its own, real workers, and a store in memory. */
import { cp, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../src/core/clock.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { silentLog } from '../../../src/core/log.ts';
import { unnamedPlugin } from '../../../src/core/plugin.ts';
import type { Snapshot } from '../../../src/core/snapshot.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { Plugins } from '../../../src/service/plugins/plugins.ts';

/** What differs from the plugins of any service. */
export interface DeskOptions {
  readonly clock?: Clock;
  /** `config` of plugins, by id. */
  readonly configs?: Readonly<Record<string, JsonObject>>;
}

/** The plugins of a folder, loaded. */
export class PluginDesk implements AsyncDisposable {
  readonly folder: string;
  readonly plugins: Plugins;

  constructor(folder: string, { clock = systemClock, configs = {} }: DeskOptions) {
    this.folder = folder;
    const named = new Map(Object.entries(configs).map(([id, config]) => [id, { ...unnamedPlugin, config }]));
    // Nothing else of a snapshot concerns plugins.
    const snapshot = { plugins: { enabled: true, only: [], folder, named } } as unknown as Snapshot;
    this.plugins = new Plugins({
      current: () => snapshot,
      ledger: new MemoryLedger().chat,
      reserved: new Set(),
      env: {},
      mask: (text) => text.replaceAll('hunter2', '***'),
      conditions: { raise: () => {}, clear: () => {} },
      onChange: () => {},
      clock,
      log: silentLog,
    });
  }

  /** Writes the files, or copies a folder, and loads what they are. */
  static async make(
    files: Readonly<Record<string, string>> | URL,
    options: DeskOptions = {},
  ): Promise<PluginDesk> {
    const desk = new PluginDesk(await realpath(await mkdtemp(join(tmpdir(), 'untether-plugins-'))), options);
    if (files instanceof URL) await cp(files, desk.folder, { recursive: true });
    else for (const [name, text] of Object.entries(files)) await desk.save(name, text);
    await desk.plugins.begin();
    return desk;
  }

  save(name: string, text: string): Promise<void> {
    return writeFile(join(this.folder, name), text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.plugins.close();
    await rm(this.folder, { recursive: true });
  }
}
