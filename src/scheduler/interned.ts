/** Decides how long equal things are shared: as long as they fit, and then from the beginning. */

/**
 * A table of values by text that never holds more than `limit`: when it is full it is emptied. What was handed out
 * stays valid, it is only no longer shared, so that years of reloads cannot make the table grow.
 */
export class Interned<T> {
  readonly #values = new Map<string, T>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The value kept for `text`, or what `make` gives, which is kept from now on. */
  get(text: string, make: () => T): T {
    const known = this.#values.get(text);
    if (known !== undefined) return known;
    if (this.#values.size >= this.#limit) this.#values.clear();
    const value = make();
    this.#values.set(text, value);
    return value;
  }
}
