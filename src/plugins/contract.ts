/** Decides what a plugin is made of: the SDK `untether/plugin`, which a plugin imports and nothing else of the program. */

/** A value that goes between the service and a plugin; it is copied on the way. */
export type PluginValue = null | boolean | number | string | readonly PluginValue[] | PluginObject;
export type PluginObject = { readonly [key: string]: PluginValue };

/** What a plugin is given. Whatever it registers or starts ends with its generation. */
export interface PluginContext {
  readonly id: string;
  /** `[plugins.NAME.config]` of the configuration. */
  readonly config: PluginObject;
  /** Aborted when this generation is replaced or removed, or the service stops. */
  readonly signal: AbortSignal;
  readonly log: PluginLog;
  readonly state: PluginState;
}

/** Lines go to the service's log and to `untether plugin log ID`. */
export interface PluginLog {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** Small values that survive reloads and restarts, unlike the plugin's own variables. Keys are up to 200 characters. */
export interface PluginState {
  /** Undefined: nothing is kept under that key. */
  get(key: string): Promise<PluginValue | undefined>;
  /** Up to 64 KB as JSON; undefined deletes it. */
  set(key: string, value: PluginValue | undefined): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<readonly string[]>;
}

/** A command that somebody has sent to a chat. */
export interface CommandCall {
  /** What stands behind the command. */
  readonly text: string;
  /** Telegram's ids; no `user` where a chat speaks as itself, or for the terminal. */
  readonly user?: number;
  readonly chat: number;
  /** `user`, `operator` or `admin`. */
  readonly role: string;
  /** Aborted when the answer comes too late to be sent. */
  readonly signal: AbortSignal;
}

/** A chat command; its name is the key it stands under: a letter, then letters, digits and `_`, 32 at most. */
export interface PluginCommand {
  /** One line for help and the bot's menu; without it there is no description. */
  readonly summary?: string;
  /** What may stand behind it, one line each. */
  readonly usage?: readonly string[];
  /** Who may use it; by default everybody who may use the bot. */
  readonly role?: 'user' | 'operator' | 'admin';
  /** Answers with what is said; nothing where it returns nothing. A thrown error is said in its place. */
  run(call: CommandCall, context: PluginContext): string | undefined | Promise<string | undefined>;
}

/** A run that `action = "plugin:ID"` hands over. */
export interface ActionCall {
  readonly run: string;
  /** `cron:nightly`, `webhook:deploy`. */
  readonly trigger: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** Epoch ms. */
  readonly dueAt: number;
  /** What arrived, as text; empty where nothing did. */
  readonly payload: string;
  /** The same, parsed where it is JSON or a form; else null. */
  readonly data: PluginValue;
  /** `with` of the trigger. */
  readonly with: PluginObject;
  /** Aborted when the run is cancelled or out of time. */
  readonly signal: AbortSignal;
}

/** How an action ended; a plain text is the reason of a success. */
export type ActionResult =
  | string
  | undefined
  | { readonly ok: true; readonly reason?: string }
  /** `retry` false: another attempt is worth nothing. */
  | { readonly ok: false; readonly reason: string; readonly retry?: boolean };

/** Something that triggers can do. */
export interface PluginAction {
  /** A thrown error is a failure. */
  run(call: ActionCall, context: PluginContext): ActionResult | Promise<ActionResult>;
}

/** A request to a webhook with `auth = "plugin:ID"`, of which nothing is known yet. */
export interface VerifierCall {
  readonly method: string;
  /** As the sender wrote it: `public_url`, or what the request says of it, with path and query. */
  readonly url: string;
  /** Path and query as received. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes as they came. */
  readonly body: Uint8Array;
  /** Of the sender, past `trusted_proxies`. */
  readonly address: string;
  /** Epoch ms. */
  readonly receivedAt: number;
  /** `secret` of the webhook: those that are valid now, possibly none. */
  readonly secrets: readonly string[];
  /** `with` of the webhook. */
  readonly with: PluginObject;
  /** Aborted when the answer comes too late. */
  readonly signal: AbortSignal;
}

/** Whether the sender is who it should be. */
export type VerifierResult =
  /** `delivery`: the sender's id of it; what comes under the same id within 72 h is the same delivery and runs once. */
  | { readonly ok: true; readonly delivery?: string }
  /** `reason` is for the operator; the sender is told 401 and nothing else. */
  | { readonly ok: false; readonly reason: string };

/** Something that knows senders. */
export interface PluginVerifier {
  /** Headers that prove who sent it, in any case: they are not stored with the delivery. `authorization` never is. */
  readonly headers?: readonly string[];
  /**
   * Has 3 seconds. A thrown error, no answer and a wrong one let nothing in: the sender is told 503, and to come again.
   * Compare secrets by `timingSafeEqual` of `node:crypto`.
   */
  verify(call: VerifierCall, context: PluginContext): VerifierResult | Promise<VerifierResult>;
}

/**
 * A filter of templates, `{{ title | plugin: "ID.NAME", 40 }}`: what it makes of the value, and of what stands behind its
 * name. It has 3 seconds; a thrown error fails what is rendered.
 */
export type PluginFilter = (
  value: PluginValue,
  ...args: readonly PluginValue[]
) => PluginValue | Promise<PluginValue>;

/** What a plugin exports by default. */
export interface PluginDefinition {
  readonly description?: string;
  readonly commands?: Readonly<Record<string, PluginCommand>>;
  readonly actions?: Readonly<Record<string, PluginAction>>;
  readonly verifiers?: Readonly<Record<string, PluginVerifier>>;
  readonly filters?: Readonly<Record<string, PluginFilter>>;
  /** Called once before the plugin serves; a failure keeps the generation before it. */
  init?(context: PluginContext): unknown;
}

/** The definition as it is, with its types checked. */
export function definePlugin(definition: PluginDefinition): PluginDefinition {
  return definition;
}
