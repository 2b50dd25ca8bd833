/** Decides what a row of the ledger is in memory, and how views see it. */
import type { RunSpec } from '../../core/action.ts';
import type { BootId, RunId, TriggerId } from '../../core/ids.ts';
import { toldChat } from '../../core/message.ts';
import type { Attempt, ClaimedRun, Payload, Run, RunSource, RunState } from '../../core/run.ts';
import type { MissCause, MissedWord } from '../../core/trigger.ts';
import type { BurstMark } from '../burst.ts';

/** One row; the store changes it in place, views get copies. */
export interface MemoryRow {
  /** Counts up with every admission. */
  readonly seq: number;
  readonly id: RunId;
  readonly trigger: TriggerId;
  readonly source: RunSource;
  readonly dueAt: number;
  readonly admittedAt: number;
  readonly revision: number;
  readonly spec: RunSpec;
  readonly origin: RunId | null;
  readonly payload: Payload | undefined;
  readonly burst: BurstMark | null;
  state: RunState;
  reason: string | null;
  readyAt: number | null;
  held: MissCause | null;
  rule: MissedWord | null;
  /** Somebody had it made up after it was missed. */
  isMadeUp: boolean;
  /** Another run repeats it. */
  isRepeated: boolean;
  startedAt: number | null;
  endedAt: number | null;
  owner: BootId | null;
  attempts: readonly Attempt[];
}

/** The run as views show it. */
export function toRun(row: MemoryRow): Run {
  return {
    id: row.id,
    trigger: row.trigger,
    source: row.source,
    state: row.state,
    reason: row.reason,
    dueAt: row.dueAt,
    admittedAt: row.admittedAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    revision: row.revision,
    origin: row.origin,
    attempts: row.attempts.map((attempt) => ({ ...attempt })),
    payloadBytes: row.payload?.body.byteLength ?? 0,
    chat: toldChat(row.spec),
  };
}

/** The row as whoever claimed it gets it. */
export function toClaimed(
  { id, trigger, source, dueAt, admittedAt, revision, reason, spec, payload }: MemoryRow,
  lease: Pick<ClaimedRun, 'attempt' | 'firstStartedAt' | 'owner'>,
): ClaimedRun {
  return { id, trigger, source, dueAt, admittedAt, revision, reason, spec, payload, ...lease };
}

/** Oldest due first, in the order of admission among equals. */
export function byDue(a: MemoryRow, b: MemoryRow): number {
  return a.dueAt - b.dueAt || a.seq - b.seq;
}

/** First ended first. */
export function byEnding(a: MemoryRow, b: MemoryRow): number {
  return (a.endedAt ?? 0) - (b.endedAt ?? 0) || a.seq - b.seq;
}

/** False for what was skipped, missed, replaced or cancelled before its moment. */
export function hasBegun({ startedAt }: MemoryRow): boolean {
  return startedAt !== null;
}

/** Failed, and repeated by none. */
export function isDead({ state, isRepeated }: MemoryRow): boolean {
  return state === 'failed' && !isRepeated;
}
