/** Decides when a child is started in this very process: one for each turn of the event loop, never from an exit callback. */

import type { Clock } from '../core/clock.ts';
import { endGroup, signalGroup } from './group.ts';
import { ENDED_BEFORE_START, notStarted } from './launch.ts';
import type { Launched, Launcher, LaunchRequest, LaunchSignal } from './launch.ts';
import { PendingLaunch } from './pending.ts';
import { startChild } from './spawn.ts';

export interface DirectLauncherOptions {
  readonly clock: Clock;
  /** How long a group gets between SIGTERM and SIGKILL when the launcher is closed. */
  readonly graceMs: number;
}

/**
 * A launcher that forks where it stands. The helper is one of these behind a pipe; the service uses one only while no
 * helper can be had, because a fork costs with the size of the process and stops its loop.
 */
export function createDirectLauncher(options: DirectLauncherOptions): Launcher {
  return new DirectLauncher(options);
}

class DirectLauncher implements Launcher {
  readonly #options: DirectLauncherOptions;
  readonly #waiting = new Set<PendingLaunch>();
  readonly #live = new Set<PendingLaunch>();
  #isPumping = false;
  #isClosed = false;

  constructor(options: DirectLauncherOptions) {
    this.#options = options;
  }

  launch(request: LaunchRequest): Launched {
    const launch = new PendingLaunch(request, signalOrForget);
    if (this.#isClosed) {
      launch.settle(notStarted('the launcher is closed'));
      return launch;
    }
    this.#waiting.add(launch);
    this.#pump();
    return launch;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const launch of this.#waiting) launch.settle(notStarted('the launcher was closed'));
    this.#waiting.clear();
    const pids = [...this.#live].flatMap((launch) => launch.livePid ?? []);
    await Promise.all(pids.map((pid) => endGroup({ pid, ...this.#options })));
  }

  /**
   * Starts the next one in a turn of its own. From inside an exit callback libuv would find the next dead child before
   * it polls, and with a few short children in flight timers and sockets would starve.
   */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    setImmediate(() => {
      this.#isPumping = false;
      const [next] = this.#waiting;
      if (next === undefined) return;
      this.#waiting.delete(next);
      if (!next.isSettled) this.#start(next);
      if (this.#waiting.size > 0) this.#pump();
    });
  }

  #start(launch: PendingLaunch): void {
    this.#live.add(launch);
    startChild(launch.request, this.#options.clock, {
      started: (pid) => {
        launch.started(pid);
      },
      ended: (end) => {
        this.#live.delete(launch);
        launch.settle(end);
      },
    });
  }
}

function signalOrForget(launch: PendingLaunch, name: LaunchSignal): void {
  if (launch.livePid === undefined) launch.settle(notStarted(ENDED_BEFORE_START));
  else signalGroup(launch.livePid, name);
}
