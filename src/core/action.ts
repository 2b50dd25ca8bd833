/** Decides what a run does: the actions as data, resolved from the configuration and stored with each run. */
import type { TriggerId } from './ids.ts';
import type { AgentTools, BuiltinEngine } from './agent.ts';
import type { EndedBy } from './ending.ts';
import type { RunId } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Destination } from './message.ts';
import type { PluginPart } from './plugin.ts';
import type { ReportTargets } from './report-target.ts';

/**
 * A template in the operator's own words, e.g. `{{pull_request.number}}`; compiled when it is used, checked when the
 * file is loaded. Text of payloads never becomes a template.
 */
export type Template = string;

/** Starts a program by argv; no shell unless `shell`, which allows no template. */
export interface CommandAction {
  readonly kind: 'command';
  readonly argv: readonly Template[];
  /** Run `argv[0]` by `/bin/sh -c`; only with no template in it. */
  readonly shell: boolean;
  readonly env: Readonly<Record<string, Template>>;
  /** Absolute folder. */
  readonly cwd: string;
  readonly stdin: 'payload' | 'none';
  /** Let an argv element that comes from a payload begin with `-`. */
  readonly allowFlags: boolean;
  /** Variables that hooks added to this attempt: texts, no templates. */
  readonly hookEnv?: Readonly<Record<string, string>>;
}

/** Sends the payload, or a template, to a URL. */
export interface HttpForwardAction {
  readonly kind: 'http_forward';
  readonly url: Template;
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly headers: Readonly<Record<string, Template>>;
  /** Absent: the raw payload is sent on. */
  readonly body?: Template;
  /** Names of headers of the delivery that are sent on too. */
  readonly relayHeaders: readonly string[];
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** CIDR ranges that are reachable although they are not public. */
  readonly allowPrivate: readonly string[];
}

/** Writes the payload, or a template, to a file inside `root`. */
export interface FileWriteAction {
  readonly kind: 'file_write';
  readonly path: Template;
  /** Absolute folder that confines what the template makes of the path. */
  readonly root: string;
  readonly body?: Template;
  /** The payload names files that are in their places already: they are looked for, and nothing is written. */
  readonly isStored?: boolean;
  readonly onConflict: 'overwrite' | 'append_timestamp' | 'error' | 'append';
}

/** Sends a message. */
export interface NotifyAction {
  readonly kind: 'notify_only';
  readonly message: Template;
  readonly silent: boolean;
}

/** Calls what a plugin can do. */
export interface PluginAction {
  readonly kind: 'plugin';
  /** Its id. */
  readonly plugin: string;
  /** One of its actions; absent: its only one, or `default`. */
  readonly action?: string;
  readonly with: JsonObject;
}

/** Starts a coding agent on a prompt. */
export interface AgentAction {
  readonly kind: 'agent_run';
  /** As the operator wrote it, without a template in it. */
  readonly prompt?: string;
  readonly promptTemplate?: Template;
  readonly engine: EngineSpec;
  /** Absolute folder of the project. */
  readonly cwd: string;
  readonly model?: string;
  readonly reasoning?: string;
  readonly permissionMode?: string;
  /** Data of the payload is marked as untrusted in the prompt. */
  readonly untrusted: boolean;
  /** What the agent may use; absent in runs of an older version: everything. */
  readonly tools?: AgentTools;
  /** How the payload is handed over; absent: as a file above 8 KB. */
  readonly payloadAs?: 'file' | 'text';
  /** Go on with the last session of this trigger, or with that of a run; absent: begin a new one. */
  readonly continues?: { readonly kind: 'trigger' } | { readonly kind: 'run'; readonly run: RunId };
  readonly budget?: Budget;
  /** Variables that hooks added to this attempt: texts, no templates. */
  readonly hookEnv?: Readonly<Record<string, string>>;
  /** A hook wrote the prompt, which may repeat the payload. */
  readonly isPromptOfHook?: boolean;
}

/** What the runs of a trigger may consume. Days are those of the default time zone. */
export interface Budget {
  readonly runsPerDay?: number;
  /** US dollars. */
  readonly costPerDay?: number;
  /** Input and output together. */
  readonly tokensPerRun?: number;
  /** Over it, the run is skipped; `ask`: and the chat is asked whether it should run all the same. */
  readonly over: 'skip' | 'ask';
}

/** A coding-agent CLI as configured. */
export interface EngineSpec {
  readonly name: string;
  /** The agent whose command line the program knows: `command` is then its program and words to go behind it. */
  readonly builtin?: BuiltinEngine;
  /** argv; `{prompt}` in an element is replaced by the prompt, else the prompt goes to stdin. */
  readonly command: readonly string[];
  readonly output: 'text' | `jsonl:${string}`;
  readonly env: Readonly<Record<string, Template>>;
  /** Model of runs that name none. */
  readonly model?: string;
}

/** What is fetched before the action runs; its data joins the template values under `storeAs`. */
export interface FetchSpec {
  readonly kind: 'http_get' | 'http_post' | 'file_read';
  readonly url?: Template;
  readonly headers: Readonly<Record<string, Template>>;
  readonly body?: Template;
  readonly path?: Template;
  readonly root: string;
  readonly timeoutMs: number;
  readonly parseAs: 'text' | 'json' | 'lines';
  readonly storeAs: string;
  readonly onFailure: 'abort' | 'run_with_error';
  readonly maxBytes: number;
  readonly allowPrivate: readonly string[];
}

export type ActionSpec =
  CommandAction | HttpForwardAction | FileWriteAction | NotifyAction | PluginAction | AgentAction;
export type ActionKind = ActionSpec['kind'];

/** How a trigger's runs are executed; durations in ms. */
export interface RunPolicy {
  /** Runs of this trigger at once; undefined: as many as the service allows. */
  readonly maxConcurrent?: number;
  readonly timeoutMs: number;
  /** For all attempts together, from the start of the first. */
  readonly deadlineMs?: number;
  readonly killGraceMs: number;
  /** Attempts after the first. */
  readonly retries: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** Exit codes or ways of ending after which another attempt is worth it; undefined: any failure. */
  readonly retryOn?: ReadonlyArray<number | EndedBy>;
  /** What becomes of a run whose service died. */
  readonly onCrash: 'retry' | 'fail';
  readonly maxOutputBytes: number;
}

/** Everything a run needs, resolved at admission; holds references to secrets (`{{secrets.X}}`), never their values. */
export interface RunSpec {
  readonly trigger: TriggerId;
  readonly action: ActionSpec;
  readonly fetch?: FetchSpec;
  /** The filters of plugins that its templates use; absent: none. */
  readonly filters?: readonly PluginPart[];
  readonly policy: RunPolicy;
  readonly project?: string;
  readonly notifyOnSuccess: boolean;
  readonly notifyOnFailure: boolean;
  /** Say so when a run succeeds after one that failed. */
  readonly notifyOnRecovery?: boolean;
  /** The chat that is told of its runs; absent: none. */
  readonly chat?: Destination;
  /** The chat of its notices, where that is another. */
  readonly noticeChat?: Destination;
  /** The message that asked for it. */
  readonly replyTo?: number;
  /** Somebody in the chat asked for it: it is told of there, whatever is muted. */
  readonly asked?: boolean;
  /** The requests that tell the outside of its runs; absent: none. */
  readonly reports?: ReportTargets;
}
