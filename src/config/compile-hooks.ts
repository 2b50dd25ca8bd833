/** Decides where hooks are looked for: in the file that is named, else beside the configuration, and for a project where it says. */
import type { HookPlace } from '../core/hook.ts';
import type { Frame } from './check.ts';
import { fromConfig } from './compile-context.ts';
import type { Folders } from './compile-context.ts';

/** The place for all runs, then those of projects; a project's folder is never searched, as its agents write there. */
export function compileHooks(
  { hooks, projects }: Frame,
  folders: Folders,
): readonly [HookPlace, ...HookPlace[]] {
  const own = Object.entries(projects ?? {}).flatMap(([project, table]): readonly HookPlace[] =>
    table.hooks === undefined ? [] : [{ project, file: fromConfig(folders, table.hooks), isNamed: true }],
  );
  const everywhere: HookPlace =
    hooks === undefined
      ? // Not `hooks.json`, which may be that of another program: it has to be named.
        { file: fromConfig(folders, 'hooks.toml'), isNamed: false }
      : { file: fromConfig(folders, hooks), isNamed: true };
  return [everywhere, ...own];
}
