/**
 * Decides in which order the service comes up and goes down.
 *
 * Up: lock, configuration, store, recovery, scheduler, dispatcher, control socket, listener, watcher. Down: nothing new
 * is taken, what becomes due is kept for the next start, runs get their drain, then everything is released in reverse.
 */
import type { Control } from '../core/control.ts';
import type { ReloadReport, ReloadSource } from '../core/event.ts';
import { createControlListener } from '../server/control-api.ts';
import { beginWork } from './begin-work.ts';
import { serveControl } from './control-socket.ts';
import type { Endpoints, Phase } from './endpoints.ts';
import { createEndpoints } from './endpoints.ts';
import { createParts } from './parts.ts';
import { startReloading } from './reloading.ts';
import type { ServiceOptions } from './resources.ts';
import { acquireResources } from './resources.ts';
import { stopService } from './shutdown.ts';

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
  const reloading = undo.use(
    await startReloading(resources, parts.manager, () => [endpoints.listening, parts.chat.stage]),
  );
  let phase: Phase = 'starting';
  const endpoints: Endpoints = createEndpoints(resources, parts, { reloading, phase: () => phase });
  const { control, listening } = endpoints;
  const { chat } = parts;

  await beginWork(resources, parts, undo);
  const { log, clock, conditions } = resources;
  const handler = createControlListener(control, log);
  undo.use(await serveControl({ stateDir: options.stateDir, handler, clock, conditions, log }));
  await listening.open(parts.current().server);
  undo.defer(() => chat.close(0));
  await chat.catchUp();
  await chat.begin();
  parts.manager.subscribe(() => {
    listening.tellWithheld();
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
