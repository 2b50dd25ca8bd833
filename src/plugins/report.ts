/** Decides what a reload came to, by what served before and what serves now. */
import type { PluginFailure, PluginReport } from '../core/plugin.ts';
import type { Entry, PluginTable } from './table.ts';

/** The report; both tables are read back from the registry. */
export function reportOf(before: PluginTable, now: PluginTable): PluginReport {
  const entries = [...now.values()];
  const isFailed = ({ last }: Entry): boolean => last.kind === 'failed';
  const good = entries.filter((entry) => entry.live !== undefined && !isFailed(entry));
  const old = ({ id }: Entry): Entry['live'] => before.get(id)?.live;
  const ids = (list: readonly Entry[]): readonly string[] => list.map(({ id }) => id);
  return {
    added: ids(good.filter((entry) => old(entry) === undefined)),
    refreshed: ids(good.filter((entry) => old(entry) !== undefined && old(entry) !== entry.live)),
    unchanged: ids(good.filter((entry) => old(entry) === entry.live)),
    removed: [...before.values()].filter(({ id, live }) => live && !now.get(id)?.live).map(({ id }) => id),
    failed: entries.flatMap(({ id, live, last }) =>
      last.kind === 'failed' ? { id, reason: last.reason, keeps: live?.number ?? null } : [],
    ),
    disabled: ids(entries.filter(({ last }) => last.kind === 'disabled')),
  };
}

/** Whether other generations serve than before. */
export function hasChanged({ refreshed, added, removed }: PluginReport): boolean {
  return refreshed.length + added.length + removed.length > 0;
}

/** Those that did not fail before, or for another reason: nobody wants to hear the same again. */
export function newFailures({ failed }: PluginReport, before: PluginTable): readonly PluginFailure[] {
  return failed.filter(({ id, reason }) => {
    const last = before.get(id)?.last;
    return last?.kind !== 'failed' || last.reason !== reason;
  });
}
