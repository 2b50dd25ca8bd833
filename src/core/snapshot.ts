/** Decides what the program is configured to do right now: one immutable value, replaced whole. */
import type { TriggerId } from './ids.ts';
import type { Secret } from './secret.ts';
import type { CronTrigger, Trigger, WebhookTrigger } from './trigger.ts';
import type { EngineSpec, RunPolicy } from './action.ts';
import type { PluginSettings } from './plugin.ts';
import type { ChatSettings } from './chat-settings.ts';
import type { HookPlace } from './hook.ts';
import type { TlsPair } from './tls.ts';

/** Something worth saying about a configuration file; lines and columns count from 1. */
export interface Issue {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Dotted key, e.g. `triggers.crons[2].schedule`. */
  readonly path: string;
  /** What is wrong, what was expected, and the remedy; holds no secret value. */
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** When a change of a key takes effect. */
export const reloadClasses = [
  'applied',
  'listener_reload',
  'bot_reload',
  'telemetry_reload',
  'restart',
  'none',
] as const;
export type ReloadClass = (typeof reloadClasses)[number];

/** Where the service listens and what it lets in. */
export interface ServerSettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Requests a minute: default of each webhook. */
  readonly rateLimit: number;
  readonly rateLimitTotal: number;
  readonly maxBodyBytes: number;
  readonly trustedProxies: readonly string[];
  /** What stands before the path where senders write it, without a slash at the end; absent: what they say. */
  readonly publicUrl?: string;
  readonly allowUnauthenticated: boolean;
}

/** Bounds of the whole service. */
export interface Limits {
  readonly maxConcurrent: number;
  readonly perEngine: Readonly<Record<string, number>>;
  readonly perProject: Readonly<Record<string, number>>;
  readonly drainTimeoutMs: number;
}

/** How long finished runs stay. */
export interface RetentionSettings {
  readonly maxAgeMs: number;
  readonly maxRuns: number;
}

export interface LogSettings {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** Undefined: standard output. */
  readonly file?: string;
}

export interface ProjectSpec {
  readonly name: string;
  /** Absolute folder. */
  readonly path: string;
  readonly defaultEngine?: string;
  /** Chat of its triggers' messages. */
  readonly chat?: number;
}

/** What the configuration says a run that no trigger describes gets (`at`, manual). */
export interface RunDefaults {
  readonly policy: RunPolicy;
  readonly engine?: string;
  readonly zone: string;
  /** Absolute folder of commands without a project. */
  readonly cwd: string;
}

/** Where spans go. */
export interface TelemetrySettings {
  /** Where batches of spans are posted to, `/v1/traces` included. */
  readonly url: string;
  readonly headers: ReadonlyMap<string, Secret>;
  readonly serviceName: string;
  /** The share of traces that is kept, 0 to 1. */
  readonly sample: number;
  /** What a batch may take, repetitions included. */
  readonly timeoutMs: number;
}

/** The compiled configuration. Everything reachable from it is frozen; a request, a tick and a run read it once. */
export interface Snapshot {
  /** Counts up with every swap, also across restarts. */
  readonly revision: number;
  /** First 12 hex digits of the SHA-256 of the file's text. */
  readonly hash: string;
  readonly file: string;
  readonly loadedAt: number;
  /** False: nothing fires by itself and webhooks are unknown paths. */
  readonly enabled: boolean;
  readonly server: ServerSettings;
  /** What the listener speaks TLS with; undefined: plain HTTP. */
  readonly tls: TlsPair | undefined;
  readonly limits: Limits;
  readonly retention: RetentionSettings;
  readonly log: LogSettings;
  readonly defaults: RunDefaults;
  /** The crons that are switched on. */
  readonly crons: ReadonlyMap<TriggerId, CronTrigger>;
  /** The crons that are switched off, by themselves or with everything. */
  readonly idleCrons: ReadonlyMap<TriggerId, CronTrigger>;
  /** Every cron the file holds, switched on or off, with its arm hash. */
  readonly declaredCrons: ReadonlyMap<TriggerId, string>;
  readonly webhooks: ReadonlyMap<TriggerId, WebhookTrigger>;
  /** The same webhooks by path; the only table a request looks into. */
  readonly routes: ReadonlyMap<string, WebhookTrigger>;
  readonly projects: ReadonlyMap<string, ProjectSpec>;
  readonly engines: ReadonlyMap<string, EngineSpec>;
  readonly chat: ChatSettings;
  /** Where hooks are; what is in those files is no part of it. */
  readonly hooks: readonly [HookPlace, ...HookPlace[]];
  readonly plugins: PluginSettings;
  /** Absent: there are no spans. */
  readonly telemetry?: TelemetrySettings;
  /** What `{{secrets.NAME}}` stands for. */
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly warnings: readonly Issue[];
}

/** Every cron of the file, those that are switched off too: their moments are accounted for as well. */
export function* everyCron({ crons, idleCrons }: Snapshot): Generator<CronTrigger> {
  yield* crons.values();
  yield* idleCrons.values();
}

/** The cron of that id, switched on or off. */
export function cronIn({ crons, idleCrons }: Snapshot, id: TriggerId): CronTrigger | undefined {
  return crons.get(id) ?? idleCrons.get(id);
}

/** The trigger of that id, if it is switched on. */
export function triggerIn({ crons, webhooks }: Snapshot, id: TriggerId): Trigger | undefined {
  return crons.get(id) ?? webhooks.get(id);
}
