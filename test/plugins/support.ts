/** Decides how a test has plugins: a folder of its own, and the real workers. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { settingsOf, unnamedPlugin } from '../../src/core/plugin.ts';
import type { OnePluginSettings, PluginLimits, PluginReport, PluginSettings } from '../../src/core/plugin.ts';
import type { HostDeps } from '../../src/plugins/host.ts';
import { startGeneration } from '../../src/plugins/host.ts';
import { loadPlugins } from '../../src/plugins/loader.ts';
import { PluginRegistry } from '../../src/plugins/registry.ts';
import { reportOf } from '../../src/plugins/report.ts';
import { scanPlugins } from '../../src/plugins/scan.ts';
import { Threads } from '../../src/plugins/threads.ts';

/** A plugin with one command that answers `text`. */
export function saying(text: string, command = 'hello'): string {
  return `import { definePlugin } from 'untether/plugin';
export default definePlugin({ commands: { ${command}: { summary: 'says it', run: () => ${JSON.stringify(text)} } } });
`;
}

/** What no plugin may say. */
export const SECRET = 'correct\nhorse';

/** A plugins folder with what serves of it. */
export class PluginBench implements AsyncDisposable {
  readonly folder: string;
  readonly registry = new PluginRegistry();
  readonly log: string[] = [];
  readonly #threads = new Threads();
  readonly #named = new Map<string, OnePluginSettings>();

  constructor(folder: string) {
    this.folder = folder;
  }

  static async make(files: Readonly<Record<string, string>> = {}): Promise<PluginBench> {
    const bench = new PluginBench(await realpath(await mkdtemp(join(tmpdir(), 'untether-plugins-'))));
    await bench.write(files);
    return bench;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.folder, name)), { recursive: true });
      await writeFile(join(this.folder, name), text);
    }
  }

  /** What the configuration says of a plugin. */
  set(id: string, said: Partial<OnePluginSettings>): void {
    this.#named.set(id, { ...unnamedPlugin, ...said });
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.folder, name), { recursive: true });
  }

  /** Loads what lies there and lets it serve. */
  async reload(only?: string): Promise<PluginReport> {
    const settings: PluginSettings = { enabled: true, only: [], folder: this.folder, named: this.#named };
    const before = this.registry.current();
    const { table } = await loadPlugins({
      found: await scanPlugins(this.folder),
      settings,
      previous: before,
      reserved: new Set(['help', 'status']),
      ...(only !== undefined && { isMeant: (id) => id === only }),
      start: (start) => startGeneration(start, this.#deps(settingsOf(settings, start.id).limits)),
    });
    this.registry.swap(table);
    return reportOf(before, this.registry.current());
  }

  /** What a plugin's command answers, or how the call ended. */
  async say(id: string, command = 'hello'): Promise<unknown> {
    const host = this.registry.current().get(id)?.live?.host;
    const result = await host?.call({ kind: 'commands', key: command }, { text: '' }, { deadlineMs: 5_000 });
    return result?.kind === 'returned' ? result.value : result;
  }

  #deps(limits: PluginLimits): HostDeps {
    return {
      threads: this.#threads,
      clock: systemClock,
      env: { PATH: '/usr/bin' },
      mask: (text) => text.replaceAll(SECRET, '[secret]'),
      log: (_id, level, text) => this.log.push(`${level}: ${text}`),
      state: async () => ({ ok: true, value: undefined }),
      limits,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
