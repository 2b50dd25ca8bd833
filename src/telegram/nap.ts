/** Decides how a loop waits: for a time of the clock, until it is told to look again, or for good. */
import type { Clock } from '../core/clock.ts';

/** The waiting of one loop, which waits in one place at a time. Nothing of a wait is left once it is over. */
export class Nap {
  readonly #clock: Clock;
  #wake: (() => void) | undefined;
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `end` was called: the loop is to end. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves after `ms`, with the next `cut`, or at once when it is over. */
  async for(ms: number): Promise<void> {
    if (this.#isOver || ms <= 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    // Rounded up: a timer that fires early would have the loop wait again for the rest.
    const cancel = this.#clock.after(Math.ceil(ms), resolve);
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
    cancel();
  }

  /** Ends the wait that is on, if there is one. */
  cut(): void {
    this.#wake?.();
  }

  /** Ends the wait that is on, and all that would come. */
  end(): void {
    this.#isOver = true;
    this.cut();
  }
}
