/** Decides what is read when somebody asks for all that is on disk: the configuration, then the plugins and the hooks. */
import type { ReloadReport, ReloadSource } from '../core/event.ts';
import type { WholeReload } from '../core/views.ts';
import type { HookFiles } from './hooks/files.ts';
import type { Plugins } from './plugins/plugins.ts';

/** What is read. */
export interface WholeDeps {
  readonly config: (source: ReloadSource) => Promise<ReloadReport>;
  readonly plugins: Pick<Plugins, 'table' | 'reloadSince'>;
  readonly hooks: Pick<HookFiles, 'reload'>;
}

/** What is told of plugins and hooks in parts of their own. */
const TOLD_APART: readonly string[] = ['plugins', 'hooks'];

/** Reads each, whatever became of the one before it; never rejects. */
export async function reloadWhole(
  { config, plugins, hooks }: WholeDeps,
  source: ReloadSource,
): Promise<WholeReload> {
  const before = plugins.table();
  const { outcomes, ...report } = await config(source);
  const [ofPlugins, ofHooks] = await Promise.all([
    plugins.reloadSince(before),
    hooks.reload({ empty: false }),
  ]);
  return {
    config: { ...report, outcomes: outcomes.filter(({ key }) => !TOLD_APART.includes(key)) },
    plugins: ofPlugins,
    hooks: ofHooks,
  };
}
