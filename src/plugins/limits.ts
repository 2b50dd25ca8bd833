/** Decides when a call into a plugin is given up: at its deadline, or when its caller leaves. */
import type { Cancel, Clock } from '../core/clock.ts';

/** How long a call may take. */
export interface Limits {
  readonly deadlineMs?: number;
  /** Aborted: nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** Who is told that a call is given up. */
export interface GivenUp {
  readonly clock: Clock;
  /** Its time is over; told in seconds. */
  readonly late: (seconds: number) => void;
  readonly aborted: () => void;
}

/** Tells of what comes first, also at once; nothing of either once what is answered here is called. */
export function limited({ deadlineMs, signal }: Limits, { clock, late, aborted }: GivenUp): Cancel {
  const cancel =
    deadlineMs === undefined
      ? () => {}
      : clock.after(deadlineMs, () => {
          late(deadlineMs / 1_000);
        });
  signal?.addEventListener('abort', aborted, { once: true });
  if (signal?.aborted === true) aborted();
  return () => {
    cancel();
    signal?.removeEventListener('abort', aborted);
  };
}
