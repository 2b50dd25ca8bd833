/**
 * Decides in which order the service comes up and goes down.
 *
 * Up: lock, configuration, store, recovery, dispatcher, scheduler, listener, control socket, watcher. Down: nothing new
 * is taken, what becomes due is kept for the next start, runs get their drain, then everything is released in reverse.
 */
import { homedir } from 'node:os';
import type { Writable } from 'node:stream';
import type { Clock } from '../core/clock.ts';
import type { Control } from '../core/control.ts';
import type { ReloadReport, ReloadSource } from '../core/event.ts';
import { newBootId } from '../core/ids.ts';
import { recoverOrphans } from '../runs/recover.ts';
import { Retention } from '../runs/retention.ts';
import { hostZone } from '../scheduler/zones.ts';
import { createApp } from '../server/app.ts';
import { createControlListener } from '../server/control-api.ts';
import { createBus } from '../telemetry/bus.ts';
import { Conditions } from '../telemetry/conditions.ts';
import { createLog } from '../telemetry/log.ts';
import { Redactor } from '../telemetry/redact.ts';
import { createTemplates } from '../triggers/template.ts';
import { boot, makeStateFolder } from './boot.ts';
import { createControl } from './control/control.ts';
import { makePlan } from './control/plan.ts';
import { serveControl } from './control-socket.ts';
import { downtimeCause } from './downtime.ts';
import { stopService } from './going-down.ts';
import { Heartbeat } from './heartbeat.ts';
import { Listening } from './listening.ts';
import { lockStateFolder } from './lock.ts';
import { narrate } from './narrate.ts';
import { createParts } from './parts.ts';
import { startReloading } from './reloading.ts';
import { describeService, healthOf, readinessOf } from './status.ts';
import type { StatusDeps } from './status.ts';

export interface ServiceOptions {
  /** Absolute path. */
  readonly configFile: string;
  /** Absolute path; made when it is missing. */
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the log goes unless the configuration names a file. */
  readonly terminal: Writable & { readonly isTTY?: boolean };
  readonly version: string;
  readonly clock: Clock;
}

/** A service that runs. */
export interface Service {
  readonly control: Control;
  /** `http://127.0.0.1:9876`; null while the address cannot be had. */
  readonly address: string | null;
  reload(source: ReloadSource): Promise<ReloadReport>;
  /** Stops in order; aborting `force` cuts the drain short. Safe to call twice. */
  stop(how: { readonly force?: AbortSignal }): Promise<void>;
  /** The exit code, once it has stopped. */
  readonly stopped: Promise<number>;
}

/**
 * Starts everything and resolves when it serves. Rejects with `already_running`, `invalid_config`, `corrupt_state` or
 * `unavailable`; whatever was acquired by then is released.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  await using undo = new AsyncDisposableStack();
  const { clock, stateDir, env, version } = options;
  const startedAt = clock.now();
  await makeStateFolder(stateDir);
  undo.use(lockStateFolder(stateDir, { pid: process.pid, since: startedAt }));

  const redactor = new Redactor();
  const log = await createLog({ terminal: options.terminal, redactor, now: () => clock.now() });
  undo.defer(() => log.close());
  const bus = createBus(log);
  bus.subscribe(narrate(log));
  const conditions = new Conditions(bus.publish, () => clock.now());

  const templates = createTemplates();
  const home = env['HOME'] ?? homedir();
  const surroundings = {
    file: options.configFile,
    env,
    home,
    stateFolder: stateDir,
    hostZone: hostZone(),
    templates,
  };
  const booted = await boot(surroundings, clock, log);
  const { ledger, loaded } = booted;
  undo.use(ledger);
  const bootId = newBootId();
  const cause = downtimeCause(ledger.service.boots(1)[0], clock.now());
  const heartbeat = await Heartbeat.begin({ ledger: ledger.service, boot: bootId, clock, log }, version);
  undo.defer(() => heartbeat.end());

  const parts = createParts({
    loaded,
    ledger,
    boot: bootId,
    stateDir,
    env,
    templates,
    bus,
    log,
    conditions,
    clock,
  });
  const { manager, current, pauses, dispatcher, scheduler, launcher, outbound, outputRoot } = parts;
  undo.defer(() => outbound.close());
  undo.defer(() => launcher.close());
  undo.defer(() => {
    pauses.close();
  });
  undo.use(new Retention({ runs: ledger.runs, settings: () => current().retention, outputRoot, clock, log }));

  const phase: { now: 'starting' | 'running' | 'draining' } = { now: 'starting' };
  const isDraining = (): boolean => phase.now === 'draining';
  const reloading = await startReloading({
    surroundings,
    loaded,
    manager,
    ledger,
    redactor,
    log,
    bus,
    conditions,
    clock,
  });
  undo.use(reloading);
  const statusDeps: StatusDeps = {
    current,
    ledger,
    pauses,
    conditions,
    listening: () => listening,
    lastReload: reloading.lastReport,
    isReady: () => phase.now === 'running',
    version,
    startedAt,
  };
  const handlerFor = createApp({
    current,
    admit: parts.admit,
    gate: (trigger) => {
      if (isDraining()) return { kind: 'draining', retryAfterS: 10 };
      return pauses.isPaused(trigger) ? { kind: 'paused', retryAfterS: 60 } : { kind: 'open' };
    },
    publish: bus.publish,
    log,
    clock,
    health: () => healthOf(statusDeps),
    ready: () => readinessOf(statusDeps),
  });
  const listening: Listening = new Listening({ handlerFor, clock, log, conditions });

  await recoverOrphans(ledger.runs, bootId, clock.now());
  await scheduler.start(cause);
  manager.subscribe((next, previous) => {
    scheduler.follow(next, previous);
    dispatcher.refresh();
  });
  dispatcher.start();
  const control = createControl({
    ...{ current, clock, dispatcher, pauses, isDraining, outputRoot },
    admit: parts.admit,
    runs: ledger.runs,
    publish: bus.publish,
    nextOf: (trigger) => scheduler.nextOf(trigger),
    status: () => describeService(statusDeps),
    reload: reloading.reload,
    plan: () => makePlan({ surroundings, live: reloading.live, booted: loaded, clock }),
  });
  undo.use(await serveControl({ stateDir, handler: createControlListener(control, log), conditions, log }));
  await listening.open(current().server);
  phase.now = 'running';
  await reloading.watch();

  const kept = undo.move();
  const stopped = Promise.withResolvers<number>();
  let stopping: Promise<void> | undefined;
  return {
    control,
    get address() {
      return listening.bound?.url ?? null;
    },
    reload: reloading.reload,
    stop: ({ force }) => {
      phase.now = 'draining';
      const hurry = force ?? new AbortController().signal;
      stopping ??= stopService({
        dispatcher,
        scheduler,
        listening,
        current,
        hurry,
        release: () => kept.disposeAsync(),
        log,
      }).then(
        () => {
          stopped.resolve(0);
        },
        (error: unknown) => {
          stopped.reject(error);
        },
      );
      return stopping;
    },
    stopped: stopped.promise,
  };
}
