/** Decides that pieces of work which change the same thing are done one after the other. */

/** Whoever comes waits for all that came before. */
export class Turns {
  #last: Promise<unknown> | undefined;

  /** Nothing is done, and nothing waits. */
  get isIdle(): boolean {
    return this.#last === undefined;
  }

  /** Does `work` in its turn, at once where nothing is done, and answers as it does. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last === undefined ? work() : this.#last.then(work);
    const over = mine.then(
      () => {},
      // Whoever asked for it is told; the next one is not concerned.
      () => {},
    );
    this.#last = over;
    void over.then(() => {
      if (this.#last === over) this.#last = undefined;
    });
    return mine;
  }
}

/**
 * Work that many may ask for. While something is done, all who ask wait for one more after it, which answers all of them:
 * what they want to be seen may have come after the running one looked.
 */
export class Shared<T> {
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
