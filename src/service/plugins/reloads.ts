/** Decides how what lies in the folder comes to serve: by a reload, a save or a watcher, one at a time. */
import { isDeepStrictEqual } from 'node:util';
import { pluginReportLine } from '../../chat/plugin-lines.ts';
import { SharedTurn } from '../../config/shared-turn.ts';
import { nothingToDo, preparing } from '../../config/stage.ts';
import type { Prepared, Stage, Staged } from '../../config/stage.ts';
import { Turns } from '../../config/turns.ts';
import { AppError, messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { PluginReport, PluginSettings } from '../../core/plugin.ts';
import { isPluginId, settingsOf } from '../../core/plugin.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { unknownPlugin } from '../../core/unknown-plugin.ts';
import type { LoadAnswer } from '../../plugins/loader.ts';
import { PluginRegistry } from '../../plugins/registry.ts';
import { hasChanged, newFailures, reportOf } from '../../plugins/report.ts';
import type { PluginTable } from '../../plugins/table.ts';
import { Threads } from '../../plugins/threads.ts';
import type { Conditions } from '../../telemetry/conditions.ts';
import { loadFolder } from './load.ts';
import type { FolderDeps } from './load.ts';
import { masked } from './masked.ts';
import type { Notes } from './notes.ts';

/** What reloads need. */
export interface ReloadsDeps extends FolderDeps {
  readonly settings: () => PluginSettings;
  readonly notes: Pick<Notes, 'add'>;
  readonly conditions: Pick<Conditions, 'raise' | 'clear'>;
  /** Another table serves. */
  readonly onSwap: () => void;
  readonly log: Log;
}

/** The plugins that serve, and the ways in which others come to serve. */
export class Reloads implements Stage {
  readonly #deps: ReloadsDeps;
  readonly #registry = new PluginRegistry();
  readonly #turns = new Turns();
  readonly #threads = new Threads();
  /** Those that are asked for, of all or of one. */
  readonly #asked = new Map<string | undefined, SharedTurn<PluginReport>>();
  readonly #doneAt = new Map<string, number>();

  constructor(deps: ReloadsDeps) {
    this.#deps = deps;
  }

  /** The table that serves. */
  table(): PluginTable {
    return this.#registry.current();
  }

  /** Epoch ms of the last time that a generation of it was started, or it was first seen. */
  doneAt(id: string): number | undefined {
    return this.#doneAt.get(id);
  }

  /** Reloads all, or one. Rejects with `invalid_argument`, `not_found`, and `unavailable` where the folder cannot be read. */
  async reload(only?: string): Promise<PluginReport> {
    if (only !== undefined && !isPluginId(only))
      throw new AppError('invalid_argument', `${JSON.stringify(only)} is no name of a plugin`);
    const asked = this.#asked.get(only) ?? new SharedTurn(this.#turns);
    this.#asked.set(only, asked);
    return asked.ask(() => (only === undefined ? this.#reloadAll() : this.#reloadOne(only)));
  }

  /** Reloads one if it is still wanted when its turn comes; undefined: it is not. */
  reloadIf(id: string, isWanted: () => boolean): Promise<PluginReport | undefined> {
    return this.#turns.take(async () => (isWanted() ? await this.#reloadOne(id) : undefined));
  }

  /** Reloads all and reports what has changed since that table served; never rejects. */
  async reloadSince(before: PluginTable): Promise<PluginReport> {
    try {
      await this.reload();
      return reportOf(before, this.table());
    } catch (error) {
      const { failed, ...rest } = reportOf(before, this.table());
      const folder = { id: 'plugins', reason: messageOf(error), keeps: null };
      return { ...rest, failed: [folder, ...failed] };
    }
  }

  /** Gets what a save changes about plugins ready, and keeps everybody else waiting until it is live or given up. */
  prepare(next: Snapshot, previous: Snapshot): Promise<Prepared> {
    if (isDeepStrictEqual(next.plugins, previous.plugins)) return Promise.resolve(nothingToDo);
    const isMeant = (id: string): boolean =>
      !isDeepStrictEqual(settingsOf(next.plugins, id), settingsOf(previous.plugins, id));
    return preparing(['plugins'], () => this.#staged(next.plugins, isMeant));
  }

  /** Does `work` while nothing is loaded. */
  between<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(work);
  }

  /** Ends all of them. */
  close(): Promise<void> {
    return this.#registry.close();
  }

  async #staged(settings: PluginSettings, isMeant: (id: string) => boolean): Promise<Staged> {
    const ready = Promise.withResolvers<LoadAnswer>();
    const over = Promise.withResolvers<void>();
    const turn = this.#turns.take(async () => {
      ready.resolve(await this.#load(settings, isMeant));
      await over.promise;
    });
    turn.catch(ready.reject);
    const answer = await ready.promise;
    return {
      commit: () => {
        over.resolve();
        const report = this.#adopt(answer);
        return [{ key: 'plugins', text: pluginReportLine(report) }];
      },
      undo: async () => {
        await Promise.all(answer.started.map(({ host }) => host.end('the save was not taken')));
        over.resolve();
      },
    };
  }

  async #reloadAll(): Promise<PluginReport> {
    return this.#adopt(await this.#load(this.#deps.settings()));
  }

  async #reloadOne(only: string): Promise<PluginReport> {
    const answer = await this.#load(this.#deps.settings(), (id) => id === only);
    if (!answer.table.has(only) && !this.table().has(only))
      throw unknownPlugin(only, [...this.table().keys()]);
    return this.#adopt(answer);
  }

  #load(settings: PluginSettings, isMeant?: (id: string) => boolean): Promise<LoadAnswer> {
    const { notes, clock } = this.#deps;
    return loadFolder(this.#deps, {
      ...{ settings, previous: this.table(), threads: this.#threads },
      ...(isMeant !== undefined && { isMeant }),
      log: (id, level, text) => {
        notes.add(id, level, text);
      },
      onStart: (id) => {
        this.#doneAt.set(id, clock.now());
      },
    });
  }

  /** Lets a table serve; what is reported is read back. */
  #adopt({ table }: LoadAnswer): PluginReport {
    const { mask, clock, onSwap } = this.#deps;
    const before = this.table();
    this.#registry.swap(masked(table, mask));
    for (const id of this.table().keys()) if (!this.#doneAt.has(id)) this.#doneAt.set(id, clock.now());
    const report = reportOf(before, this.table());
    this.#tell(report, before);
    onSwap();
    return report;
  }

  #tell(report: PluginReport, before: PluginTable): void {
    const { notes, conditions, log } = this.#deps;
    for (const { id, reason } of newFailures(report, before)) notes.add(id, 'error', reason);
    if (hasChanged(report)) log.info('plugins are live', { report: pluginReportLine(report) });
    const detail = report.failed.map(({ id, reason }) => `${id}: ${reason}`).join('; ');
    if (detail === '') conditions.clear('plugin_failed');
    else conditions.raise('plugin_failed', detail);
  }
}
