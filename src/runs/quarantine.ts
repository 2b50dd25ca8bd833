/** Decides when a trigger is not trusted to run by itself any more: it fails again and again, or calls itself. Pure. */
import type { Run } from '../core/run.ts';

/** What is known of the last runs of a trigger. */
export interface TrackRecord {
  /** Newest first, as many as `after` at least where there are so many. */
  readonly failed: ReadonlyArray<Pick<Run, 'id' | 'endedAt'>>;
  /** The newest that went well; undefined: none. */
  readonly succeeded: Pick<Run, 'id'> | undefined;
  /** Failures up to here are forgiven, epoch ms: somebody has resumed it. */
  readonly forgivenUntil: number;
}

/** True when the last `after` runs failed, one behind the other; those that were cancelled or never ran do not count. */
export function failsInARow({ failed, succeeded, forgivenUntil }: TrackRecord, after: number): boolean {
  const inARow = failed.filter(
    ({ id, endedAt }) =>
      (succeeded === undefined || id > succeeded.id) && endedAt !== null && endedAt > forgivenUntil,
  );
  return inARow.length >= after;
}

/** Deliveries of a trigger that its own runs may have caused are counted over this time, ms. */
export const LOOP_WINDOW_MS = 600_000;

/** A delivery that comes so soon after the end of a run, in ms, may be caused by it: senders take a moment. */
export const AFTERMATH_MS = 10_000;

/** The times of the last deliveries (epoch ms) with one more, without those that the window has left behind. */
export function withinWindow(times: readonly number[], now: number): readonly number[] {
  return [...times.filter((at) => at > now - LOOP_WINDOW_MS), now];
}
