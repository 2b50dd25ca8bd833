/** Decides how a plugin is shown. */
import type { PluginView } from '../../core/plugin.ts';
import { keysIn } from '../../plugins/named.ts';
import type { Entry } from '../../plugins/table.ts';
import { shapeNow } from '../../plugins/table.ts';

/** What the table does not know. */
export interface Around {
  /** Epoch ms of the last result. */
  readonly at: number;
  readonly watching: boolean;
  readonly pending: boolean;
}

/** The plugin as people see it; one whose worker has died begins again with the next call. */
export function viewOf(entry: Entry, { at, watching, pending }: Around): PluginView {
  const { id, live, last } = entry;
  const shape = shapeNow(entry);
  const death = live?.host.death;
  const failure =
    last.kind === 'failed' ? last.reason : death && `${death}; it begins again with the next call`;
  return {
    id,
    state: last.kind === 'disabled' ? 'disabled' : failure === undefined ? 'loaded' : 'failed',
    generation: live?.number ?? null,
    hash: live?.hash ?? null,
    lastResult: failure === undefined ? last.kind : `failed: ${failure}`,
    lastAt: at,
    description: shape?.description ?? '',
    commands: shape?.commands.map(({ name }) => name) ?? [],
    actions: keysIn(shape, 'actions'),
    verifiers: keysIn(shape, 'verifiers'),
    filters: keysIn(shape, 'filters'),
    inFlight: live?.host.inFlight ?? 0,
    watching,
    pending,
  };
}
