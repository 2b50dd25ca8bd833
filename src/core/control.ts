/**
 * Decides what can be asked of a running service: the port behind the HTTP API, the command line, chat and dashboard.
 *
 * A front end translates its words into these calls and the answers back; no rule lives in it. Every call may reject
 * with an `AppError`; the codes each one uses are named beside it. Reading never changes state.
 */
import type { RunId } from './ids.ts';
import type { Pause } from './trigger-ledger.ts';
import type { ReloadReport, ReloadSource } from './event.ts';
import type { ChatAddress, Destination } from './message.ts';
import type { MissedBatch } from './missed.ts';
import type { PluginLogLine, PluginLogQuery, PluginReport, PluginsView } from './plugin.ts';
import type { RestartRequest, RestartTaken } from './restart.ts';
import type { Run, RunState } from './run.ts';
import type { UsageTotals } from './usage-ledger.ts';
import type {
  BotReload,
  Explanation,
  HooksReload,
  OutputChunk,
  PendingShot,
  Plan,
  Replay,
  RevisionView,
  RunDetails,
  ServiceStatus,
  Taken,
  TelemetryReload,
  TerminalMessage,
  TriggerView,
  Upcoming,
  WholeReload,
} from './views.ts';

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

/**
 * A trigger may be named in full (`cron:nightly`) or by its own id where that is unambiguous; a run by its id or any
 * prefix that fits one run.
 */
