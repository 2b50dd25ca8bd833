/** Decides which plugins are watched: those of the configuration and those somebody asked for, while watching is on. */
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { PluginReport, PluginSettings } from '../../core/plugin.ts';
import { settingsOf } from '../../core/plugin.ts';
import { PluginWatcher } from '../../plugins/watch.ts';
import type { Activity } from './activity.ts';
import type { Conditions } from '../../telemetry/conditions.ts';

/** What watching needs. */
export interface WatchingDeps {
  readonly settings: () => PluginSettings;
  /** Undefined: when its turn came, `isWanted` was false. */
  readonly reload: (id: string, isWanted: () => boolean) => Promise<PluginReport | undefined>;
  readonly activity: Pick<Activity, 'wasAtWork'>;
  readonly conditions: Pick<Conditions, 'raise' | 'clear'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** So many reloads that the plugin caused itself are a circle, in that time; how long they take is not counted. */
const OWN_WITHIN_MS = 10_000;
const MOST_OWN = 3;
/** Whether it was the plugin that changed them nobody can tell for one that never rests. */
const REMEDY = 'if it changes them itself, keep data elsewhere';

/** The watchers of a service; what people ask for is forgotten with it. */
export class Watching {
  readonly #deps: WatchingDeps;
  readonly #watchers = new Map<string, PluginWatcher>();
  readonly #asked = new Map<string, boolean>();
  /** When the plugin caused reloads itself, monotonic ms less what its reloads took. */
  readonly #own = new Map<string, readonly number[]>();
  /** What its reloads took so far, ms. */
  readonly #took = new Map<string, number>();
  /** Those that are not watched because they changed their own files. */
  readonly #paused = new Set<string>();
  #isOn = true;
  #isClosed = false;

  constructor(deps: WatchingDeps) {
    this.#deps = deps;
  }

  /** No watcher is at work while it is off. */
  get isOn(): boolean {
    return this.#isOn;
  }

  isWatched(id: string): boolean {
    return this.#watchers.has(id);
  }

  isPending(id: string): boolean {
    return this.#watchers.get(id)?.isPending ?? false;
  }

  /** Switches one plugin's watcher, or without an id all of them; those that were watched before are watched again. */
  set(id: string | undefined, isOn: boolean): void {
    if (id === undefined) this.#isOn = isOn;
    else {
      this.#asked.set(id, isOn);
      this.#own.delete(id);
      this.#paused.delete(id);
    }
    this.#tell();
    this.follow();
  }

  /** The configuration may say something else now. */
  follow(): void {
    const wanted = this.#wanted();
    for (const [id, watcher] of this.#watchers) {
      if (wanted.has(id)) continue;
      watcher.close();
      this.#watchers.delete(id);
    }
    for (const id of wanted) if (!this.#watchers.has(id)) this.#watchers.set(id, this.#watch(id));
  }

  close(): void {
    this.#isClosed = true;
    this.follow();
  }

  #wanted(): ReadonlySet<string> {
    if (!this.#isOn || this.#isClosed) return new Set();
    const settings = this.#deps.settings();
    const ids = new Set([...settings.named.keys(), ...this.#asked.keys()]);
    const isWanted = (id: string): boolean => {
      const { enabled, watch } = settingsOf(settings, id);
      return enabled && (this.#asked.get(id) ?? watch);
    };
    return new Set([...ids].filter(isWanted));
  }

  #watch(id: string): PluginWatcher {
    const { settings, activity, clock } = this.#deps;
    const watcher: PluginWatcher = new PluginWatcher({
      ...{ clock, id, folder: settings().folder },
      wasAtWork: () => activity.wasAtWork(id),
      onRest: (isOwn) => this.#rested(id, { isOwn, isWanted: () => !watcher.isClosed() }),
    });
    return watcher;
  }

  async #rested(
    id: string,
    { isOwn, isWanted }: { readonly isOwn: boolean; readonly isWanted: () => boolean },
  ): Promise<void> {
    const { reload, clock, log } = this.#deps;
    const from = clock.monotonic();
    try {
      const report = await reload(id, isWanted);
      this.#took.set(id, (this.#took.get(id) ?? 0) + clock.monotonic() - from);
      if (report === undefined || !concerns(report, id)) return;
      if (report.failed.some((one) => one.id === id))
        log.warn('a plugin whose files changed does not load', { plugin: id });
      else log.info('a plugin was reloaded as its files changed', { plugin: id });
      if (isOwn) this.#count(id);
    } catch (error) {
      log.warn('a plugin that changed could not be reloaded', { plugin: id, error: messageOf(error) });
    }
  }

  #count(id: string): void {
    const now = this.#deps.clock.monotonic() - (this.#took.get(id) ?? 0);
    const recent = (this.#own.get(id) ?? []).filter((at) => now - at <= OWN_WITHIN_MS);
    this.#own.set(id, [...recent, now]);
    if (recent.length + 1 >= MOST_OWN) this.#pause(id);
  }

  #pause(id: string): void {
    this.set(id, false);
    this.#paused.add(id);
    this.#deps.log.warn('a plugin is not watched any more', { plugin: id });
    this.#tell();
  }

  #tell(): void {
    const { conditions } = this.#deps;
    const details = [...this.#paused]
      .sort()
      .map(
        (id) => `${id} was at work whenever its files changed: ${REMEDY}, then untether plugin watch ${id}`,
      );
    if (details.length === 0) conditions.clear('plugin_watch_paused');
    else conditions.raise('plugin_watch_paused', details.join('; '));
  }
}

/** Somebody else may have reloaded it before. */
function concerns({ refreshed, added, removed, failed }: PluginReport, id: string): boolean {
  return [...refreshed, ...added, ...removed, ...failed.map((one) => one.id)].includes(id);
}
