/** Decides what hooks get from the service: the launcher of actions, the allow-listed environment, and the events. */
import type { Execute } from '../../runs/attempt.ts';
import { childEnvironment, defaultAllowed } from '../../launcher/environment.ts';
import type { Launcher } from '../../launcher/client.ts';
import type { Mask } from '../../core/secret.ts';
import type { Resources } from '../resources.ts';
import { AfterHooks } from './after.ts';
import { withHooks } from './before.ts';
import { HookFiles } from './files.ts';
import { createRunHook } from './program.ts';

/** What belongs to the parts of the service; both roots are absolute folders. */
export interface HooksWorld {
  readonly launcher: Launcher;
  readonly execute: Execute;
  readonly mask: Mask;
  readonly outputRoot: string;
  readonly workRoot: string;
}

/** The files of hooks, and the way to the actions with the hooks before it. */
export interface Hooks {
  readonly files: HookFiles;
  readonly execute: Execute;
}

/** Reads the hooks that are in force from the start; what hooks do ends with `undo`. */
export async function createHooks(
  { bus, ledger, loaded, conditions, clock, log, options: { env } }: Resources,
  { launcher, execute, mask, ...roots }: HooksWorld,
  undo: AsyncDisposableStack,
): Promise<Hooks> {
  const files = undo.use(new HookFiles({ conditions, memory: ledger.chat, clock, log }));
  await files.begin(loaded.snapshot);
  const allowed = childEnvironment({ base: env, allow: defaultAllowed, extra: {} });
  const runHook = createRunHook({ launcher, clock, childEnvironment: allowed });
  const { subscribe } = bus;
  const after = undo.use(
    new AfterHooks({ files, runHook, runs: ledger.runs, subscribe, ...roots, clock, log }),
  );
  const begins: AfterHooks['begins'] = (run, hooks) => {
    after.begins(run, hooks);
  };
  return { files, execute: withHooks(execute, { files, runHook, begins, mask, log }) };
}
