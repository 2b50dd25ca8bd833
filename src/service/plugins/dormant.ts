/** Decides whose state is dormant: that of plugins which are gone or cannot be loaded, not of those only switched off. */
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { DormantPlugin } from '../../core/plugin.ts';
import type { DormantLook } from '../../plugins/dormant.ts';
import { dormantPlugins, sweepDormant } from '../../plugins/dormant.ts';
import type { PluginTable } from '../../plugins/table.ts';

/** What looking after it needs. Look once the plugins of the start are loaded: before, nobody seems to use any state. */
export interface DormantDeps {
  /** What serves now. */
  readonly table: PluginTable;
  readonly ledger: Pick<ChatLedger, 'remember' | 'remembered' | 'memories'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Whose state nobody uses. */
export function dormantStates({ ledger, ...deps }: DormantDeps): Promise<readonly DormantPlugin[]> {
  return dormantPlugins(ledger, lookAt(deps));
}

/** Deletes what nobody used for long enough. Nothing is to be loaded meanwhile: it may need its state. */
export async function sweepStates({ ledger, log, ...deps }: DormantDeps): Promise<void> {
  for (const id of await sweepDormant(ledger, lookAt(deps)))
    log.info('the state of a plugin is deleted: it was not there for 30 days', { plugin: id });
}

function lookAt({ table, clock }: Pick<DormantDeps, 'table' | 'clock'>): DormantLook {
  const isThere = (id: string): boolean => {
    const entry = table.get(id);
    return entry !== undefined && (entry.live !== undefined || entry.last.kind === 'disabled');
  };
  return { isThere, now: clock.now() };
}
