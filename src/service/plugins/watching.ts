/** Decides which plugins are watched: those of the configuration and those somebody asked for, while watching is on. */
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { PluginReport, PluginSettings } from '../../core/plugin.ts';
import { settingsOf } from '../../core/plugin.ts';
import { PluginWatcher, pathsOf } from '../../plugins/watch.ts';
import type { Conditions } from '../../telemetry/conditions.ts';

/** What watching needs. */
export interface WatchingDeps {
  readonly settings: () => PluginSettings;
  readonly reload: (id: string) => Promise<PluginReport>;
  readonly conditions: Pick<Conditions, 'raise' | 'clear'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Changes that come so soon after a reload are the plugin's own. */
const OWN_MS = 2_500;
const MOST_OWN = 3;

/** The watchers of a service; what people ask for is forgotten with it. */
export class Watching {
  readonly #deps: WatchingDeps;
  readonly #watchers = new Map<string, PluginWatcher>();
  readonly #asked = new Map<string, boolean>();
  /** Reloads in a row that followed at once on the one before, and when the last one was, monotonic ms. */
  readonly #own = new Map<string, { readonly count: number; readonly at: number }>();
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
    else this.#asked.set(id, isOn);
    if (id !== undefined) this.#own.delete(id);
    this.#deps.conditions.clear('plugin_watch_paused');
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
    const { settings, clock } = this.#deps;
    return new PluginWatcher({
      clock,
      paths: pathsOf(settings().folder, id),
      onRest: () => this.#rested(id),
    });
  }

  async #rested(id: string): Promise<void> {
    const { reload, clock, log } = this.#deps;
    if (!this.isWatched(id)) return;
    try {
      const { refreshed, added, removed, failed } = await reload(id);
      if (![...refreshed, ...added, ...removed, ...failed.map((one) => one.id)].includes(id)) return;
      const last = this.#own.get(id);
      const isOwn = last !== undefined && clock.monotonic() - last.at <= OWN_MS;
      const count = isOwn ? last.count + 1 : 1;
      this.#own.set(id, { count, at: clock.monotonic() });
      log.info('a plugin was reloaded as its files changed', { plugin: id });
      if (count >= MOST_OWN) this.#pause(id);
    } catch (error) {
      log.warn('a plugin that changed could not be reloaded', { plugin: id, error: messageOf(error) });
    }
  }

  #pause(id: string): void {
    const { conditions, log } = this.#deps;
    this.set(id, false);
    log.warn('a plugin is not watched any more', { plugin: id });
    conditions.raise(
      'plugin_watch_paused',
      `${id} changes its own files: keep data elsewhere, then untether plugin watch ${id}`,
    );
  }
}
