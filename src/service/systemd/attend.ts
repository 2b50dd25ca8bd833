/**
 * Decides what systemd hears of the service, and when: ready, reloading, how it is doing, that it is alive, and that it
 * leaves and needs time (systemd.service(5), sd_notify(3)).
 */
import type { Cancel, Clock } from '../../core/clock.ts';
import type { Notify } from './notify.ts';

/** What is told of. */
export interface Attended {
  readonly notify: Notify;
  /** True once everything serves. */
  readonly isReady: () => boolean;
  /** How it is doing, in a line; rejects while the store is away. */
  readonly describe: () => Promise<string>;
  /** Without a sign of life for so long systemd ends the service, ms; undefined: it does not. */
  readonly watchdogMs: number | undefined;
  readonly clock: Clock;
}

/** Somebody who tells systemd. */
export interface Attendant extends Disposable {
  /** Begins: the service is told to be ready when it is, and after half a minute in any case. */
  serve(): void;
  /** Tells of a reload around it. */
  reload<T>(work: () => Promise<T>): Promise<T>;
  /** It leaves: until it is gone, systemd is asked for time. */
  stop(): void;
}

const LOOK_MS = 250;
const STATUS_MS = 10_000;
/** What is missing by then may never come (a port that another program holds), and nothing else waits for it. */
const READY_WITHIN_MS = 30_000;
const EXTEND_EVERY_MS = 5_000;
/** Long enough for six askings to be lost; a service that hangs is ended after so long. */
const EXTEND_BY_MS = 30_000;

/** Tells systemd of the service. */
export function attend({ notify, isReady, describe, watchdogMs, clock }: Attended): Attendant {
  const timers = new Set<Cancel>();
  let isTold = false;
  let isLeaving = false;
  let told = '';

  /** Does it now, and again and again. */
  function every(ms: number, work: () => void): void {
    work();
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      every(ms, work);
    });
    timers.add(cancel);
  }

  /** Of a service that leaves, nothing else is told any more. */
  function say(fields: Parameters<Notify>[0]): void {
    if (!isLeaving) notify(fields);
  }

  function lookUntil(atMs: number): void {
    if (isLeaving) return;
    if (isReady() || clock.monotonic() >= atMs) {
      isTold = true;
      notify({ READY: 1 });
      every(STATUS_MS, () => void tellStatus());
      return;
    }
    timers.add(
      clock.after(LOOK_MS, () => {
        lookUntil(atMs);
      }),
    );
  }

  async function tellStatus(): Promise<void> {
    const status = await describe().catch(() => 'the store is away');
    if (status !== told) say({ STATUS: status });
    told = status;
  }

  return {
    serve() {
      lookUntil(clock.monotonic() + READY_WITHIN_MS);
      // What blocks the event loop keeps this from being said.
      if (watchdogMs !== undefined)
        every(watchdogMs / 2, () => {
          notify({ WATCHDOG: 1 });
        });
    },
    async reload(work) {
      if (!isTold || isLeaving) return work();
      notify({ RELOADING: 1, MONOTONIC_USEC: monotonicUs() });
      try {
        return await work();
      } finally {
        say({ READY: 1 });
      }
    },
    stop() {
      if (isLeaving) return;
      isLeaving = true;
      notify({ STOPPING: 1, STATUS: 'waiting for what runs' });
      every(EXTEND_EVERY_MS, () => {
        notify({ EXTEND_TIMEOUT_USEC: EXTEND_BY_MS * 1_000 });
      });
    },
    [Symbol.dispose]: () => {
      for (const cancel of timers) cancel();
    },
  };
}

/** `CLOCK_MONOTONIC`, which systemd compares with the moment of its own signal. */
function monotonicUs(): string {
  return String(process.hrtime.bigint() / 1_000n);
}

/** From the environment: systemd.exec(5), sd_watchdog_enabled(3). */
export function watchdogOf(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): number | undefined {
  const { WATCHDOG_USEC: us, WATCHDOG_PID: whose } = env;
  if (us === undefined || !/^[1-9]\d*$/.test(us)) return undefined;
  return whose === undefined || whose === String(pid) ? Number(us) / 1_000 : undefined;
}
