/** Decides what a launch under way looks like from outside: two promises, each settled once, and a way to signal. */

import type { Launched, LaunchEnd, LaunchRequest, LaunchSignal } from './launch.ts';

/** The inner side of a `Launched`, for whoever carries it out. */
export class PendingLaunch implements Launched {
  readonly request: LaunchRequest;
  readonly #pid = Promise.withResolvers<number | undefined>();
  readonly #end = Promise.withResolvers<LaunchEnd>();
  #onSignal: (name: LaunchSignal) => void;
  readonly pid = this.#pid.promise;
  readonly end = this.#end.promise;
  /** Set from its start to its end. */
  livePid: number | undefined;
  isSettled = false;
  wasSignalled = false;

  constructor(request: LaunchRequest, onSignal: (launch: PendingLaunch, name: LaunchSignal) => void) {
    this.request = request;
    this.#onSignal = (name) => {
      onSignal(this, name);
    };
  }

  started(pid: number): void {
    this.livePid = pid;
    this.#pid.resolve(pid);
  }

  settle(end: LaunchEnd): void {
    this.isSettled = true;
    this.livePid = undefined;
    this.#pid.resolve(undefined);
    this.#end.resolve(end);
  }

  /** Hands the launch to another launcher: from now on this one is its shadow. */
  follow(other: Launched): void {
    this.#onSignal = (name) => {
      other.signal(name);
    };
    void other.pid.then((pid) => {
      if (pid !== undefined) this.started(pid);
    });
    void other.end.then((end) => {
      this.settle(end);
    });
  }

  signal(name: LaunchSignal): void {
    if (this.isSettled) return;
    this.wasSignalled = true;
    this.#onSignal(name);
  }
}
