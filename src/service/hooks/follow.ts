/** Decides when the files of hooks are read again beside their own saves: with the configuration, for whoever asks for that. */
import type { ReloadSource, Subscribe } from '../../core/event.ts';
import type { Reloading } from '../reloading.ts';
import type { HookFiles } from './files.ts';

/** What is followed. */
export interface Followed {
  readonly reloading: Pick<Reloading, 'live'>;
  readonly subscribe: Subscribe;
}

/** Somebody wants what is on disk, whatever is watched. */
const askedBy: readonly ReloadSource[] = ['command', 'chat', 'signal'];

/** Watches the files wherever the configuration is watched. */
export async function followHooks(hooks: HookFiles, { reloading, subscribe }: Followed): Promise<void> {
  const follow = (): Promise<void> => hooks.follow(reloading.live().boot.watch);
  subscribe((event) => {
    if (event.kind !== 'reload') return;
    void follow();
    if (askedBy.includes(event.report.source)) void hooks.reload({ empty: false });
  });
  await follow();
}
