/** Decides how plugins read, in a chat and on a terminal alike: what a reload came to, and how each is doing. */
import { utcDay } from '../core/day.ts';
import type { PluginReport, PluginsView, PluginView } from '../core/plugin.ts';

/** One line with the counts. */
export function pluginReportLine({ refreshed, added, removed, failed, unchanged }: PluginReport): string {
  const named = (ids: readonly string[]): string => (ids.length === 0 ? '' : ` (${ids.join(', ')})`);
  return [
    `refreshed=${refreshed.length}`,
    `added=${added.length}${named(added)}`,
    `removed=${removed.length}${named(removed)}`,
    `failed=${failed.length}`,
    `unchanged=${unchanged.length}`,
  ].join(' ');
}

/** The counts, and a line for each failure; `only`: the one that was asked for. */
export function pluginReportLines(report: PluginReport, only?: string): readonly string[] {
  const off = only !== undefined && report.disabled.includes(only);
  return [
    ...(off ? [`${only} is disabled: unloaded, not reloaded (enable it in untether.toml)`] : []),
    pluginReportLine(report),
    ...report.failed.map(({ id, reason, keeps }) => `• ${id}: ${reason}${keptWords(keeps)}`),
  ];
}

/** A line for each plugin, and for each that is gone and has left state. */
export function pluginLines({ plugins, folder, watching, dormant }: PluginsView): readonly string[] {
  return [
    ...(plugins.length + dormant.length === 0 ? [`no plugins in ${folder}`] : plugins.map(pluginLine)),
    ...dormant.map(
      // In UTC, as nobody waits for the hour.
      ({ id, keptUntil }) => `${id} does not serve; its state is kept until ${utcDay(keptUntil)}`,
    ),
    ...(watching || plugins.length === 0 ? [] : ['watching is switched off']),
  ];
}

function pluginLine({ id, state, generation, hash, lastResult, ...rest }: PluginView): string {
  const { commands, actions, verifiers, filters, description, watching, pending, inFlight } = rest;
  return [
    `${id}: ${state === 'failed' ? lastResult : state}`,
    ...(generation === null ? [] : [`generation ${generation} (${hash})`]),
    ...(description === '' ? [] : [description]),
    ...(commands.length === 0 ? [] : [commands.map((name) => `/${name}`).join(' ')]),
    ...Object.entries({ actions, verifiers, filters }).flatMap(([kind, names]) =>
      names.length === 0 ? [] : [`${kind}: ${names.join(', ')}`],
    ),
    ...(inFlight === 0 ? [] : [`${inFlight} under way`]),
    ...(watching ? [pending ? 'watched, a reload is due' : 'watched'] : []),
  ].join(' · ');
}

function keptWords(keeps: number | null): string {
  return keeps === null ? '' : `; still running generation ${keeps}`;
}
