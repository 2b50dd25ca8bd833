/** Decides what a row that waited says when it is queued: what was asked for once, at a time that went by, is late. */
import { ON_TIME_MS, lateBy } from '../core/late.ts';
import type { Run } from '../core/run.ts';

/** What is known of a row that waited. */
export interface WaitedRow extends Pick<Run, 'source' | 'dueAt' | 'startedAt' | 'reason'> {
  /** Of the burst that it waited out; null: of none. */
  readonly burst: unknown;
}

/** The reason of a row that is queued at `now`: its own, else how late it is, else none. */
export function reasonWhenQueued(
  { source, dueAt, startedAt, reason, burst }: WaitedRow,
  now: number,
): string | null {
  // That it waited for the end of its burst is no reason any more.
  if (burst !== null && startedAt === null) return null;
  // What has started was queued in time or has said so; now it waits for another attempt.
  const isLate = source === 'at' && startedAt === null && now - dueAt > ON_TIME_MS;
  return reason ?? (isLate ? lateBy(now - dueAt) : null);
}
