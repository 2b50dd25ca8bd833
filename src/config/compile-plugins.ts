/** Decides which plugins are enabled and what each is given, from the tables of the file and from nothing else. */
import { join } from 'node:path';
import type { OnePluginSettings, PluginSettings } from '../core/plugin.ts';
import { isPluginId } from '../core/plugin.ts';
import type { Frame } from './check.ts';
import type { PluginAction } from '../core/action.ts';
import type { Folders } from './compile-context.ts';
import { jsonObject } from './json-value.ts';
import { fault } from './problem.ts';
import type { Problem } from './problem.ts';
import type { TriggerConfig } from './schema/trigger.ts';

/** Where plugins lie, beside the configuration file. */
const FOLDER = 'plugins';

/** Compiles `[plugins]`. */
export function compilePlugins(
  { plugins }: Frame,
  folders: Folders,
): { readonly value: PluginSettings; readonly problems: readonly Problem[] } {
  const { enabled = true, ...tables } = plugins ?? {};
  const named = Object.entries(tables).map(
    ([id, { enabled: isOn, watch, config }]): readonly [string, OnePluginSettings] => [
      id,
      { enabled: isOn, watch, config: jsonObject(config) },
    ],
  );
  const only = Array.isArray(enabled) ? enabled : [];
  return {
    value: { enabled: enabled !== false, only, folder: join(folders.config, FOLDER), named: new Map(named) },
    problems: [
      ...named.flatMap(([id]) => checkId(['plugins', id], id)),
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
  const [, plugin = '', name] = /^plugin:([^.]*)(?:\.(.*))?$/s.exec(action ?? '') ?? [];
  const problems = checkId(['action'], plugin);
  if (problems.length > 0) return { value: undefined, problems, secrets: [] };
  const value = {
    kind: 'plugin',
    plugin,
    ...(name !== undefined && { action: name }),
    with: jsonObject(given),
  } as const;
  return { value, problems: [], secrets: [] };
}

function checkId(path: ReadonlyArray<string | number>, id: string): readonly Problem[] {
  if (isPluginId(id)) return [];
  return [
    fault(path, `${JSON.stringify(id)} is no name of a plugin: a letter, then up to 31 of a–z, 0–9, _ and -`),
  ];
}
