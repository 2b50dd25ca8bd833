/**
 * Decides in which order the service comes up and goes down.
 *
 * Up: lock, configuration, store, recovery, scheduler, dispatcher, control socket, listener, watcher. Down: nothing new
 * is taken, what becomes due is kept for the next start, runs get their drain, then everything is released in reverse.
 */
import { rm } from 'node:fs/promises';
import type { Control } from '../core/control.ts';
import type { ReloadReport, ReloadSource } from '../core/event.ts';
import { recoverOrphans } from '../runs/recover.ts';
import { tzDataVersion } from '../scheduler/zones.ts';
import { createControlListener } from '../server/control-api.ts';
import { serveControl } from './control-socket.ts';
import type { Endpoints, Phase } from './endpoints.ts';
import { createEndpoints } from './endpoints.ts';
import { heldOver, switchedOn, warnOfLoop } from './catch-up.ts';
import type { Parts } from './parts.ts';
import { createParts } from './parts.ts';
import { startReloading } from './reloading.ts';
import { endLeftovers } from './leftovers.ts';
import type { Resources, ServiceOptions } from './resources.ts';
import { acquireResources } from './resources.ts';
import { stopService } from './shutdown.ts';
import { Zones } from './zones.ts';

export type { ServiceOptions } from './resources.ts';

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
  const resources = await acquireResources(options, undo);
  const parts = await createParts(resources, undo, () => endpoints.control);
  const reloading = undo.use(await startReloading(resources, parts.manager));
  let phase: Phase = 'starting';
  const endpoints: Endpoints = createEndpoints(resources, parts, { reloading, phase: () => phase });
  const { control, listening } = endpoints;
  const { chat } = parts;

  await beginWork(resources, parts);
  undo.defer(warnOfLoop(resources.opening, resources));
  const { log, clock, conditions } = resources;
  const handler = createControlListener(control, log);
  undo.use(await serveControl({ stateDir: options.stateDir, handler, clock, conditions, log }));
  await listening.open(parts.current().server);
  undo.defer(() => chat.close(0));
  await chat.catchUp();
  await chat.follow();
  parts.manager.subscribe(() => {
    listening.tellWithheld();
    void chat.follow();
  });
  phase = 'running';
  await reloading.watch();

  const kept = undo.move();
  const stop = once((force: AbortSignal) => {
    phase = 'draining';
    return stopService({ ...parts, listening, log, hurry: force, release: () => kept.disposeAsync() });
  });
  return {
    control,
    get address() {
      return listening.bound?.url ?? null;
    },
    reload: reloading.reload,
    stop: ({ force }) => stop.call(force ?? new AbortController().signal),
    stopped: stop.done.then(() => 0),
  };
}

/** Settles what an earlier life left, tells what other tz data moved, accounts for the time between, and begins. */
async function beginWork(
  { ledger, boot, bus, clock, opening, log }: Resources,
  { manager, scheduler, dispatcher, release, tell, outputRoot, workRoot }: Parts,
): Promise<void> {
  await endLeftovers({ runs: ledger.runs, boot, outputRoot, clock });
  const orphans = await recoverOrphans({
    runs: ledger.runs,
    alive: boot,
    now: clock.now(),
    tell,
    publish: bus.publish,
  });
  // Nothing of an earlier life is under way any more; its private folders are of no use.
  await rm(workRoot, { recursive: true, force: true });
  if (orphans > 0) log.warn('runs were cut off by the end of the last life', { runs: orphans });
  const zones = new Zones({
    ...{ chat: ledger.chat, triggers: ledger.triggers, publish: bus.publish, clock, log },
    version: tzDataVersion(process.versions),
  });
  await zones.begin(manager.current());
  await release(heldOver(opening));
  await scheduler.start(opening);
  manager.subscribe((next, previous) => {
    scheduler.follow(next, previous);
    void zones.keep(next);
    const ended = switchedOn(next, previous, clock.now());
    void (ended === undefined ? Promise.resolve() : release(ended)).then(() => {
      dispatcher.refresh();
    });
  });
  dispatcher.start();
}

/** A piece of work that is begun by the first call and shared by all others. */
function once<Argument>(work: (argument: Argument) => Promise<void>): {
  readonly call: (argument: Argument) => Promise<void>;
  readonly done: Promise<void>;
} {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let running: Promise<void> | undefined;
  const call = (argument: Argument): Promise<void> => {
    if (running === undefined) {
      running = work(argument);
      resolve(running);
    }
    return running;
  };
  return { call, done };
}
