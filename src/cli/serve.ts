/** Decides how the service lives in a terminal or under a supervisor: its start lines, its signals, its end. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Service, Stopped } from '../service/service.ts';
import { isStop } from './held-signals.ts';
import type { HeldSignals, ServiceSignal } from './held-signals.ts';

/** What `serve` needs of a service. */
export type RunningService = Pick<Service, 'reload' | 'restart' | 'stop' | 'stopped'>;

/** What `serve` needs besides. */
export interface Serving<Running extends RunningService> {
  readonly signals: HeldSignals;
  /** Called once when it runs. */
  readonly announce: (service: Running) => Promise<void>;
  /** Told about a reload, a restart or a stop that failed in a way no report covers. */
  readonly complain: (error: unknown) => void;
  /** Leaves the process at once: for a second signal to stop while the start itself hangs. */
  readonly leave: () => void;
  /**
   * Sees to it that the process is gone a moment from now: a forced stop may hang on a run or a store that will not end.
   * The launcher ends the groups and the next start settles the runs, as after any sudden death.
   */
  readonly leaveSoon: () => void;
}

/**
 * Starts the service and stays until it has stopped; answers with how it did. HUP reloads, USR2 restarts, TERM and INT stop,
 * a second one of these forces it; signals that arrived before it ran count as if they came now.
 */
export async function serve<Running extends RunningService>(
  start: () => Promise<Running>,
  serving: Serving<Running>,
): Promise<Stopped> {
  const early: ServiceSignal[] = [];
  serving.signals.deliverTo((signal) => {
    early.push(signal);
    if (early.filter(isStop).length > 1) serving.leave();
  });
  const service = await start();
  const answer = answering(service, serving);
  let isToStop = early.some(isStop);
  serving.signals.deliverTo((signal) => {
    isToStop ||= isStop(signal);
    answer(signal);
  });
  for (const signal of early) answer(signal);
  // The start lines are a courtesy; the service runs with or without them.
  if (!isToStop) await serving.announce(service).catch(serving.complain);
  const stopped = await service.stopped;
  return stopped.startAgain ? lastWord(stopped, serving.signals, () => isToStop) : stopped;
}

/**
 * A stop that comes when the service has left already must not be lost to the next life: what the system has handed over is
 * heard within two turns of the event loop, and what it hands over after that ends the process.
 */
async function lastWord(stopped: Stopped, signals: HeldSignals, isToStop: () => boolean): Promise<Stopped> {
  await nextTurn();
  await nextTurn();
  if (isToStop()) return { ...stopped, startAgain: false };
  signals.letGo();
  return stopped;
}

function answering(
  service: RunningService,
  { complain, leaveSoon }: Pick<Serving<RunningService>, 'complain' | 'leaveSoon'>,
): (signal: ServiceSignal) => void {
  const force = new AbortController();
  let isStopping = false;
  return function answer(signal): void {
    if (signal === 'SIGHUP') {
      service.reload('signal').catch(complain);
    } else if (signal === 'SIGUSR2') {
      service.restart().catch(complain);
    } else if (isStopping) {
      if (!force.signal.aborted) leaveSoon();
      force.abort();
    } else {
      isStopping = true;
      service.stop({ force: force.signal }).catch(complain);
    }
  };
}
