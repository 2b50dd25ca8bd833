/** Decides what time is: the one port through which the program reads clocks and sets timers. */

/** Ends what was set; calling it twice, or after it fired, does nothing. */
export type Cancel = () => void;

/**
 * Wall time and timers. Durations count running time (a suspended machine stretches them); alarms follow the
 * wall clock, so that a suspended or corrected clock fires them as soon as it reads the moment, never before.
 */
export interface Clock {
  /** Epoch milliseconds, UTC; may jump either way. */
  now(): number;
  /** Milliseconds that only ever grow, for measuring. */
  monotonic(): number;
  /** Calls `fire` once after `delayMs` of running time. */
  after(delayMs: number, fire: () => void): Cancel;
  /** Calls `fire` once as soon as the wall clock reads `atMs` or later; at the latest a second after it does. */
  alarm(atMs: number, fire: () => void): Cancel;
}

const ALARM_CHECK_MS = 1_000;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, fire) {
    const timer = setTimeout(fire, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
  alarm(atMs, fire) {
    let timer: NodeJS.Timeout;
    const check = (): void => {
      const leftMs = atMs - Date.now();
      if (leftMs <= 0) fire();
      else timer = setTimeout(check, Math.min(leftMs, ALARM_CHECK_MS));
    };
    timer = setTimeout(check, Math.min(Math.max(atMs - Date.now(), 0), ALARM_CHECK_MS));
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Resolves after `delayMs` of running time, or at once when `signal` is aborted; it never rejects. */
export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal?.aborted) return Promise.resolve();
  const end = (): void => {
    cancel();
    // One signal may see many pauses.
    signal?.removeEventListener('abort', end);
    resolve();
  };
  const cancel = clock.after(delayMs, end);
  signal?.addEventListener('abort', end);
  return promise;
}

/**
 * What `work` comes to within `delayMs` of running time; undefined: it takes longer. Rejects where `work` does so by then. No
 * timer stays behind that would hold a process.
 */
export async function atMost<T>(clock: Clock, delayMs: number, work: Promise<T>): Promise<T | undefined> {
  const over = new AbortController();
  const late = pause(clock, delayMs, over.signal).then(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
