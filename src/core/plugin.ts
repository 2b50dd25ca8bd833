/** Decides what is said of plugins: what is configured of them, what is loaded, and what a reload came to. */
import type { JsonObject } from './json.ts';

/** What the configuration says of one plugin. */
export interface OnePluginSettings {
  readonly enabled: boolean;
  /** Reload it when its files change. */
  readonly watch: boolean;
  readonly config: JsonObject;
  readonly limits: PluginLimits;
}

/** What a plugin may take before it is ended, or the call of it. */
export interface PluginLimits {
  /** Heap of a generation, MB. */
  readonly memoryMb: number;
  /** For the answer of a chat command, ms. */
  readonly callMs: number;
  /** From the start of a generation until it serves, `init` included, ms. */
  readonly startMs: number;
}

/** What holds where the configuration says nothing. */
export const defaultPluginLimits: PluginLimits = { memoryMb: 128, callMs: 30_000, startMs: 10_000 };

/** What the configuration says of plugins; nothing else decides which are enabled. */
export interface PluginSettings {
  readonly enabled: boolean;
  /** Only these, where it is not empty. */
  readonly only: readonly string[];
  /** Absolute path of `plugins`, which need not be there. */
  readonly folder: string;
  readonly named: ReadonlyMap<string, OnePluginSettings>;
}

/** A plugin as people see it. */
export interface PluginView {
  readonly id: string;
  readonly state: 'loaded' | 'failed' | 'disabled';
  /** Counts up with each version that served; null: none serves. */
  readonly generation: number | null;
  /** Of the files of that generation, the first 12 hex digits of a SHA-256; null: none serves. */
  readonly hash: string | null;
  /** `added`, `refreshed`, or `failed: ` with the reason; of the last time that something was done. */
  readonly lastResult: string;
  /** Epoch ms of that. */
  readonly lastAt: number;
  readonly description: string;
  /** Chat commands that it answers, without the slash. */
  readonly commands: readonly string[];
  readonly actions: readonly string[];
  readonly verifiers: readonly string[];
  readonly filters: readonly string[];
  /** Calls under way. */
  readonly inFlight: number;
  readonly watching: boolean;
  /** Its files have changed, and it waits until they are at rest. */
  readonly pending: boolean;
}

/** A plugin that does not serve, and of which there is state. */
export interface DormantPlugin {
  readonly id: string;
  /** Epoch ms; then its state is deleted. */
  readonly keptUntil: number;
}

/** All of them; `watching` false: no watcher is at work, whatever is said of single ones. */
export interface PluginsView {
  readonly watching: boolean;
  readonly folder: string;
  readonly plugins: readonly PluginView[];
  readonly dormant: readonly DormantPlugin[];
}

/** What a reload of plugins came to; the names are those of the table that serves afterwards. */
export interface PluginReport {
  readonly refreshed: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly failed: readonly PluginFailure[];
  readonly unchanged: readonly string[];
  /** Those that the configuration switches off: they are unloaded, not reloaded. */
  readonly disabled: readonly string[];
}

/** A plugin that could not be loaded; `keeps`: the generation that goes on, null where there is none. */
export interface PluginFailure {
  readonly id: string;
  readonly reason: string;
  readonly keeps: number | null;
}

/** A line of a plugin's log; `at` in epoch ms. */
export interface PluginLogLine {
  readonly at: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
}

/** So many lines of a plugin's log are kept. */
export const MAX_PLUGIN_LINES = 500;

/** Which lines of a plugin's log are asked for; without bounds all that are kept. */
export interface PluginLogQuery {
  readonly id: string;
  readonly limit?: number;
  /** Epoch ms. */
  readonly since?: number;
}

/** What of a plugin the configuration can name: what triggers do, who knows their senders, what templates filter by. */
export type PluginPartKind = 'actions' | 'verifiers' | 'filters';

/** One of them, written `ID` or `ID.NAME`. */
export interface PluginPart {
  readonly plugin: string;
  /** Absent: its only one of the kind, or `default`. */
  readonly name?: string;
}

/** What a plugin may call its actions, verifiers and filters. */
const PART_NAME = /^[A-Za-z][\w-]{0,63}$/;

/** Whether something that a plugin has can be called so. */
export function isPartName(name: string): boolean {
  return PART_NAME.test(name);
}

/** What `ID` or `ID.NAME` names; whether the words are names is for `isPluginId` and `isPartName` to say. */
export function pluginPartOf(written: string): PluginPart {
  const dot = written.indexOf('.');
  return dot === -1 ? { plugin: written } : { plugin: written.slice(0, dot), name: written.slice(dot + 1) };
}

/** A filter of a plugin as a template uses it. */
export interface FilterUse {
  readonly part: PluginPart;
  /** What it filters and what stands behind its name: values of the template, as JSON has them. */
  readonly value: unknown;
  readonly args: readonly unknown[];
}

/** What the filter makes of it, or why it makes nothing. */
export type FilterAnswer =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

/** Asks the plugin, within seconds; never rejects. */
export type ApplyFilter = (use: FilterUse) => Promise<FilterAnswer>;

/** What an action of the configuration names. */
export function actionPart({
  plugin,
  action,
}: {
  readonly plugin: string;
  readonly action?: string;
}): PluginPart {
  return action === undefined ? { plugin } : { plugin, name: action };
}

/** Ids of plugins: a letter, then up to 31 of a–z, 0–9, `_` and `-`. */
const PLUGIN_ID = /^[a-z][a-z0-9_-]{0,31}$/;

/** Whether a text is the id of a plugin. */
export function isPluginId(text: string): boolean {
  return PLUGIN_ID.test(text);
}

/** What holds for a plugin of which the configuration says nothing. */
export const unnamedPlugin: OnePluginSettings = {
  enabled: true,
  watch: false,
  config: {},
  limits: defaultPluginLimits,
};

/** What holds for the plugin of that id. */
export function settingsOf(settings: PluginSettings, id: string): OnePluginSettings {
  const own = settings.named.get(id) ?? unnamedPlugin;
  const isMeant = settings.enabled && (settings.only.length === 0 || settings.only.includes(id));
  return { ...own, enabled: own.enabled && isMeant };
}
