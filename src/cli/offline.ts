/** Decides how a command reads the configuration by itself: the load that a start and a reload do, without either. */
import { homedir } from 'node:os';
import { errorLines } from '../config/issues.ts';
import { loadConfig } from '../config/load.ts';
import type { Loaded, LoadResult } from '../config/loaded.ts';
import { AppError } from '../core/errors.ts';
import { hostZone } from '../scheduler/zones.ts';
import { createTemplates } from '../triggers/template.ts';
import type { CommandContext } from './command-spec.ts';

type Reading = Pick<CommandContext, 'places' | 'env' | 'clock'>;

/** Loads the configuration; nothing is started and nothing is changed. Its revision has no number yet: 0. */
export function loadOffline({ places, env, clock }: Reading): Promise<LoadResult> {
  return loadConfig({
    file: places.config().file,
    env,
    home: homedir(),
    stateFolder: places.stateDir(),
    hostZone: hostZone(),
    nowMs: clock.now(),
    templates: createTemplates(),
  });
}

/** The same for commands that need one that loads: else `invalid_config` with a line for each error. */
export async function loadConfiguration(reading: Reading): Promise<Loaded> {
  const result = await loadOffline(reading);
  if (result.ok) return result.loaded;
  throw new AppError(
    'invalid_config',
    `the configuration does not load\n${errorLines(result.issues).join('\n')}`,
  );
}
