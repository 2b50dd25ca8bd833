/** Decides how many lines a plugin may log: so many in a second that the service has time for everything else. */
import type { LogLevel } from './protocol.ts';

const MOST_IN_A_SECOND = 1_000;

/** Passes lines on, leaves out what is too much, and says how many those were. */
export class Tempo {
  readonly #pass: (level: LogLevel, text: string) => void;
  readonly #now: () => number;
  #since = -Infinity;
  #count = 0;

  /** `now` in ms, which only grow. */
  constructor(pass: (level: LogLevel, text: string) => void, now: () => number) {
    this.#pass = pass;
    this.#now = now;
  }

  /** Takes a line. */
  line(level: LogLevel, text: string): void {
    const now = this.#now();
    if (now - this.#since >= 1_000) {
      const leftOut = this.#count - MOST_IN_A_SECOND;
      if (leftOut > 0)
        this.#pass('warn', `${leftOut} lines were left out: more than ${MOST_IN_A_SECOND} in a second`);
      this.#since = now;
      this.#count = 0;
    }
    this.#count += 1;
    if (this.#count <= MOST_IN_A_SECOND) this.#pass(level, text);
  }
}
