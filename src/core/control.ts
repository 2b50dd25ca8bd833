/**
 * Decides what can be asked of a running service: the port behind the HTTP API, the command line, chat and dashboard.
 *
 * A front end translates its words into these calls and the answers back; no rule lives in it. Every call may reject
 * with an `AppError`; the codes each one uses are named beside it. Reading never changes state.
 */
import type { RunId, TriggerId } from './ids.ts';
import type { Pause, QueueCounts } from './ledger.ts';
import type { ReloadReport, ReloadSource } from './event.ts';
import type { Run, RunState } from './run.ts';
import type { Issue } from './snapshot.ts';

/** A condition that is raised now. */
export interface RaisedCondition {
  readonly code: string;
  readonly severity: 'warning' | 'error';
  readonly text: string;
  /** Epoch ms. */
  readonly since: number;
}

export interface ServiceStatus {
  readonly version: string;
  readonly revision: number;
  readonly hash: string;
  readonly pid: number;
  readonly startedAt: number;
  /** `http://127.0.0.1:9876`, the address really bound; null when the listener is down. */
  readonly address: string | null;
  /** Everything is paused. */
  readonly paused: boolean;
  readonly pauses: readonly Pause[];
  readonly enabled: boolean;
  readonly crons: number;
  readonly webhooks: number;
  readonly queue: QueueCounts;
  /** Requests to webhooks by verdict (`accepted`, `filtered`, `unauthorized`, …), this UTC day. */
  readonly deliveries: { readonly today: Readonly<Record<string, number>> };
  readonly lastReload: {
    readonly at: number;
    readonly ok: boolean;
    readonly issues: readonly Issue[];
  } | null;
  readonly conditions: readonly RaisedCondition[];
  readonly configFile: string;
  readonly store: string;
  readonly tzData: string;
}

/** One coming fire. */
export interface Upcoming {
  readonly trigger: TriggerId;
  /** Epoch ms. */
  readonly at: number;
  /** The same moment on the zone's clock, ISO 8601 with offset. */
  readonly local: string;
  /** What is odd about it (a clock change), or null. */
  readonly note: string | null;
  /** The schedule as written. */
  readonly expression: string;
  /** IANA name of the zone that it is read in. */
  readonly zone: string;
}

/** Why something did or did not run. */
export interface Explanation {
  readonly trigger: TriggerId;
  readonly dueAt: number | null;
  readonly state: RunState | 'never' | 'unknown';
  readonly reason: string | null;
  readonly sentence: string;
  readonly runId: RunId | null;
}

/** What `/at` and `untether at` start: a configured trigger, a command, or a prompt. */
export type AtWhat =
  | { readonly kind: 'trigger'; readonly trigger: string }
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'prompt'; readonly prompt: string; readonly engine?: string };

/** A run that was taken in. */
export interface Taken {
  readonly run: RunId;
  readonly dueAt: number;
}

/** The difference between the file on disk and what is live. */
export interface Plan {
  readonly ok: boolean;
  readonly issues: readonly Issue[];
  readonly added: readonly TriggerId[];
  readonly removed: readonly TriggerId[];
  readonly modified: readonly TriggerId[];
  readonly next: readonly Upcoming[];
  readonly routesOpened: readonly string[];
  readonly routesClosed: readonly string[];
  readonly needRestart: readonly string[];
}

/** A piece of a run's output; `at` is when it was seen, epoch ms. */
export interface OutputChunk {
  readonly stream: 'out' | 'err';
  readonly text: string;
}

/**
 * A trigger may be named in full (`cron:nightly`) or by its own id where that is unambiguous; a run by its id or any
 * prefix that fits one run.
 */
export interface Control {
  status(): Promise<ServiceStatus>;
  runs(filter: {
    readonly trigger?: string;
    readonly state?: RunState;
    readonly limit: number;
  }): Promise<readonly Run[]>;
  /** `not_found`, `ambiguous`. */
  run(id: string): Promise<{ readonly run: Run; readonly payload: string | null; readonly output: string }>;
  /** The output so far and, with `follow`, all that comes until the run ends. `not_found`. */
  output(
    id: string,
    options: { readonly follow: boolean; readonly signal: AbortSignal },
  ): AsyncIterable<OutputChunk>;
  /** `not_found`, `ambiguous`. Without a trigger: of all, merged and in order. */
  next(query: {
    readonly trigger?: string;
    readonly count: number;
    readonly from?: number;
  }): readonly Upcoming[];
  /** `not_found`, `invalid_argument`. Without `at`: the last due moment. */
  why(query: { readonly trigger: string; readonly at?: number }): Promise<Explanation>;
  /** Runs a trigger now. `not_found`, `ambiguous`, `queue_full`, `draining`, `unavailable`. */
  fire(request: {
    readonly trigger: string;
    readonly data?: Uint8Array;
    readonly contentType?: string;
  }): Promise<Taken>;
  /** Runs something once, later. `when` is what a person wrote. `invalid_argument`, `not_found`, `draining`, `unavailable`. */
  at(request: { readonly when: string; readonly what: AtWhat; readonly zone?: string }): Promise<Taken>;
  /** Ends a run, whether it waits or runs. `not_found`, `conflict`. */
  cancel(id: string): Promise<Run>;
  /** A new run of a finished one. `not_found`, `conflict`, `draining`, `unavailable`. */
  retry(id: string): Promise<Taken>;
  /** `not_found`; `forMs` undefined: until resumed; trigger undefined: everything. */
  pause(request: {
    readonly trigger?: string;
    readonly forMs?: number;
    readonly by: string;
  }): Promise<readonly Pause[]>;
  resume(request: { readonly trigger?: string }): Promise<readonly Pause[]>;
  reload(source: ReloadSource): Promise<ReloadReport>;
  plan(): Promise<Plan>;
}
