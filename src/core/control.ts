/**
 * Decides what can be asked of a running service: the port behind the HTTP API, the command line, chat and dashboard.
 *
 * A front end translates its words into these calls and the answers back; no rule lives in it. Every call may reject
 * with an `AppError`; the codes each one uses are named beside it. Reading never changes state.
 */
import type { RunId, TriggerId } from './ids.ts';
import type { Pause, QueueCounts } from './ledger.ts';
import type { ReloadReport, ReloadSource } from './event.ts';
import type { Button, Destination, MessageKind, MessageState } from './message.ts';
import type { Run, RunState } from './run.ts';
import type { Issue } from './snapshot.ts';
import type { UsageTotals } from './usage-ledger.ts';

/** A condition that is raised now. */
export interface RaisedCondition {
  readonly code: string;
  readonly severity: 'warning' | 'error';
  readonly text: string;
  /** Epoch ms. */
  readonly since: number;
}

/** How a bot is doing. */
export interface BotStatus {
  readonly name: string;
  /** `connecting`, `polling`, `auth_failed`, `conflict`, `unreachable` or `stopped`. */
  readonly state: string;
  /** What to do about it; empty where nothing needs doing. */
  readonly detail: string;
}

export interface ServiceStatus {
  readonly version: string;
  readonly revision: number;
  readonly hash: string;
  readonly pid: number;
  readonly startedAt: number;
  /** When the live revision began to serve. */
  readonly servingSince: number;
  readonly memoryBytes: number;
  /** How late the event loop was at worst in the last minute or so, ms. */
  readonly lagMs: number;
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
  readonly bots: readonly BotStatus[];
  /** Messages to chats that wait to be sent, were refused for good, or may not have arrived. */
  readonly outbox: { readonly waiting: number; readonly failed: number; readonly unknown: number };
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
  | ({ readonly kind: 'prompt' } & Ask);

/** What an agent is asked by a person; what is left out is the service's default. */
export interface Ask {
  readonly prompt: string;
  readonly engine?: string;
  readonly project?: string;
  readonly model?: string;
  readonly reasoning?: string;
  readonly permissionMode?: string;
  /** The run whose session is continued, by its engine and in its folder. */
  readonly continues?: RunId;
}

/** The chat that asks for a run: it is told of it. */
export interface ChatOrder {
  readonly to: Destination;
  /** The message that asks. */
  readonly replyTo?: number;
  /** Names the request: asked again under the same name, the answer is the run of the first time. */
  readonly request: string;
}

/** A run that was taken in. */
export interface Taken {
  readonly run: RunId;
  readonly dueAt: number;
}

/** What became of a message about a run. */
export interface MessageView {
  readonly to: Destination;
  readonly kind: MessageKind;
  readonly state: MessageState;
  readonly reason: string | null;
  readonly sentAt: number | null;
}

/** A trigger as people see it. */
export interface TriggerView {
  readonly id: TriggerId;
  /** The schedule in words, or the path. */
  readonly words: string;
  /** IANA name of the schedule's zone; null for a webhook. */
  readonly zone: string | null;
  /** Next fire, epoch ms; null: none that is known. */
  readonly nextAt: number | null;
  readonly last: Pick<Run, 'id' | 'state' | 'reason' | 'dueAt'> | null;
  /** What holds it back: its own pause, else that of everything. */
  readonly pause: Pause | null;
  /** The chat that is told of its runs, see `chatKey`. */
  readonly chat: string | null;
}

/** A message in the terminal's chat. */
export interface TerminalMessage {
  /** The same key again: it takes the place of the one before. */
  readonly key: string;
  readonly text: string;
  readonly buttons: readonly Button[];
  readonly run: RunId | null;
  readonly kind: MessageKind;
}

/** A one-shot that is still to come. */
export interface PendingShot extends Taken {
  /** The beginning of its prompt, or what it does. */
  readonly title: string;
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
    /** Only runs that this chat is told of, see `chatKey`. */
    readonly chat?: string;
    readonly limit: number;
  }): Promise<readonly Run[]>;
  /** `not_found`, `ambiguous`. That it succeeded and that its messages arrived are two facts. */
  run(id: string): Promise<{
    readonly run: Run;
    readonly payload: string | null;
    readonly output: string;
    readonly messages: readonly MessageView[];
  }>;
  /** The run that a message of this chat is about; undefined: it is about none. */
  runOfMessage(to: Destination, messageId: number): Promise<RunId | undefined>;
  /** All of them, or those of one chat, or one; crons first. `not_found`, `ambiguous` for `trigger`. */
  triggers(filter: { readonly chat?: string; readonly trigger?: string }): Promise<readonly TriggerView[]>;
  /** What agents consumed since a moment (epoch ms), by engine. */
  stats(query: { readonly since: number }): Promise<readonly UsageTotals[]>;
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
    readonly order?: ChatOrder;
  }): Promise<Taken>;
  /** Starts an agent now. `invalid_argument`, `not_found`, `conflict` (no session to continue), `draining`, `unavailable`. */
  ask(request: Ask & { readonly order?: ChatOrder }): Promise<Taken>;
  /** The coming instant that a person means, epoch ms. `invalid_argument`. */
  when(request: { readonly text: string; readonly zone?: string }): Promise<number>;
  /** The same of one that is over: `18:00` is its last one. `invalid_argument`. */
  moment(request: { readonly text: string; readonly zone?: string }): Promise<number>;
  /**
   * Runs something once, later. `when` is what a person wrote. From a chat: 10 s to 366 days ahead, as many at a time as
   * `max_pending` says. `invalid_argument`, `not_found`, `queue_full`, `draining`, `unavailable`.
   */
  at(request: {
    readonly when: string;
    readonly what: AtWhat;
    readonly zone?: string;
    readonly order?: ChatOrder;
  }): Promise<Taken>;
  /** One-shots of a chat (see `chatKey`) that are still to come, the nearest first. */
  pending(query: { readonly chat: string }): Promise<readonly PendingShot[]>;
  /** Ends a run, whether it waits or runs; `wait` false: without waiting for its end. `not_found`, `conflict`. */
  cancel(id: string, options?: { readonly wait: boolean }): Promise<Run>;
  /** A new run of a finished one; `overBudget`: whatever its budget says. `not_found`, `conflict`, `draining`, `unavailable`. */
  retry(id: string, options?: { readonly order?: ChatOrder; readonly overBudget?: boolean }): Promise<Taken>;
  /** `not_found`; `forMs` undefined: until resumed; trigger undefined: everything. */
  pause(request: {
    readonly trigger?: string;
    readonly forMs?: number;
    readonly by: string;
  }): Promise<readonly Pause[]>;
  resume(request: { readonly trigger?: string }): Promise<readonly Pause[]>;
  /** Leaves the messages of a trigger out of a chat for a while; `forMs` 0 ends that. Answers until when. `not_found`. */
  mute(request: { readonly trigger: string; readonly chat: string; readonly forMs: number }): Promise<number>;
  /** Says something in the terminal's chat, as somebody who may do everything; answers with what is said in return. */
  say(request: { readonly text: string; readonly request: string }): Promise<readonly TerminalMessage[]>;
  /** What is said unasked in the terminal's chat from now on, such as the answers of agents. */
  hear(signal: AbortSignal): AsyncIterable<TerminalMessage>;
  reload(source: ReloadSource): Promise<ReloadReport>;
  plan(): Promise<Plan>;
}
