/** Decides how many requests are with one host at once: one that is slow keeps nobody waiting who does not ask it. */

/** A place; disposing it gives it to who waits longest. */
export type Turn = Disposable;

/** Places by name. */
export class Turns {
  readonly #most: number;
  readonly #taken = new Map<string, number>();
  readonly #waiting = new Map<string, Array<() => void>>();

  /** `most` places for each name. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves once there is a place. */
  async take(name: string): Promise<Turn> {
    const taken = this.#taken.get(name) ?? 0;
    if (taken < this.#most) this.#taken.set(name, taken + 1);
    else {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), resolve]);
      await promise;
    }
    return {
      [Symbol.dispose]: () => {
        this.#leave(name);
      },
    };
  }

  #leave(name: string): void {
    const [next, ...rest] = this.#waiting.get(name) ?? [];
    if (rest.length === 0) this.#waiting.delete(name);
    else this.#waiting.set(name, rest);
    // The place goes over as it is.
    if (next !== undefined) return next();
    const left = (this.#taken.get(name) ?? 1) - 1;
    if (left === 0) this.#taken.delete(name);
    else this.#taken.set(name, left);
  }
}
