/** Decides how work goes on that the store refused: the log says so, and it is begun again a second later. */
import type { Cancel, Clock } from './clock.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';

const AGAIN_MS = 1_000;

/** A problem of one thing among others: pieces of work that do not stand for each other. */
export interface Problem {
  readonly what: string;
  readonly of: string;
}

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

  /**
   * Logs the problem, a constant sentence, and calls `work` in a second, in place of what waits for the same problem of
   * the same thing.
   */
  later(problem: string | Problem, error: unknown, work: () => void): void {
    if (this.#isClosed) return;
    const { what, of } = typeof problem === 'string' ? { what: problem, of: '' } : problem;
    this.#log.error(`${what}, trying again`, { error: messageOf(error) });
    const key = `${what} ${of}`;
    this.#waiting.get(key)?.();
    const cancel = this.#clock.after(AGAIN_MS, () => {
      this.#waiting.delete(key);
      work();
    });
    this.#waiting.set(key, cancel);
  }

  /** Forgets what waits, and whatever fails from now on. */
  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }
}
