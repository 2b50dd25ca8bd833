/** Decides how rows of the run tables become the values that the port speaks of. */
import type { BootId, RunId, TriggerId } from '../../core/ids.ts';
import type { Attempt, EndedBy, Payload, Run, RunSource, RunState } from '../../core/run.ts';

/** The columns of `RunRow`, for SELECT. */
export const RUN_COLUMNS =
  'seq, id, trigger, source, state, reason, due_at, admitted_at, started_at, ended_at, revision, spec, origin, owner, attempt, payload_bytes, chat';

/** One row of `runs`. */
export interface RunRow {
  readonly seq: number;
  readonly id: RunId;
  readonly trigger: TriggerId;
  readonly source: RunSource;
  readonly state: RunState;
  readonly reason: string | null;
  readonly due_at: number;
  readonly admitted_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly revision: number;
  readonly spec: number;
  readonly origin: RunId | null;
  readonly owner: BootId | null;
  /** Number of the newest attempt; 0: none yet. */
  readonly attempt: number;
  readonly payload_bytes: number;
  readonly chat: string | null;
}

/** One row of `attempts`. */
export interface AttemptRow {
  readonly number: number;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly exit_code: number | null;
  readonly ended_by: EndedBy | null;
  readonly reason: string | null;
}

/** One row of `payloads`. */
export interface PayloadRow {
  readonly content_type: string;
  readonly headers: string;
  readonly body: Uint8Array;
}

/** The run as views show it. */
export function toRun(row: RunRow, attempts: readonly AttemptRow[]): Run {
  return {
    id: row.id,
    trigger: row.trigger,
    source: row.source,
    state: row.state,
    reason: row.reason,
    dueAt: row.due_at,
    admittedAt: row.admitted_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    revision: row.revision,
    origin: row.origin,
    attempts: attempts.map(toAttempt),
    payloadBytes: row.payload_bytes,
    chat: row.chat,
  };
}

/** The payload as it was handed over. */
export function toPayload(row: PayloadRow): Payload {
  return {
    body: row.body,
    contentType: row.content_type,
    headers: JSON.parse(row.headers) as Readonly<Record<string, string>>,
  };
}

function toAttempt(row: AttemptRow): Attempt {
  return {
    number: row.number,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    exitCode: row.exit_code,
    endedBy: row.ended_by,
    reason: row.reason,
  };
}
