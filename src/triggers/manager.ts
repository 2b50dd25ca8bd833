/** Decides which configuration is live: it holds the current snapshot and swaps it, and does nothing else. */
import type { Snapshot } from '../core/snapshot.ts';

/** Told after a swap, in the same turn; it must return at once and must not swap itself. */
export type SwapListener = (next: Snapshot, previous: Snapshot) => void;

/**
 * The one holder of the live snapshot. A request, a tick and a run call `current()` once, at their edge, and carry
 * what they got; a swap is one assignment, so nobody ever sees half of a configuration.
 */
export class TriggerManager {
  #current: Snapshot;
  readonly #listeners = new Set<SwapListener>();
  readonly #onFault: (error: unknown) => void;

  /** `onFault` is told what a listener threw; by default nobody is. */
  constructor(initial: Snapshot, onFault: (error: unknown) => void = () => {}) {
    this.#current = initial;
    this.#onFault = onFault;
  }

  /** The live snapshot. */
  current(): Snapshot {
    return this.#current;
  }

  /** Makes `next` live, then tells the listeners; one that throws neither undoes the swap nor hides it from the others. */
  swap(next: Snapshot): void {
    const previous = this.#current;
    this.#current = next;
    for (const listener of [...this.#listeners]) {
      if (this.#listeners.has(listener)) this.#tell(listener, next, previous);
    }
  }

  /** Calls `listener` after each swap until the returned function is called. */
  subscribe(listener: SwapListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(listener: SwapListener, next: Snapshot, previous: Snapshot): void {
    try {
      listener(next, previous);
    } catch (error) {
      this.#onFault(error);
    }
  }
}