export interface Control {
  status(): Promise<ServiceStatus>;
  runs(filter: {
    readonly trigger?: string;
    readonly state?: RunState;
    /** Only dead letters: failed runs that none repeats. Not beside `state`. */
    readonly dead?: boolean;
    /** Only runs that this chat is told of, see `chatKey`. */
    readonly chat?: string;
    readonly limit: number;
  }): Promise<readonly Run[]>;
  /** `not_found`, `ambiguous`. */
  run(id: string): Promise<RunDetails>;
  /** The run that a message of this chat is about; undefined: it is about none. */
  runOfMessage(to: ChatAddress, messageId: number): Promise<RunId | undefined>;
  /** All of them, or those of one chat, or one; crons first, those that are switched off last. `not_found`, `ambiguous` for `trigger`. */
  triggers(filter: { readonly chat?: string; readonly trigger?: string }): Promise<readonly TriggerView[]>;
  /** The longest beginning that names a trigger, and what stands behind it; where none does, the first word. */
  splitTrigger(query: { readonly text: string }): { readonly trigger: string; readonly rest: string };
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
  /**
   * What was found to be missed at that moment (epoch ms), else the last time that anything was; undefined: nothing. With
   * `chat`, only what that chat is told of, see `chatKey`.
   */
  missed(query: { readonly at?: number; readonly chat?: string }): Promise<MissedBatch | undefined>;
  /**
   * Runs what was found to be missed then: of each trigger the last moment, unless a later one was made up, or all up to
   * its `missed_limit` of those that are left. Empty: nothing is left, it is made up or left out already. `not_found`,
   * `queue_full`, `unavailable`, and `conflict` where the budgets of all are used up.
   */
  makeUp(request: {
    readonly at: number;
    readonly which: 'last' | 'all';
    readonly chat?: string;
    readonly order?: ChatOrder;
  }): Promise<readonly Taken[]>;
  /** What was found to be missed then is left out for good. Answers with how many moments. `unavailable`. */
  leaveOut(query: { readonly at: number; readonly chat?: string }): Promise<number>;
  /** Runs a trigger now. `not_found`, `ambiguous`, `conflict` (it is switched off), `queue_full`, `draining`, `unavailable`. */
  fire(request: {
    readonly trigger: string;
    readonly data?: Uint8Array;
    readonly contentType?: string;
    readonly order?: ChatOrder;
  }): Promise<Taken>;
  /** Starts an agent now. `invalid_argument`, `not_found`, `conflict` (no session to continue), `draining`, `unavailable`. */
  ask(request: Ask & { readonly order?: ChatOrder }): Promise<Taken>;
  /**
   * The instant that a person means, epoch ms; `18:00` is its next one (`coming`) or its last (`past`). Without `zone` it is
   * read on the clock that `why` answers by about `trigger`: that of the cron of this name, else the default one.
   * `invalid_argument`.
   */
  readTime(request: {
    readonly text: string;
    readonly trigger?: string;
    readonly zone?: string;
    readonly side: 'coming' | 'past';
  }): Promise<number>;
  /**
   * Runs something once, at most 366 days ahead. `when` is what a person wrote. `invalid_argument`, `not_found`,
   * `conflict` (the trigger is switched off), `draining`, `unavailable`.
   */
  at(request: { readonly when: string; readonly what: AtWhat; readonly zone?: string }): Promise<Taken>;
  /**
   * Asks an agent once, from a chat: 10 s to 366 days ahead, as many at a time as `max_pending` says. `text` is the moment
   * and, behind it, the prompt. `invalid_argument`, `not_found`, `queue_full`, `draining`, `unavailable`.
   */
  askLater(request: {
    readonly text: string;
    readonly ask: Omit<Ask, 'prompt' | 'continues'>;
    readonly zone?: string;
    readonly order: ChatOrder;
  }): Promise<PendingShot>;
  /** One-shots of a chat (see `chatKey`) that are still to come, the nearest first. */
  pending(query: { readonly chat: string }): Promise<readonly PendingShot[]>;
  /**
   * Keeps what a person's request without a name comes to, before it is acted on; answers with the first choice that was
   * kept for that request. None is kept of an empty one, and one at a time of each chat. `unavailable`.
   */
  decide(request: {
    readonly chat: string;
    readonly request: string;
    readonly choice: readonly RunId[];
  }): Promise<readonly RunId[]>;
  /** Ends a run, whether it waits or runs; `wait` false: without waiting for its end. `not_found`, `conflict`. */
  cancel(id: string, options?: { readonly wait: boolean }): Promise<Run>;
  /** A new run of a finished one, which does what that did; `overBudget`: whatever its budget says. `not_found`, `conflict`, `draining`, `unavailable`. */
  retry(id: string, options?: { readonly order?: ChatOrder; readonly overBudget?: boolean }): Promise<Taken>;
  /**
   * Runs what was admitted from `since` on and before `until` (epoch ms, else now) again, each as a new run of the source
   * `replay`, under its trigger as it is configured now: dead letters, or all that ended in `state`, or all that ended.
   * `dryRun` only answers with which. At most the newest 10,000 at once. `conflict`, `invalid_argument`, `draining`, `unavailable`.
   */
  replay(request: {
    readonly since: number;
    readonly until?: number;
    readonly trigger?: string;
    readonly state?: RunState;
    readonly all?: boolean;
    readonly dryRun?: boolean;
  }): Promise<Replay>;
  /**
   * Trigger undefined: everything. For so long or until then (epoch ms), one of the two; without both: until resumed.
   * `not_found`, `ambiguous`, `invalid_argument` (it would be over already, or both are given).
   */
  pause(request: {
    readonly trigger?: string;
    readonly forMs?: number;
    readonly until?: number;
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
  /** The configuration, the plugins and the hooks again: each that is bad leaves what it last was, and the others go on. */
  reloadAll(source: ReloadSource): Promise<WholeReload>;
  /**
   * Connects a bot again, or all, one after another, with what the live configuration says of them. Rejects with
   * `not_found`; with `conflict` while that is under way; with `invalid_config` when the token is refused and
   * `unavailable` when it is not confirmed in time: the old connection goes on then. `isWaiting`: only where the saved
   * file says something else of it, else `conflict`.
   */
  reloadBots(which: {
    readonly bot?: string | undefined;
    readonly isWaiting?: boolean;
  }): Promise<readonly BotReload[]>;
  /** Reads the files of hooks again. `empty`: a file that is gone has no hooks any more; else those that it had stay in force. */
  reloadHooks(how: { readonly empty: boolean }): Promise<HooksReload>;
  /** Sends the spans that wait, for at most two seconds, and begins exporting anew as the live configuration says. */
  reloadTelemetry(): Promise<TelemetryReload>;
  plugins(): Promise<PluginsView>;
  /** Takes up what lies in the plugins folder, of all or of one. `invalid_argument`, `not_found`, `unavailable`. */
  reloadPlugins(which: { readonly id?: string }): Promise<PluginReport>;
  /** Watches a plugin until the service stops, or no more; without an id, all watchers are switched. `not_found`. */
  watchPlugins(which: { readonly id?: string; readonly watch: boolean }): Promise<PluginsView>;
  /**
   * The last lines that a plugin has logged, oldest first: `limit` of those that came at `since` (epoch ms) or later.
   * `not_found`.
   */
  pluginLog(which: PluginLogQuery): Promise<readonly PluginLogLine[]>;
  /** Puts a revision back until the files change; `to` undefined: the one before what is live. `not_found`. */
  rollback(request: {
    readonly to?: number | undefined;
    readonly source: ReloadSource;
  }): Promise<ReloadReport>;
  /** Those that can be put back, newest first. */
  revisions(): Promise<readonly RevisionView[]>;
  plan(): Promise<Plan>;
  /**
   * Leaves and comes back; answers once that has begun. `invalid_config` (what is on disk does not load), `conflict` (too
   * often, with the time to wait), `draining` (it leaves already), `unavailable`; by force only `draining`.
   */
  restart(request: RestartRequest): Promise<RestartTaken>;
}
