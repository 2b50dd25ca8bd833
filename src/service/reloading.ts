/** Decides what a saved configuration goes through besides loading: crons are armed, the log and the redactor follow. */
import { loadConfig } from '../config/load.ts';
import type { Loaded } from '../config/loaded.ts';
import { standing } from '../config/pin.ts';
import { ReloadEngine } from '../config/reload.ts';
import type { Stage } from '../config/stage.ts';
import { ConfigWatcher } from '../config/watch.ts';
import type { Control } from '../core/control.ts';
import { messageOf } from '../core/errors.ts';
import type { ReloadReport, ReloadSource } from '../core/event.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { WholeReload } from '../core/views.ts';
import type { TriggerManager } from '../triggers/manager.ts';
import { AfterReload } from './after-reload.ts';
import type { Around } from './after-reload.ts';
import { narrateIssues } from './event-log.ts';
import { rememberPin } from './pinned.ts';
import type { Resources } from './resources.ts';
import { chooseRevision, keepRevision, listRevisions } from './revisions.ts';
import type { RevisionDeps } from './revisions.ts';
import { reloadWhole } from './whole-reload.ts';
import type { WholeDeps } from './whole-reload.ts';

/** The way from the file to the live snapshot. */
export interface Reloading extends AsyncDisposable {
  readonly reload: (source: ReloadSource) => Promise<ReloadReport>;
  /** See `Control.reloadAll`. */
  readonly reloadAll: (source: ReloadSource) => Promise<WholeReload>;
  readonly rollback: Control['rollback'];
  readonly revisions: Control['revisions'];
  readonly live: () => Loaded;
  /** The last report, whether it changed anything or not. */
  readonly lastReport: () => ReloadReport | undefined;
  /** Begins to follow the files. */
  readonly watch: () => Promise<void>;
}

/** What follows a reload, and what is done around it. */
export interface ReloadingWay {
  readonly stages: () => readonly Stage[];
  readonly around: <T>(work: () => Promise<T>) => Promise<T>;
  /** Done around the reload of the configuration alone. */
  readonly traced: Around;
  /** What is read beside the configuration when all is asked for. */
  readonly beside: Pick<WholeDeps, 'plugins' | 'hooks'>;
}

/** Makes what is live effective outside the snapshot too, and gets ready for reloads, which `stages` follow. */
export async function startReloading(
  resources: Resources,
  manager: TriggerManager,
  { stages, around, traced, beside }: ReloadingWay,
): Promise<Reloading> {
  const { surroundings, loaded, ledger, conditions, log, bus, clock } = resources;
  await prepare(resources, loaded.snapshot);
  await adopt(resources, loaded);
  narrateIssues(log, loaded.snapshot.warnings);
  const watcher = new ConfigWatcher({
    clock,
    onChange: () => {
      if (engine.live().boot.watch) void reload('watch');
    },
    onFault: (error) => {
      log.warn('cannot watch the configuration, looking every two seconds', { error: messageOf(error) });
    },
  });
  const kept: RevisionDeps = { stateDir: surroundings.stateFolder, service: ledger.service, clock };
  const engine = new ReloadEngine({
    booted: loaded,
    manager,
    clock,
    load: (previous, putBack = standing(previous)) =>
      loadConfig({ ...surroundings, previous, putBack, nowMs: clock.now() }),
    revisionOf: (next) => keepRevision(next, kept),
    pin: (next) => rememberPin(kept.stateDir, next),
    stages,
    beforeSwap: (next) => prepare(resources, next),
    watch: (files) => {
      if (engine.live().boot.watch) void watcher.watch(files);
    },
    publish: bus.publish,
  });
  manager.subscribe(() => {
    void adopt(resources, engine.live());
  });
  const after = new AfterReload({ engine, conditions, traced, around, clock });
  if (loaded.held.length > 0 || loaded.putBack !== undefined) after.keep(engine.tellStart());
  const config: Reloading['reload'] = (source) => after.follow(() => engine.reload(source));
  const reload: Reloading['reload'] = (source) => around(() => config(source));
  return {
    reload,
    reloadAll: (source) => around(() => reloadWhole({ config, ...beside }, source)),
    rollback: ({ to, source }) =>
      around(() => after.follow(() => engine.rollback((live) => chooseRevision(kept, { live, to }), source))),
    revisions: () => listRevisions(kept, engine.live()),
    live: () => engine.live(),
    lastReport: () => after.last,
    watch: async () => {
      if (loaded.boot.watch) await watcher.watch(loaded.watch);
    },
    [Symbol.asyncDispose]: () => {
      after.close();
      return watcher.close();
    },
  };
}

/** What must be on disk before the swap: a cron's moments count from when it was armed. */
async function prepare({ ledger, clock }: Resources, next: Snapshot): Promise<void> {
  await ledger.triggers.arm(next.declaredCrons, clock.now());
}

async function adopt({ redactor, log }: Resources, { secrets, snapshot }: Loaded): Promise<void> {
  redactor.know(secrets);
  await log.configure(snapshot.log);
}
