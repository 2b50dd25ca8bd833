/** Decides what the rest of the service can ask of its plugins: to be called, named, seen, watched and loaded anew. */
import type { Prepared, Stage } from '../../config/stage.ts';
import { atMost } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
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
import { settingsOf } from '../../core/plugin.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { unknownPlugin } from '../../core/unknown-plugin.ts';
import type { CallResult } from '../../plugins/calls.ts';
import type { Limits } from '../../plugins/limits.ts';
import { keyOf, whyNone } from '../../plugins/named.ts';
import type { CallTarget } from '../../plugins/protocol.ts';
import type { PluginTable } from '../../plugins/table.ts';
import type { Conditions } from '../../telemetry/conditions.ts';
import type { DormantDeps } from './dormant.ts';
import { dormantStates, sweepStates } from './dormant.ts';
import { Activity } from './activity.ts';
import type { FolderDeps } from './load.ts';
import { Notes } from './notes.ts';
import { Reloads } from './reloads.ts';
import { viewOf } from './view.ts';
import { waitedFor } from './waiting.ts';
import { Watching } from './watching.ts';

/** What plugins are given by the service. */
export interface PluginsDeps extends FolderDeps {
  readonly current: () => Snapshot;
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
  readonly #notes: Notes;
  readonly #reloads: Reloads;
  readonly #watching: Watching;
  readonly #begun = Promise.withResolvers<void>();
  #hasBegun = false;

  constructor(deps: PluginsDeps) {
    this.#deps = deps;
    const settings = (): PluginSettings => this.#settings;
    this.#notes = new Notes(deps);
    this.#reloads = new Reloads({
      ...{ ...deps, settings, notes: this.#notes },
      onSwap: () => {
        this.#watching.follow();
        deps.onChange();
      },
    });
    this.#watching = new Watching({
      ...{ ...deps, settings },
      reload: (id, isWanted) => this.#reloads.reloadIf(id, isWanted),
      activity: new Activity((id) => ({
        startedAt: this.#reloads.doneAt(id),
        host: this.table().get(id)?.live?.host,
      })),
    });
  }

  /** The table that serves. */
  table(): PluginTable {
    return this.#reloads.table();
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

  /** Resolves once the plugins of the start are loaded. */
  loaded(): Promise<void> {
    return this.#begun.promise;
  }

  /** Reloads all, or one. Rejects with `invalid_argument`, `not_found`, and `unavailable` where the folder cannot be read. */
  reload(only?: string): Promise<PluginReport> {
    return this.#reloads.reload(only);
  }

  /** Reloads all and reports what has changed since that table served; never rejects. */
  reloadSince(before: PluginTable): Promise<PluginReport> {
    return this.#reloads.reloadSince(before);
  }

  /** Gets what a save changes about plugins ready. */
  prepare(next: Snapshot, previous: Snapshot): Promise<Prepared> {
    return this.#reloads.prepare(next, previous);
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

  /** The key of what is meant, once the plugins of the start are loaded; undefined: there is none. */
  async keyOf(kind: PluginPartKind, part: PluginPart): Promise<string | undefined> {
    await this.loaded();
    return keyOf(this.table(), kind, part);
  }

  /** Why there would be nobody to call; undefined: there is, or nobody knows yet. */
  lacks(kind: PluginPartKind, part: PluginPart): string | undefined {
    return this.#hasBegun ? whyNone(this.table(), kind, part) : undefined;
  }

  /** How long a command of it may take, ms. */
  deadlineOf(id: string): number {
    return settingsOf(this.#settings, id).limits.callMs;
  }

  /** What is to be seen of each. */
  view(): readonly PluginView[] {
    return [...this.table().values()].map((entry) =>
      viewOf(entry, {
        at: this.#reloads.doneAt(entry.id) ?? 0,
        watching: this.#watching.isWatched(entry.id),
        pending: this.#watching.isPending(entry.id),
      }),
    );
  }

  /** All that is to be seen of them. */
  async seen(): Promise<PluginsView> {
    const dormant = this.#hasBegun ? await dormantStates(this.#withTable()) : [];
    return {
      watching: this.#watching.isOn,
      folder: this.#settings.folder,
      plugins: this.view(),
      dormant,
    };
  }

  /** The last lines of a plugin. Throws `not_found`. */
  logOf(query: PluginLogQuery): readonly PluginLogLine[] {
    const { id } = query;
    if (!this.#notes.has(id) && !this.table().has(id)) throw unknownPlugin(id, [...this.table().keys()]);
    return this.#notes.of(query);
  }

  /** Watches one, or switches watching as a whole; `watch` false: no more. Throws `not_found`. */
  watch(id: string | undefined, watch: boolean): void {
    const isKnown = id === undefined || this.table().has(id) || this.#settings.named.has(id);
    if (!isKnown && !this.#watching.isWatched(id)) throw unknownPlugin(id, [...this.table().keys()]);
    this.#watching.set(id, watch);
  }

  /** Deletes state that nobody used for long enough. */
  async sweep(): Promise<void> {
    if (this.#hasBegun) await this.#reloads.between(() => sweepStates(this.#withTable()));
  }

  /** Ends all of them. */
  close(): Promise<void> {
    this.#watching.close();
    return this.#reloads.close();
  }

  #withTable(): DormantDeps {
    return { ...this.#deps, table: this.table() };
  }

  get #settings(): PluginSettings {
    return this.#deps.current().plugins;
  }
}
