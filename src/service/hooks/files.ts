/** Decides which hooks are in force: the files that the configuration names, read on a save, and kept as they last were good. */
import { errorLines, issueLine } from '../../config/issues.ts';
import { nothingToDo } from '../../config/stage.ts';
import type { Prepared, Stage } from '../../config/stage.ts';
import { Turns } from '../../config/turns.ts';
import { ConfigWatcher } from '../../config/watch.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { ReloadOutcome } from '../../core/event.ts';
import { countHooks, hookCounts } from '../../core/hook.ts';
import type { Hook, HookPlace } from '../../core/hook.ts';
import type { Log } from '../../core/log.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { HooksReload } from '../../core/views.ts';
import type { Conditions } from '../../telemetry/conditions.ts';
import { narrateIssues } from '../event-log.ts';
import { lookAt } from './look.ts';
import { placesOf, rememberHooks } from './missed.ts';
import type { HooksMemory } from './missed.ts';
import { unread } from './scope.ts';
import type { Scope } from './scope.ts';

/** What hooks are read with. */
export interface HookFilesDeps {
  readonly conditions: Conditions;
  readonly memory: HooksMemory;
  readonly clock: Clock;
  readonly log: Log;
}

/** The hooks that a run is about to be asked of; `unknown`: a file never loaded, and this is what is wrong with it. */
export type HooksInForce =
  | { readonly kind: 'known'; readonly hooks: readonly Hook[] }
  | { readonly kind: 'unknown'; readonly reason: string };

const QUIET_MS = 500;
const POLL_MS = 1_000;

/** The hooks of the service and its projects. */
export class HookFiles implements Stage, AsyncDisposable {
  readonly #deps: HookFilesDeps;
  readonly #turns = new Turns();
  readonly #remembering = new Turns();
  readonly #watcher: ConfigWatcher;
  #scopes: readonly Scope[] = [];
  #isWatching = false;

  constructor(deps: HookFilesDeps) {
    this.#deps = deps;
    this.#watcher = new ConfigWatcher({
      clock: deps.clock,
      quietMs: QUIET_MS,
      pollMs: POLL_MS,
      onChange: () => {
        if (this.#isWatching) void this.reload({ empty: false });
      },
      onFault: (error) => {
        deps.log.warn('cannot watch the files of hooks, looking every second', { error: messageOf(error) });
      },
    });
  }

  /** Reads the files of the start; a bad one denies the runs that it is about until it is mended. */
  async begin({ hooks }: Snapshot): Promise<void> {
    this.#scopes = await lookAt(await placesOf(hooks, this.#deps.memory), false);
    this.#tell();
  }

  /** Follows saves from now on, or does not; asked again after each reload of the configuration. */
  async follow(isWatching: boolean): Promise<void> {
    this.#isWatching = isWatching;
    if (isWatching) await this.#watcher.watch(filesOf(this.#scopes));
  }

  /** The hooks in force for runs of this project: those for all runs first, each file in its own order. */
  forRuns(project: string | undefined): HooksInForce {
    const concerned = this.#scopes.filter(
      ({ place }) => place.project === undefined || place.project === project,
    );
    const unknown = concerned.find(({ hooks }) => hooks === undefined);
    if (unknown !== undefined) return { kind: 'unknown', reason: errorLines(unknown.issues).join('; ') };
    return { kind: 'known', hooks: concerned.flatMap(({ hooks }) => hooks ?? []) };
  }

  /** Those of every place. */
  all(): readonly Hook[] {
    return this.#scopes.flatMap(({ hooks }) => hooks ?? []);
  }

  /** See `Control.reloadHooks`; a file that is as it was is read all the same. */
  reload({ empty }: { readonly empty: boolean }): Promise<HooksReload> {
    return this.#turns.take(async () => {
      let before: readonly Scope[];
      let next: readonly Scope[];
      do {
        before = this.#scopes;
        next = await lookAt(before, empty);
        // A save of the configuration may have brought other places meanwhile.
      } while (before !== this.#scopes);
      this.#scopes = next;
      if (JSON.stringify(next) !== JSON.stringify(before)) this.#tell();
      return reportOf(next);
    });
  }

  /** See `Stage`: a file that the save names for the first time has to load. */
  async prepare(next: Snapshot): Promise<Prepared> {
    const known = new Map(this.#scopes.map((scope) => [JSON.stringify(scope.place), scope]));
    const places = next.hooks.map((place) => ({ place, scope: known.get(JSON.stringify(place)) }));
    if (places.length === known.size && places.every(({ scope }) => scope !== undefined)) return nothingToDo;
    const fresh = await lookAt(
      places.flatMap(({ place, scope }) => (scope === undefined ? [unread(place)] : [])),
      false,
    );
    const bad = fresh.find(({ hooks }) => hooks === undefined);
    if (bad !== undefined) return refusal(bad);
    return {
      kind: 'ready',
      staged: {
        commit: () => this.#take(next.hooks, fresh),
        undo: async () => {},
      },
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#watcher.close();
  }

  #take(places: readonly HookPlace[], fresh: readonly Scope[]): readonly ReloadOutcome[] {
    const known = new Map([...this.#scopes, ...fresh].map((scope) => [JSON.stringify(scope.place), scope]));
    this.#scopes = places.map((place) => known.get(JSON.stringify(place)) ?? unread(place));
    if (this.#isWatching) void this.#watcher.watch(filesOf(this.#scopes));
    this.#tell();
    return [{ key: 'hooks', text: `${hookCounts(countHooks(this.all()))} in force` }];
  }

  #tell(): void {
    const { log, conditions, memory } = this.#deps;
    const { issues, counts, files } = reportOf(this.#scopes);
    narrateIssues(log, issues);
    if (files.length > 0) log.info('hooks in force', { hooks: hookCounts(counts), files });
    if (issues.length === 0) conditions.clear('hooks_invalid');
    else conditions.raise('hooks_invalid', issues.map(issueLine).join('; '));
    void this.#remembering
      .take(() => rememberHooks(this.#scopes, memory))
      .catch((error: unknown) => {
        log.warn('cannot remember which files have hooks', { error: messageOf(error) });
      });
  }
}

function refusal({ place, issues }: Scope): Prepared {
  const path = place.project === undefined ? ['hooks'] : ['projects', place.project, 'hooks'];
  return { kind: 'refused', path, reason: errorLines(issues).join('; ') };
}

function reportOf(scopes: readonly Scope[]): HooksReload {
  const issues = scopes.flatMap((scope) => scope.issues);
  return {
    ok: issues.every(({ severity }) => severity !== 'error'),
    counts: countHooks(scopes.flatMap(({ hooks }) => hooks ?? [])),
    files: scopes.flatMap(({ file }) => file ?? []),
    issues,
  };
}

function filesOf(scopes: readonly Scope[]): readonly string[] {
  return scopes.map(({ place }) => place.file);
}
