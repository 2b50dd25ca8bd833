/** Decides that those who ask for the same work while something is done are answered together. */
import type { Turns } from './turns.ts';

/**
 * Work that many may ask for. While something is done, all who ask wait for one more after it, which answers all of them:
 * what they want to be seen may have come after the running one looked.
 */
export class SharedTurn<T> {
  readonly #turns: Turns;
  #waiting: Promise<T> | undefined;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** Does `work`, or is answered by what waits already. */
  ask(work: () => Promise<T>): Promise<T> {
    if (this.#turns.isIdle) return this.#turns.take(work);
    this.#waiting ??= this.#turns.take(() => {
      this.#waiting = undefined;
      return work();
    });
    return this.#waiting;
  }
}
