/**
 * Decides how slow the sender of an upload may be. A large file may take hours over a thin line, so that no time is
 * too long for the whole; but in each minute something has to come, or connections could be held open for nothing.
 */
import type { Cancel, Clock } from '../../core/clock.ts';

/** A look at what came, once for each of these, ms. */
export const PACE_WINDOW_MS = 60_000;
/** What has to come between two looks: 4 KiB a second, slower than any line that files are sent over. */
export const PACE_BYTES = 240 * 1024;

/** Watches one sender. */
export interface Pace {
  /** So many bytes have come. */
  note(bytes: number): void;
  /** All has come, or nothing more is wanted. */
  end(): void;
}

/** Calls `onSlow`, once, when too little has come. */
export function watchPace(clock: Clock, onSlow: () => void): Pace {
  let received = 0;
  let cancel: Cancel = () => {};
  const look = (): void => {
    if (received < PACE_BYTES) {
      onSlow();
      return;
    }
    received = 0;
    cancel = clock.after(PACE_WINDOW_MS, look);
  };
  cancel = clock.after(PACE_WINDOW_MS, look);
  return {
    note: (bytes) => {
      received += bytes;
    },
    end: () => {
      cancel();
    },
  };
}
