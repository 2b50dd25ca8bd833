/** Decides how plugins are part of the service: loaded at the start, by a save, by a reload or by their watcher, one at a time. */
import { isDeepStrictEqual } from 'node:util';
import { nothingToDo, preparing } from '../../config/stage.ts';
import type { Prepared, Stage, Staged } from '../../config/stage.ts';
import { SharedTurn } from '../../config/shared-turn.ts';
import { Turns } from '../../config/turns.ts';
import { pluginReportLine } from '../../chat/plugin-lines.ts';
import { atMost } from '../../core/clock.ts';
import { AppError, messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type {
  PluginLogLine,
  PluginLogQuery,
  PluginPart,
  PluginPartKind,
  PluginReport,
  PluginSettings,
  PluginView,
  PluginsView,
} from '../../core/plugin.ts';
import { isPluginId, settingsOf } from '../../core/plugin.ts';
import type { Mask } from '../../core/secret.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { CallResult, Limits } from '../../plugins/calls.ts';
import { dormantPlugins, sweepDormant } from '../../plugins/dormant.ts';
import type { DormantLook } from '../../plugins/dormant.ts';
import type { LoadAnswer } from '../../plugins/loader.ts';
import { keyOf, whyNone } from '../../plugins/named.ts';
import type { CallTarget, LogLevel } from '../../plugins/protocol.ts';
import { PluginRegistry } from '../../plugins/registry.ts';
import { hasChanged, newFailures, reportOf } from '../../plugins/report.ts';
import { PluginLogs } from '../../plugins/ring.ts';
import type { PluginTable } from '../../plugins/table.ts';
import { Threads } from '../../plugins/threads.ts';
import type { Conditions } from '../../telemetry/conditions.ts';
import { Labour } from './labour.ts';
import { loadFolder } from './load.ts';
import type { FolderDeps } from './load.ts';
import { masked } from './masked.ts';
import { viewOf } from './view.ts';
import { waitedFor } from './waiting.ts';
import { Watching } from './watching.ts';

/** What plugins are given by the service. */
export interface PluginsDeps extends FolderDeps {
  readonly current: () => Snapshot;
  readonly mask: Mask;
  readonly conditions: Pick<Conditions, 'raise' | 'clear'>;
  /** Other commands may be there now. */
  readonly onChange: () => void;
  readonly log: Log;
}

/** What is called, and how long that may take. */
export interface PluginCall extends Limits {
  readonly target: CallTarget;
  readonly argument: unknown;
}

/** A start does not wait longer for plugins; they are taken up when they are ready. */
const START_PATIENCE_MS = 3_000;

/** The plugins of a service. */
export class Plugins implements Stage {
  readonly #deps: PluginsDeps;
  readonly #registry = new PluginRegistry();
  readonly #logs = new PluginLogs();
  readonly #turns = new Turns();
  readonly #threads = new Threads();
  /** The reloads that are asked for, of all or of one. */
  readonly #asked = new Map<string | undefined, SharedTurn<PluginReport>>();
  readonly #doneAt = new Map<string, number>();
  readonly #watching: Watching;
  readonly #begun = Promise.withResolvers<void>();
  #hasBegun = false;

  constructor(deps: PluginsDeps) {
    this.#deps = deps;
    const { conditions, clock, log } = deps;
    this.#watching = new Watching({
      ...{ settings: () => this.#settings, conditions, clock, log },
      reload: (id, isWanted) =>
        this.#turns.take(async () => (isWanted() ? await this.#reloadOne(id) : undefined)),
      labour: new Labour((id) => ({
        startedAt: this.#doneAt.get(id),
        host: this.table().get(id)?.live?.host,
      })),
    });
  }

  /** The table that serves. */
  table(): PluginTable {
    return this.#registry.current();
  }

  /** Loads what is there; resolves when it serves, or after a while. */
  async begin(): Promise<void> {
    const { clock, log, onChange } = this.#deps;
    const loading = this.reload()
      .catch((error: unknown) => {
        log.error('cannot load the plugins', { error: messageOf(error) });
      })
      .finally(() => {
        this.#hasBegun = true;
        this.#begun.resolve();
        // What lacks a plugin is known from now on.
        onChange();
      });
    await atMost(clock, START_PATIENCE_MS, loading);
  }

  /** Reloads all, or one. Rejects with `invalid_argument`, `not_found`, and `unavailable` where the folder cannot be read. */
  reload(only?: string): Promise<PluginReport> {
    if (only !== undefined && !isPluginId(only))
      throw new AppError('invalid_argument', `${JSON.stringify(only)} is no name of a plugin`);
    const asked = this.#asked.get(only) ?? new SharedTurn(this.#turns);
    this.#asked.set(only, asked);
    return asked.ask(async () =>
      only === undefined ? this.#adopt(await this.#load(this.#settings)) : this.#reloadOne(only),
    );
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

  /** Calls what a plugin can do, in a generation that lives; undefined: no generation serves. */
  async call(id: string, { target, argument, ...limits }: PluginCall): Promise<CallResult | undefined> {
    const died = this.table().get(id)?.live?.host.death;
    // Its files may be others by now: what serves next is what lies there.
    const failed =
      died === undefined ? undefined : await waitedFor(this.reload(id), limits, this.#deps.clock);
    if (failed !== undefined) return failed;
    return this.table().get(id)?.live?.host.call(target, argument, limits);
  }

  /** Resolves once the plugins of the start are loaded. */
  loaded(): Promise<void> {
    return this.#begun.promise;
  }

  /** The key of what is meant, once the plugins of the start are loaded; undefined: there is none. */
  async keyOf(kind: PluginPartKind, part: PluginPart): Promise<string | undefined> {
    await this.loaded();
    return keyOf(this.table(), kind, part);
  }

  /** How long a command of it may take, ms. */
  deadlineOf(id: string): number {
    return settingsOf(this.#settings, id).limits.callMs;
  }

  /** Why there would be nobody to call; undefined: there is, or nobody knows yet. */
  lacks(kind: PluginPartKind, part: PluginPart): string | undefined {
    return this.#hasBegun ? whyNone(this.table(), kind, part) : undefined;
  }

  /** What is to be seen of each. */
  view(): readonly PluginView[] {
    const watching = this.#watching;
    return [...this.table().values()].map((entry) =>
      viewOf(entry, {
        at: this.#doneAt.get(entry.id) ?? 0,
        watching: watching.isWatched(entry.id),
        pending: watching.isPending(entry.id),
      }),
    );
  }

  /** All that is to be seen of them. */
  async seen(): Promise<PluginsView> {
    const dormant = this.#hasBegun ? await dormantPlugins(this.#deps.ledger, this.#dormantLook()) : [];
    return {
      watching: this.#watching.isOn,
      folder: this.#settings.folder,
      plugins: this.view(),
      dormant,
    };
  }

  /** Deletes state that nobody used for long enough. */
  async sweep(): Promise<void> {
    if (!this.#hasBegun) return;
    // What is being loaded may need its state.
    const swept = await this.#turns.take(() => sweepDormant(this.#deps.ledger, this.#dormantLook()));
    for (const id of swept)
      this.#deps.log.info('the state of a plugin is deleted: it was not there for 30 days', { plugin: id });
  }

  #dormantLook(): DormantLook {
    const isThere = (id: string): boolean => {
      const entry = this.table().get(id);
      return entry !== undefined && (entry.live !== undefined || entry.last.kind === 'disabled');
    };
    return { isThere, now: this.#deps.clock.now() };
  }

  /** Watches one, or switches watching as a whole; `watch` false: no more. Throws `not_found`. */
  watch(id: string | undefined, watch: boolean): void {
    const isKnown = id === undefined || this.table().has(id) || this.#settings.named.has(id);
    if (!isKnown && !this.#watching.isWatched(id)) throw unknown(id, this.table());
    this.#watching.set(id, watch);
  }

  /** The last lines of a plugin. Rejects with `not_found`. */
  logOf(query: PluginLogQuery): readonly PluginLogLine[] {
    const { id } = query;
    if (!this.#logs.has(id) && !this.table().has(id)) throw unknown(id, this.table());
    return this.#logs.of(query);
  }

  /** Ends all of them. */
  close(): Promise<void> {
    this.#watching.close();
    return this.#registry.close();
  }

  get #settings(): PluginSettings {
    return this.#deps.current().plugins;
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

  async #reloadOne(only: string): Promise<PluginReport> {
    const answer = await this.#load(this.#settings, (id) => id === only);
    if (!answer.table.has(only) && !this.table().has(only)) throw unknown(only, this.table());
    return this.#adopt(answer);
  }

  #load(settings: PluginSettings, isMeant?: (id: string) => boolean): Promise<LoadAnswer> {
    return loadFolder(this.#deps, {
      ...{ settings, previous: this.table(), threads: this.#threads },
      ...(isMeant !== undefined && { isMeant }),
      log: (id, level, text) => {
        this.#note(id, level, text);
      },
      onStart: (id) => {
        this.#doneAt.set(id, this.#deps.clock.now());
      },
    });
  }

  /** Lets a table serve; what is reported is read back. */
  #adopt({ table }: LoadAnswer): PluginReport {
    const { conditions, onChange, clock, log } = this.#deps;
    const before = this.table();
    this.#registry.swap(masked(table, this.#deps.mask));
    const report = reportOf(before, this.table());
    for (const id of this.table().keys()) if (!this.#doneAt.has(id)) this.#doneAt.set(id, clock.now());
    for (const { id, reason } of newFailures(report, before)) this.#note(id, 'error', reason);
    if (hasChanged(report)) log.info('plugins are live', { report: pluginReportLine(report) });
    const detail = report.failed.map(({ id, reason }) => `${id}: ${reason}`).join('; ');
    if (detail === '') conditions.clear('plugin_failed');
    else conditions.raise('plugin_failed', detail);
    this.#watching.follow();
    onChange();
    return report;
  }

  #note(id: string, level: LogLevel, written: string): void {
    const { clock, log, mask } = this.#deps;
    const text = mask(written);
    this.#logs.add(id, { at: clock.now(), level, text });
    log[level]('a plugin says', { plugin: id, text });
  }
}

function unknown(id: string, table: PluginTable): AppError {
  const known = [...table.keys()];
  const list = known.length === 0 ? 'none is there' : `there is ${known.join(', ')}`;
  return new AppError('not_found', `there is no plugin ${id}; ${list}`);
}
