/** Decides whether a command speaks of the file that the running service runs on. */
import { AppError } from '../core/errors.ts';
import type { CommandContext } from './command-spec.ts';

/** Throws `invalid_argument` when a configuration was named that is not the running service's: its answer would be about another file. */
export async function refuseOtherFile({
  control,
  places,
}: Pick<CommandContext, 'control' | 'places'>): Promise<void> {
  const { file, isNamed } = places.config();
  if (!isNamed) return;
  const { configFile } = await control.status();
  if (configFile === file) return;
  throw new AppError(
    'invalid_argument',
    `the service of this state folder runs on ${configFile}, not on ${file}: leave --config out, or name its --state`,
  );
}
