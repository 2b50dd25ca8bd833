/** Decides since when a burst of deliveries lasts, and when the newest of it may run. */
import type { Admission, Burst } from '../core/admission.ts';
import { utc } from '../core/utc.ts';

/** What a store keeps with a row of a burst: its key, and when the first delivery of it was admitted (epoch ms). */
export interface BurstMark {
  readonly key: string;
  readonly since: number;
}

/** The window of one row; both are epoch ms. */
export interface BurstWindow {
  readonly since: number;
  readonly readyAt: number;
}

/** The burst that an admission joins; a row that is born otherwise than `scheduled` joins none. */
export function joinedBurst({ state, coalesce }: Admission): Burst | undefined {
  return state === 'scheduled' ? coalesce : undefined;
}

/** The window of the row admitted now, whose burst had these beginnings; without any it begins one. */
export function burstWindow(
  { windowMs, maxWaitMs }: Burst,
  admittedAt: number,
  beginnings: readonly number[],
): BurstWindow {
  // The earliest also where the clock was set back: else a burst would wait as long as the clock went.
  const since = beginnings.reduce((first, one) => Math.min(first, one), admittedAt);
  const readyAt = Math.min(admittedAt + windowMs, since + maxWaitMs);
  return { since, readyAt: Math.max(admittedAt, readyAt) };
}

/** The reason on a row in its window, in whole seconds. */
export function coalescingReason(readyAt: number): string {
  return `coalescing until ${utc(Math.ceil(readyAt / 1_000) * 1_000)} UTC`;
}
