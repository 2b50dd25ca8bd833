/** Decides what time it is in a test: a clock that stands still until it is told to move. */
import type { Cancel, Clock } from '../../src/core/clock.ts';

interface Timer {
  readonly kind: 'after' | 'alarm';
  /** Monotonic ms for `after`, epoch ms for `alarm`. */
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/** 2026-01-01T00:00:00Z, where a fake clock starts unless told otherwise. */
export const FAKE_START_MS = Date.UTC(2026, 0, 1);

/**
 * A `Clock` moved by hand. `advance` lets time run (durations and alarms fire in order, and promises they settle get
 * their turn before the next one fires); `set` corrects the wall clock without any time having run.
 */
export class FakeClock implements Clock {
  #now: number;
  #monotonic = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();
  readonly #waiters = new Set<{ readonly count: number; readonly resolve: () => void }>();

  constructor(nowMs: number = FAKE_START_MS) {
    this.#now = nowMs;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(delayMs: number, fire: () => void): Cancel {
    return this.#arm({
      kind: 'after',
      at: this.#monotonic + Math.max(0, delayMs),
      order: this.#order++,
      fire,
    });
  }

  alarm(atMs: number, fire: () => void): Cancel {
    return this.#arm({ kind: 'alarm', at: atMs, order: this.#order++, fire });
  }

  /** Timers that are set now. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Running ms until the next timer fires; undefined: none is set. */
  nextIn(): number | undefined {
    const next = this.#earliest();
    return next === undefined ? undefined : this.#leftMs(next);
  }

  /** Lets `ms` of time run, in order, promises included; it resolves when all that was due has had its turn. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monotonic + ms;
    do {
      this.#fireFirst(endMs);
      await turn();
    } while (this.#isDueBy(endMs));
    this.#move(endMs - this.#monotonic);
  }

  /** Lets `ms` of time run without giving promises a turn in between: for code that is synchronous throughout. */
  advanceSync(ms: number): void {
    const endMs = this.#monotonic + ms;
    while (this.#isDueBy(endMs)) this.#fireFirst(endMs);
    this.#move(endMs - this.#monotonic);
  }

  /** Corrects the wall clock, forwards or back, with no time running; alarms it passes fire at once. */
  async set(nowMs: number): Promise<void> {
    this.setSync(nowMs);
    await turn();
  }

  /** `set` without giving promises a turn. */
  setSync(nowMs: number): void {
    this.#now = nowMs;
    while (this.#isDueBy(this.#monotonic)) this.#fireFirst(this.#monotonic);
  }

  /** Resolves as soon as at least `count` timers are set: how a test knows that real I/O is behind it. */
  async timersSet(count = 1): Promise<void> {
    if (this.#timers.size >= count) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiters.add({ count, resolve });
    await promise;
  }

  #arm(timer: Timer): Cancel {
    this.#timers.add(timer);
    for (const waiter of [...this.#waiters]) {
      if (this.#timers.size < waiter.count) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
    return () => {
      this.#timers.delete(timer);
    };
  }

  #leftMs(timer: Timer): number {
    return Math.max(0, timer.at - (timer.kind === 'after' ? this.#monotonic : this.#now));
  }

  #earliest(): Timer | undefined {
    return [...this.#timers].reduce<Timer | undefined>((first, timer) => {
      if (first === undefined) return timer;
      const byTime = this.#leftMs(timer) - this.#leftMs(first);
      return byTime < 0 || (byTime === 0 && timer.order < first.order) ? timer : first;
    }, undefined);
  }

  #isDueBy(endMs: number): boolean {
    const next = this.#earliest();
    return next !== undefined && this.#monotonic + this.#leftMs(next) <= endMs;
  }

  #fireFirst(endMs: number): void {
    const next = this.#earliest();
    if (next === undefined || !this.#isDueBy(endMs)) return;
    this.#move(this.#leftMs(next));
    this.#timers.delete(next);
    next.fire();
  }

  #move(ms: number): void {
    this.#monotonic += ms;
    this.#now += ms;
  }
}

/** One turn of the event loop: every promise that can settle has settled after it. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
