/** Decides what a running service shows of itself: the answers of `Control`, which every front end puts into its own words. */
import type { RunId, TriggerId } from './ids.ts';
import type { HookCounts } from './hook.ts';
import type { PluginReport } from './plugin.ts';
import type { ReloadReport } from './event.ts';
import type { QueueCounts } from './run-ledger.ts';
import type { Pause } from './trigger-ledger.ts';
import type { Button, Destination, MessageKind, MessageState } from './message.ts';
import type { LostReport } from './report-ledger.ts';
import type { Run, RunState } from './run.ts';
import type { Issue } from './snapshot.ts';
import type { DueTally } from './tally.ts';

/** A condition that is raised now. */
export interface RaisedCondition {
  readonly code: string;
  readonly severity: 'warning' | 'error';
  readonly text: string;
  /** Epoch ms. */
  readonly since: number;
}

/** What reloading a bot came to. */
export interface BotReload {
  readonly bot: string;
  readonly how: 'reconnected' | 'rebuilt' | 'connected' | 'disconnected';
  readonly tookMs: number;
}

/** What reading the files of hooks again came to. */
export interface HooksReload {
  /** False: a file is not in force as it is on disk. */
  readonly ok: boolean;
  /** Hooks in force. */
  readonly counts: HookCounts;
  /** Absolute paths of their files. */
  readonly files: readonly string[];
  readonly issues: readonly Issue[];
}

/** What beginning telemetry anew came to. */
export interface TelemetryReload {
  /** Where spans go, in words; null: nowhere. */
  readonly target: string | null;
  /** Spans that waited and could not be sent. */
  readonly dropped: number;
}

/** What reading all that is on disk again came to. */
export interface WholeReload {
  readonly config: ReloadReport;
  readonly plugins: PluginReport;
  readonly hooks: HooksReload;
}

/** How a bot is doing. */
export interface BotStatus {
  readonly name: string;
  /** `connecting`, `polling`, `auth_failed`, `conflict`, `unreachable` or `stopped`. */
  readonly state: string;
  /** What to do about it; empty where nothing needs doing. */
  readonly detail: string;
}

/** How the whole service is doing. */
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
  /** What the listener proves itself with; null: it speaks plain HTTP, or is down. */
  readonly certificate: { readonly expiresAt: number; readonly fingerprint: string } | null;
  /** Everything is paused. */
  readonly paused: boolean;
  readonly pauses: readonly Pause[];
  readonly enabled: boolean;
  readonly crons: number;
  /** How many of them fire once and have done so. */
  readonly spentCrons: number;
  readonly webhooks: number;
  readonly queue: QueueCounts;
  /** Requests to webhooks by verdict (`accepted`, `filtered`, `unauthorized`, …), this UTC day. */
  readonly deliveries: { readonly today: Readonly<Record<string, number>> };
  readonly bots: readonly BotStatus[];
  /** How many plugins serve, and how many could not be loaded as they are now. */
  readonly plugins: { readonly loaded: number; readonly failed: number };
  /** Messages to chats that are still to arrive, were refused for good, or may not have arrived. */
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
  /** What is odd about it (a clock change, a pause that will hold it), or null. */
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

/** A run that was taken in. */
export interface Taken {
  readonly run: RunId;
  readonly dueAt: number;
  /** What a clock change does to the moment that was asked for, and the remedy; absent: nothing. */
  readonly note?: string;
}

/** What became of each run that was to be replayed, in the order of their admission; where `isCut`, there are older ones. */
export interface Replay {
  readonly runs: readonly Replayed[];
  readonly isCut: boolean;
}

/** A run that is replayed, or is not. */
export interface Replayed {
  readonly origin: RunId;
  readonly trigger: TriggerId;
  /** How the old one ended. */
  readonly state: RunState;
  /** When the old one was due, epoch ms. */
  readonly dueAt: number;
  /** The new one; null: there is none. */
  readonly run: RunId | null;
  /** Why it is left out; null: it is not. */
  readonly leftOut: string | null;
}

/** A one-shot that is still to come. */
export interface PendingShot extends Taken {
  /** The beginning of its prompt, or what it does. */
  readonly title: string;
  /** What will hold it back at its moment, as things are now. */
  readonly pause: Pause | null;
}

/** What became of a message about a run. */
export interface MessageView {
  readonly to: Destination;
  readonly kind: MessageKind;
  readonly state: MessageState;
  readonly reason: string | null;
  readonly sentAt: number | null;
}

/** Everything about one run. That it succeeded and that its messages arrived are two facts. */
export interface RunDetails {
  readonly run: Run;
  /** As text; null: there is none. */
  readonly payload: string | null;
  readonly output: string;
  readonly messages: readonly MessageView[];
  /** Pings and callbacks that did not arrive and are tried no more. */
  readonly lostReports: readonly LostReport[];
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
  /** Why the clock has none to come, in words: `never`, `spent; it fires once`; null where one may. */
  readonly never: string | null;
  /** `disabled in the file` of a cron that is switched off, by itself or with everything; null of what may fire. */
  readonly disabled: string | null;
  readonly last: Pick<Run, 'id' | 'state' | 'reason' | 'dueAt'> | null;
  /** What holds it back: of its own pause and that of everything the one that ends last. */
  readonly pause: Pause | null;
  /** What became of its moments in the last 24 h; null where none was skipped, missed or superseded. */
  readonly lately: DueTally | null;
  /** The chat that is told of its runs, see `chatKey`. */
  readonly chat: string | null;
}

/** A message in the terminal's chat. */
export interface TerminalMessage {
  /** The same key again: it takes the place of the one before. */
  readonly key: string;
  readonly text: string;
  /** The stretch of the text that says how long it has taken so far; empty where nothing does. */
  readonly elapsed: string;
  readonly buttons: readonly Button[];
  readonly run: RunId | null;
  readonly kind: MessageKind;
}

/** A configuration that was live and can be put back. */
export interface RevisionView {
  readonly revision: number;
  readonly hash: string;
  /** When it went live, epoch ms. */
  readonly at: number;
  readonly live: boolean;
  /** Of the live one: the revision that it is, in the place of the files; null: it is the files. */
  readonly putBack: number | null;
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
  /** The revision that is live in the place of the files until they change; null: none. */
  readonly putBack: number | null;
}

/** A piece of a run's output, in the order in which it was seen. */
export interface OutputChunk {
  readonly stream: 'out' | 'err';
  readonly text: string;
}
