/** Decides the due instants of schedules that no calendar is needed for: every so often, once, and at start. */
import type { Schedule } from '../core/trigger.ts';
import type { OddMoment } from './odd-moment.ts';

/** `anchorMs + n · periodMs` for n ≥ 0: real time, which no clock change touches. */
export class EverySchedule implements Schedule {
  readonly expression: string;
  readonly zone: string;
  readonly #periodMs: number;
  readonly #anchorMs: number;

  constructor(parts: {
    readonly expression: string;
    readonly zone: string;
    readonly periodMs: number;
    readonly anchorMs: number;
  }) {
    this.expression = parts.expression;
    this.zone = parts.zone;
    this.#periodMs = parts.periodMs;
    this.#anchorMs = parts.anchorMs;
  }

  get key(): string {
    return `every ${this.#periodMs} ${this.#anchorMs}`;
  }

  next(afterMs: number): number | undefined {
    if (!Number.isFinite(afterMs)) return undefined;
    if (afterMs < this.#anchorMs) return this.#anchorMs;
    const passed = Math.floor((afterMs - this.#anchorMs) / this.#periodMs);
    return this.#anchorMs + (passed + 1) * this.#periodMs;
  }
}

/** One instant, and nothing after it. */
export class OnceSchedule implements Schedule {
  readonly expression: string;
  readonly zone: string;
  /** What a clock change does to it; undefined on ordinary days. */
  readonly odd: OddMoment | undefined;
  readonly #atMs: number;

  constructor(parts: {
    readonly expression: string;
    readonly zone: string;
    readonly atMs: number;
    readonly odd: OddMoment | undefined;
  }) {
    this.expression = parts.expression;
    this.zone = parts.zone;
    this.odd = parts.odd;
    this.#atMs = parts.atMs;
  }

  get key(): string {
    return `at ${this.#atMs}`;
  }

  next(afterMs: number): number | undefined {
    return afterMs < this.#atMs ? this.#atMs : undefined;
  }
}

/** `@reboot`: due at the start of the service, which is not an instant anybody can compute. */
export class RebootSchedule implements Schedule {
  readonly expression: string;
  readonly zone: string;
  readonly key = '@reboot';

  constructor(parts: { readonly expression: string; readonly zone: string }) {
    this.expression = parts.expression;
    this.zone = parts.zone;
  }

  next(): undefined {
    return undefined;
  }
}

/** Another schedule's instants from `startMs` (included) up to `endMs` (excluded). */
export class BoundedSchedule implements Schedule {
  /** The schedule without its bounds. */
  readonly inner: Schedule;
  /** Epoch ms, the first instant that counts. */
  readonly startMs: number;
  /** Epoch ms, the first instant that counts no more. */
  readonly endMs: number;

  constructor(inner: Schedule, bounds: { readonly startMs: number; readonly endMs: number }) {
    this.inner = inner;
    this.startMs = bounds.startMs;
    this.endMs = bounds.endMs;
  }

  get expression(): string {
    return this.inner.expression;
  }

  get zone(): string {
    return this.inner.zone;
  }

  get key(): string {
    return `${this.inner.key} from ${this.startMs} to ${this.endMs}`;
  }

  next(afterMs: number): number | undefined {
    const dueAt = this.inner.next(Math.max(afterMs, this.startMs - 1));
    return dueAt !== undefined && dueAt < this.endMs ? dueAt : undefined;
  }
}
