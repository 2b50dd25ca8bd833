/** Decides how a test has the plugins of a service: files of its own, real workers, and a store in memory. */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../src/core/clock.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLog } from '../../../src/core/log.ts';
import type { Snapshot } from '../../../src/core/snapshot.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { Plugins } from '../../../src/service/plugins/plugins.ts';

/** The plugins of a folder, loaded. */
export class PluginDesk implements AsyncDisposable {
  readonly folder: string;
  readonly plugins: Plugins;

  constructor(folder: string, clock: Clock) {
    this.folder = folder;
    // Nothing else of a snapshot concerns plugins.
    const snapshot = {
      plugins: { enabled: true, only: [], folder, named: new Map() },
    } as unknown as Snapshot;
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

  /** Writes the files and loads what they are. */
  static async make(
    files: Readonly<Record<string, string>>,
    clock: Clock = systemClock,
  ): Promise<PluginDesk> {
    const desk = new PluginDesk(await realpath(await mkdtemp(join(tmpdir(), 'untether-plugins-'))), clock);
    for (const [name, text] of Object.entries(files)) await writeFile(join(desk.folder, name), text);
    await desk.plugins.begin();
    return desk;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.plugins.close();
    await rm(this.folder, { recursive: true });
  }
}
