/** Decides the due instants of one cron expression in one zone. */
import type { Schedule } from '../core/trigger.ts';
import type { Fields } from './fields.ts';
import { nextInstant } from './wallclock.ts';
import type { ClockChangePolicy } from './wallclock.ts';
import type { ZoneClock } from './zone-clock.ts';

/**
 * An expression bound to a zone. It holds only references to what equal schedules share, a hundred bytes; what
 * changes (the clock's tables) is behind it and never seen, so that it may be frozen with its snapshot.
 */
export class CronSchedule implements Schedule {
  readonly expression: string;
  readonly #fields: Fields;
  readonly #dst: ClockChangePolicy;
  readonly #clock: ZoneClock;

  constructor(parts: {
    readonly expression: string;
    readonly fields: Fields;
    readonly dst: ClockChangePolicy;
    readonly clock: ZoneClock;
  }) {
    this.expression = parts.expression;
    this.#fields = parts.fields;
    this.#dst = parts.dst;
    this.#clock = parts.clock;
  }

  get zone(): string {
    return this.#clock.zone;
  }

  /** The fields rather than what was written: `@daily` and `0 0 * * *` are one schedule, and so is a resolved `H`. */
  get key(): string {
    return `cron ${this.#fields.text} ${this.#clock.zone} ${this.#dst}`;
  }

  /** What the expression means, for notes and warnings. */
  get fields(): Fields {
    return this.#fields;
  }

  /** What clock changes do to it. */
  get dst(): ClockChangePolicy {
    return this.#dst;
  }

  /** The zone's clock, shared by all schedules of the zone. */
  get clock(): ZoneClock {
    return this.#clock;
  }

  next(afterMs: number): number | undefined {
    return nextInstant(this, this.#clock, afterMs);
  }
}
