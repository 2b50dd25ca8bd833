/** Decides which files of hooks are followed: those that the live configuration names, wherever it is watched itself. */
import type { Subscribe } from '../../core/event.ts';
import type { Reloading } from '../reloading.ts';
import type { HookFiles } from './files.ts';

/** What is followed. */
export interface Followed {
  readonly reloading: Pick<Reloading, 'live'>;
  readonly subscribe: Subscribe;
}

/** Watches the files wherever the configuration is watched. */
export async function followHooks(hooks: HookFiles, { reloading, subscribe }: Followed): Promise<void> {
  const follow = (): Promise<void> => hooks.follow(reloading.live().boot.watch);
  subscribe((event) => {
    if (event.kind === 'reload') void follow();
  });
  await follow();
}
