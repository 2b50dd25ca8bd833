/** Decides which plugins are enabled and what each is given, from the tables of the file and from nothing else. */
import { join } from 'node:path';
import type * as z from 'zod';
import type { PluginAction } from '../core/action.ts';
import type { OnePluginSettings, PluginLimits, PluginPart, PluginSettings } from '../core/plugin.ts';
import { isPartName, isPluginId, pluginPartOf } from '../core/plugin.ts';
import type { Frame } from './check.ts';
import { msOf } from './compile-context.ts';
import type { Folders } from './compile-context.ts';
import { jsonObject } from './json-value.ts';
import { fault } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import type { pluginTable } from './schema/plugins.ts';
import type { TriggerConfig } from './schema/trigger.ts';

/** Where plugins lie, beside the configuration file. */
const FOLDER = 'plugins';
/** What stands before the name of what a plugin does. */
const PLUGIN = 'plugin:';
/** Every save waits for the plugins that it begins anew: not for hours. */
const LONGEST_START_MS = 60_000;

/** Compiles `[plugins]`. */
export function compilePlugins(
  { plugins }: Frame,
  folders: Folders,
): { readonly value: PluginSettings; readonly problems: readonly Problem[] } {
  const { enabled = true, ...tables } = plugins ?? {};
  const named = Object.entries(tables).map(([id, table]): readonly [string, OnePluginSettings] => [
    id,
    {
      enabled: table.enabled,
      watch: table.watch,
      config: jsonObject(table.config),
      limits: limitsOf(table),
    },
  ]);
  const only = Array.isArray(enabled) ? enabled : [];
  return {
    value: { enabled: enabled !== false, only, folder: join(folders.config, FOLDER), named: new Map(named) },
    problems: [
      ...named.flatMap(([id, { limits }]) => [
        ...checkId(['plugins', id], id),
        ...checkLimits(['plugins', id], limits),
      ]),
      ...only.flatMap((id, index) => checkId(['plugins', 'enabled', index], id)),
    ],
  };
}

/** The action `plugin:ID` or `plugin:ID.ACTION`; whether it can be done is seen when the trigger fires. */
export function compilePluginAction({ action, with: given = {} }: TriggerConfig): {
  readonly value: PluginAction | undefined;
  readonly problems: readonly Problem[];
  readonly secrets: readonly [];
} {
  const part = pluginPartOf((action ?? '').slice(PLUGIN.length));
  const { plugin, name } = part;
  const problems = checkPart(['action'], part);
  if (problems.length > 0) return { value: undefined, problems, secrets: [] };
  const value = {
    kind: 'plugin',
    plugin,
    ...(name !== undefined && { action: name }),
    with: jsonObject(given),
  } as const;
  return { value, problems: [], secrets: [] };
}

function limitsOf(table: z.output<typeof pluginTable>): PluginLimits {
  return {
    memoryMb: table.max_memory_mb,
    callMs: msOf(table.timeout),
    startMs: msOf(table.start_timeout),
  };
}

function checkLimits(path: KeyPath, { callMs, startMs }: PluginLimits): readonly Problem[] {
  return [
    ...(callMs === 0 ? [fault([...path, 'timeout'], 'must be longer than nothing')] : []),
    ...(startMs === 0 || startMs > LONGEST_START_MS
      ? [fault([...path, 'start_timeout'], 'must be longer than nothing, and 1m at most')]
      : []),
  ];
}

/** The plugin that an `auth` names as the one that knows senders; undefined: it names none. */
export function verifierIn(auth: string | undefined): PluginPart | undefined {
  return auth?.startsWith(PLUGIN) === true ? pluginPartOf(auth.slice(PLUGIN.length)) : undefined;
}

/** What is wrong with `ID` or `ID.NAME` at `path`. */
export function checkPart(path: KeyPath, { plugin, name }: PluginPart): readonly Problem[] {
  if (name === undefined || isPartName(name)) return checkId(path, plugin);
  const words = 'a letter, then up to 63 letters, digits, _ and -';
  return [
    ...checkId(path, plugin),
    fault(path, `no plugin has anything called ${JSON.stringify(name)}: ${words}`),
  ];
}

/** What is wrong with the id of a plugin at `path`. */
export function checkId(path: ReadonlyArray<string | number>, id: string): readonly Problem[] {
  if (isPluginId(id)) return [];
  return [
    fault(path, `${JSON.stringify(id)} is no name of a plugin: a letter, then up to 31 of a–z, 0–9, _ and -`),
  ];
}
