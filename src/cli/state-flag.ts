/** Decides what a `--state` means: the state folder, or for `runs` the state of the runs to list. */
import { runStates } from '../core/run.ts';
import type { RunState } from '../core/run.ts';
import { usage } from './input.ts';

/** The two meanings, told apart. */
export interface StateFlag {
  readonly folder: string | undefined;
  readonly runState: RunState | undefined;
}

/**
 * Reads every `--state` of a command line. The nine names of states select runs; anything else is a folder. A lone
 * word that is neither a state nor a folder that exists is refused, since it is most likely a slip.
 */
export function readStateFlags(values: readonly string[], isFolder: (path: string) => boolean): StateFlag {
  const states = values.filter(isRunState);
  const folders = values.filter((value) => !isRunState(value));
  if (states.length > 1) throw usage(`--state names two states of runs: ${states.join(', ')}`);
  if (folders.length > 1) throw usage(`--state names two folders: ${folders.join(', ')}`);
  const [folder] = folders;
  if (folder !== undefined && !/[/\\]/.test(folder) && !isFolder(folder)) {
    throw usage(`--state ${folder} is neither a folder nor one of ${runStates.join(', ')}`);
  }
  return { folder, runState: states[0] };
}

function isRunState(value: string): value is RunState {
  return runStates.some((state) => state === value);
}
