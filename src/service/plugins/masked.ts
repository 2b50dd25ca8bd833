/** Decides that what is kept of a plugin's failure, which people get to see, holds no secret. */
import type { Mask } from '../../core/secret.ts';
import type { Entry, PluginTable } from '../../plugins/table.ts';

/** The same table; its reasons are masked. */
export function masked(table: PluginTable, mask: Mask): PluginTable {
  const hidden = (entry: Entry): Entry => {
    const { last } = entry;
    return last.kind === 'failed' ? { ...entry, last: { ...last, reason: mask(last.reason) } } : entry;
  };
  return new Map([...table].map(([id, entry]) => [id, hidden(entry)]));
}
