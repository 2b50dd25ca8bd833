/** Decides which part of a plugin the configuration means by a name, and why there is nobody to call. */
import type { PluginPart, PluginPartKind } from '../core/plugin.ts';
import type { PluginShape } from './protocol.ts';
import type { PluginTable } from './table.ts';
import { shapeNow } from './table.ts';

/** What each kind is called. */
const nouns = { actions: 'action', verifiers: 'verifier', filters: 'filter' } as const;

/** It may lie in the folder by now: a save of the configuration does not look there. */
const NOT_THERE = 'it is not there; untether plugin reload takes up what is new';

/** The key that it stands under in the plugin; undefined: there is none, or no generation serves. */
export function keyOf(
  table: PluginTable,
  kind: PluginPartKind,
  { plugin, name }: PluginPart,
): string | undefined {
  const entry = table.get(plugin);
  const keys = keysIn(entry && shapeNow(entry), kind);
  if (name !== undefined) return keys.find((key) => key === name);
  return keys.length === 1 ? keys[0] : keys.find((key) => key === 'default');
}

/** Why there is none, as a sentence about the plugin; undefined: there is one. */
export function whyNone(table: PluginTable, kind: PluginPartKind, part: PluginPart): string | undefined {
  if (keyOf(table, kind, part) !== undefined) return undefined;
  const entry = table.get(part.plugin);
  if (entry?.live !== undefined)
    return `the plugin ${part.plugin} has no ${nouns[kind]} ${part.name ?? 'of its own'}`;
  const why = entry?.last.kind === 'failed' ? entry.last.reason : (entry?.last.kind ?? NOT_THERE);
  return `the plugin ${part.plugin} is not loaded: ${why}`;
}

/** The names under which the configuration finds what a plugin has of that kind. */
export function keysIn(shape: PluginShape | undefined, kind: PluginPartKind): readonly string[] {
  if (shape === undefined) return [];
  return kind === 'verifiers' ? shape.verifiers.map(({ name }) => name) : shape[kind];
}
