/**
 * Decides in which order the service comes up and goes down.
 *
 * Up: lock, configuration, store, recovery, scheduler, dispatcher, control socket, listener, watcher. Down: nothing new
 * is taken, what becomes due is kept for the next start, runs get their drain, then everything is released in reverse.
 */
import type { Control } from '../core/control.ts';
import { messageOf } from '../core/errors.ts';
import type { ReloadSource } from '../core/event.ts';
import type { Departure } from '../core/restart.ts';
import type { WholeReload } from '../core/views.ts';
import { createControlListener } from '../server/control-api.ts';
import { beginWork } from './begin-work.ts';
import { serveControl } from './control-socket.ts';
import type { Endpoints } from './endpoints.ts';
import { createEndpoints } from './endpoints.ts';
import { followHooks } from './hooks/follow.ts';
import { loadNative } from './native.ts';
import type { Inherited } from '../server/inherited.ts';
import { createLeaving } from './leaving.ts';
import type { Leaving } from './leaving.ts';
import { createParts } from './parts.ts';
import { startReloading } from './reloading.ts';
import type { Resources, ServiceOptions } from './resources.ts';
import { acquireResources } from './resources.ts';
import { tellArrival } from './restart/arrival.ts';
import { isSupervised } from './restart/supervisor.ts';
import { stopService } from './shutdown.ts';
import { attendantFor } from './systemd/supervision.ts';
import type { Phase } from './wired.ts';

export type { ServiceOptions } from './resources.ts';

/** A service that runs. */
export interface Service {
  readonly control: Control;
  /** `http://127.0.0.1:9876`; null while the address cannot be had. */
  readonly address: string | null;
  /** See `Control.reloadAll`. */
  reload(source: ReloadSource): Promise<WholeReload>;
  /** Stops in order; aborting `force` cuts the drain short. Safe to call twice. */
  stop(how: { readonly force?: AbortSignal }): Promise<void>;
  /** Leaves and comes back. Rejects as `Control.restart` does. */
  restart(): Promise<unknown>;
  /** Once it has stopped. */
  readonly stopped: Promise<Stopped>;
}

/** How a service has stopped. */
export interface Stopped {
  /** It is to be started again, and nobody else will do it. */
  readonly startAgain: boolean;
  /** The socket that was kept open for that. */
  readonly kept: Inherited | undefined;
}

/**
 * Starts everything and resolves when it serves. Rejects with `already_running`, `invalid_config`, `corrupt_state` or
 * `unavailable`; whatever was acquired by then is released.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  await using undo = new AsyncDisposableStack();
  const resources = await acquireResources(options, undo);
  const parts = await createParts(resources, undo, () => endpoints.control);
  const attendant = undo.use(await attendantFor(resources, () => endpoints));
  const reloading = undo.use(
    await startReloading(resources, parts.manager, {
      stages: () => [endpoints.listening, parts.plugins, parts.chat.stage, parts.hooks, parts.telemetry],
      around: (work) => attendant.reload(work),
      traced: (work) => parts.traces.reload(work),
      beside: parts,
    }),
  );
  const way = createWay(resources);
  const { leaving } = way;
  const endpoints: Endpoints = createEndpoints({ resources, parts, reloading, ...way });
  const { control, listening } = endpoints;
  const { chat } = parts;

  undo.defer(() => parts.plugins.close());
  await parts.plugins.begin();
  await beginWork(resources, parts, undo);
  const {
    log,
    bus,
    clock,
    conditions,
    options: { env },
  } = resources;
  const handler = createControlListener(control, log);
  undo.use(await serveControl({ stateDir: options.stateDir, handler, clock, conditions, log }));
  await listening.open();
  undo.defer(() => chat.close(0));
  await chat.catchUp();
  await chat.begin();
  parts.manager.subscribe(() => {
    listening.tellWithheld();
  });
  await reloading.watch();
  await followHooks(parts.hooks, { reloading, subscribe: bus.subscribe });
  const { current } = parts;
  void tellArrival(chat.polled, {
    ...{ ...resources, current, control, stateDir: options.stateDir },
    tell: (messages) => chat.tell(messages),
  });

  const kept = undo.move();
  const release = (): Promise<void> => kept.disposeAsync();
  const startsAgain = (): boolean =>
    leaving.departure?.kind === 'restart' && !isSupervised(reloading.live().boot.manager, env, process.pid);
  let socket: Inherited | undefined;
  const beforeClosing = async (): Promise<void> => {
    if (startsAgain()) socket = listening.keep(await loadNative(log));
  };
  way.open((departure, hurry) => {
    attendant.stop();
    return stopService({
      ...parts,
      boot: resources.boot,
      listening,
      log,
      departure,
      hurry,
      beforeClosing,
      release,
    });
  });
  attendant.serve();
  return {
    control,
    get address() {
      return listening.bound?.url ?? null;
    },
    reload: reloading.reloadAll,
    stop: ({ force }) => leaving.begin({ kind: 'stop' }, force),
    restart: () => control.restart({ force: false }),
    stopped: leaving.gone.then(() => ({ startAgain: startsAgain(), kept: socket })),
  };
}

/** The way out, closed until the service runs: whoever asks before leaves then. */
interface Way {
  readonly leaving: Leaving;
  readonly phase: () => Phase;
  readonly leave: (departure: Departure) => void;
  readonly open: (work: Parameters<typeof createLeaving>[0]) => void;
}

function createWay({ log }: Pick<Resources, 'log'>): Way {
  const opened = Promise.withResolvers<Parameters<typeof createLeaving>[0]>();
  let isOpen = false;
  const leaving = createLeaving(async (...why) => (await opened.promise)(...why));
  return {
    leaving,
    phase: () => (leaving.departure !== undefined ? 'draining' : isOpen ? 'running' : 'starting'),
    leave: (departure) => {
      leaving.begin(departure).catch((error: unknown) => {
        log.error('cannot leave in order', { error: messageOf(error) });
      });
    },
    open: (work) => {
      isOpen = true;
      opened.resolve(work);
    },
  };
}
