/** Decides how work goes on that the store refused: the log says so, and it is begun again a second later. */
import type { Cancel, Clock } from './clock.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';

const AGAIN_MS = 1_000;

/** What failed work of one owner waits with. */
export class TryAgain {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #waiting = new Map<string, Cancel>();
  #isClosed = false;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Logs `problem`, a constant sentence, and calls `work` in a second, in place of what waits for the same problem. */
  later(problem: string, error: unknown, work: () => void): void {
    if (this.#isClosed) return;
    this.#log.error(`${problem}, trying again`, { error: messageOf(error) });
    this.#waiting.get(problem)?.();
    const cancel = this.#clock.after(AGAIN_MS, () => {
      this.#waiting.delete(problem);
      work();
    });
    this.#waiting.set(problem, cancel);
  }

  /** Forgets what waits, and whatever fails from now on. */
  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }
}
