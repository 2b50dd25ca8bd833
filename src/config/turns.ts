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
