/** Decides that no configuration is written that would not load. */
import { homedir } from 'node:os';
import { errorLines } from '../../config/issues.ts';
import { loadConfig } from '../../config/load.ts';
import { AppError } from '../../core/errors.ts';
import { hostZone } from '../../scheduler/zones.ts';
import { createTemplates } from '../../triggers/template.ts';
import type { CommandContext } from '../command-spec.ts';
import { OWNER_ONLY } from '../init.ts';

/** Loads `text` as if it were in `file`; throws `invalid_config` with what is wrong with it. */
export async function verify(
  text: string,
  file: string,
  { places, env, clock }: Pick<CommandContext, 'places' | 'env' | 'clock'>,
): Promise<void> {
  const result = await loadConfig({
    file,
    env,
    home: homedir(),
    stateFolder: places.stateDir(),
    hostZone: hostZone(),
    nowMs: clock.now(),
    templates: createTemplates(),
    readFile: async () => ({ ok: true, text, mode: OWNER_ONLY }),
  });
  if (result.ok) return;
  throw new AppError(
    'invalid_config',
    `nothing was written: with these answers it would not load\n${errorLines(result.issues).join('\n')}`,
  );
}
