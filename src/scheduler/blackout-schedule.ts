/** Decides the due instants of a schedule that has a blackout. */
import type { Schedule } from '../core/trigger.ts';
import { endOfBlackout, keyOf, windowAt } from './blackout.ts';
import type { Blackout, BlackoutWindow } from './blackout.ts';

/** Instants in a blackout, one after the other, after which a schedule counts as one that never fires. */
const MOST_STEPS = 1_500;

/** How far ahead is looked, 100 years: a yearly schedule would otherwise ask for the clock of 1,500 years. */
const FARTHEST_MS = 36_525 * 86_400_000;

/**
 * Another schedule's instants outside a blackout. A blackout is left in one step, however many instants lie in it; a
 * schedule with 1,500 such steps in a row, or 100 years of them, has no further instant.
 */
export class BlackoutSchedule implements Schedule {
  /** The schedule without its blackout. */
  readonly inner: Schedule;
  readonly #blackout: Blackout;

  constructor(inner: Schedule, blackout: Blackout) {
    this.inner = inner;
    this.#blackout = blackout;
  }

  get expression(): string {
    return this.inner.expression;
  }

  get zone(): string {
    return this.inner.zone;
  }

  get key(): string {
    const { windows, clock } = this.#blackout;
    return `${this.inner.key} without ${keyOf(windows)} ${clock.zone}`;
  }

  /** The part of the blackout that an instant lies in. */
  windowAt(atMs: number): BlackoutWindow | undefined {
    return windowAt(this.#blackout, atMs);
  }

  next(afterMs: number): number | undefined {
    let dueAt = this.inner.next(afterMs);
    const lastMs = (dueAt ?? 0) + FARTHEST_MS;
    for (let step = 0; step < MOST_STEPS && dueAt !== undefined && dueAt <= lastMs; step += 1) {
      const endMs = endOfBlackout(this.#blackout, dueAt);
      if (endMs === dueAt) return dueAt;
      dueAt = this.inner.next(endMs - 1);
    }
    return undefined;
  }
}
