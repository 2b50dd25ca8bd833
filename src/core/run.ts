/**
 * Decides what states a run passes through.
 *
 *   scheduled ─→ queued ─→ running ─→ succeeded | failed | cancelled
 *       │           │         ├─→ scheduled   (an attempt failed, another follows after its backoff)
 *       │           │         ├─→ queued      (interrupted by a stop or a crash, and allowed to run again)
 *       │           │         └─→ skipped     (a hook denied it before its first attempt did anything)
 *       ├───────────┴─→ cancelled | skipped | missed | superseded     (it never ran)
 *
 * A row may also be born in `skipped` or `missed`: a due moment that was never going to run is recorded all the
 * same. The six terminal states never change; what runs again is a new run that names its origin.
 */
import type { BootId, RunId, TriggerId } from './ids.ts';
import type { RunSpec } from './action.ts';
import type { AgentReport } from './agent.ts';
import type { EndedBy } from './ending.ts';

export const runStates = [
  'scheduled',
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'skipped',
  'missed',
  'superseded',
] as const;
export type RunState = (typeof runStates)[number];

const next = {
  scheduled: ['queued', 'cancelled', 'skipped', 'missed', 'superseded'],
  queued: ['running', 'cancelled', 'skipped', 'missed', 'superseded'],
  running: ['succeeded', 'failed', 'cancelled', 'scheduled', 'queued', 'skipped'],
  succeeded: [],
  failed: [],
  cancelled: [],
  skipped: [],
  missed: [],
  superseded: [],
} as const satisfies Record<RunState, readonly RunState[]>;

/** The states in which a run may be born. */
export const birthStates = [
  'scheduled',
  'queued',
  'skipped',
  'missed',
] as const satisfies readonly RunState[];
export type BirthState = (typeof birthStates)[number];

/** True when the rules allow a run in state `from` to become `to`; every writer of the ledger asks this first. */
export function transition(from: RunState, to: RunState): boolean {
  return (next[from] as readonly RunState[]).includes(to);
}

/** True for the states that never change. */
export function isTerminal(state: RunState): boolean {
  return next[state].length === 0;
}

/** Where an occurrence came from. `retry` and `replay` are new runs of an old one, named by `origin`. */
export const runSources = ['cron', 'webhook', 'at', 'manual', 'retry', 'replay'] as const;
export type RunSource = (typeof runSources)[number];

export type { EndedBy } from './ending.ts';

/** One try at executing a run. Times are epoch ms; `exitCode` is null for actions without a process or a killed one. */
export interface Attempt {
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly exitCode: number | null;
  readonly endedBy: EndedBy | null;
  readonly reason: string | null;
}

/** What a sender or a person handed over: raw bytes as received and the headers that are not secret. */
export interface Payload {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One row of the ledger, as views show it. Times are epoch ms. */
export interface Run {
  readonly id: RunId;
  readonly trigger: TriggerId;
  readonly source: RunSource;
  readonly state: RunState;
  /** Why it is in this state, in words; null while nothing needs saying. */
  readonly reason: string | null;
  readonly dueAt: number;
  readonly admittedAt: number;
  /** Start of the first attempt. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly revision: number;
  /** The run this one repeats, for `retry` and `replay`. */
  readonly origin: RunId | null;
  readonly attempts: readonly Attempt[];
  readonly payloadBytes: number;
  /** The chat that is told of it, see `chatKey`; null: none. */
  readonly chat: string | null;
}

/** A run that was claimed: its lease belongs to `owner` until the attempt is settled or the owner's process is gone. */
export interface ClaimedRun {
  readonly id: RunId;
  readonly trigger: TriggerId;
  readonly source: RunSource;
  readonly dueAt: number;
  readonly admittedAt: number;
  readonly revision: number;
  /** Why it was queued as it was (late, repeated), in words; null for the ordinary. */
  readonly reason: string | null;
  readonly spec: RunSpec;
  readonly payload: Payload | undefined;
  /** Number of this attempt, from 1; together with `owner` it fences off writers that lost their lease. */
  readonly attempt: number;
  /** Start of the first attempt, epoch ms; the deadline counts from here. */
  readonly firstStartedAt: number;
  readonly owner: BootId;
}

/** How one attempt went, with the same fields whether it did or not. */
export interface Outcome {
  /** `denied`: a hook did not let it begin. */
  readonly kind: 'succeeded' | 'failed' | 'cancelled' | 'interrupted' | 'denied';
  readonly exitCode: number | null;
  readonly endedBy: EndedBy | null;
  /** Null only for a success that needs no words, and from an action that was told to end: who told it knows why. */
  readonly reason: string | null;
  /** What a failure says of another attempt: it is worth none, or one not within so many ms. Absent: the policy alone decides. */
  readonly again?: 'never' | { readonly notWithinMs: number };
  /** What an agent reported. */
  readonly agent?: AgentReport;
  /** What the run says to its chat, word for word. */
  readonly message?: { readonly text: string; readonly silent: boolean };
}
