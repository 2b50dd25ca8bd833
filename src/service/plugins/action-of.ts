/** Decides which action of a plugin a trigger means, and why it would have none to call. */
import type { PluginAction } from '../../core/action.ts';
import type { PluginTable } from '../../plugins/table.ts';

/** Its name; undefined: there is none, or no generation serves. */
export function actionOf(table: PluginTable, { plugin, action }: PluginAction): string | undefined {
  const actions = table.get(plugin)?.live?.host.shape.actions ?? [];
  if (action !== undefined) return actions.find((one) => one === action);
  return actions.length === 1 ? actions[0] : actions.find((one) => one === 'default');
}

/** Why a run would have nobody to call; undefined: it has. */
export function lackOf(table: PluginTable, spec: PluginAction): string | undefined {
  if (actionOf(table, spec) !== undefined) return undefined;
  const entry = table.get(spec.plugin);
  if (entry?.live !== undefined)
    return `the plugin ${spec.plugin} has no action ${spec.action ?? 'of its own'}`;
  const why = entry?.last.kind === 'failed' ? entry.last.reason : (entry?.last.kind ?? 'it is not there');
  return `the plugin ${spec.plugin} is not loaded: ${why}`;
}
