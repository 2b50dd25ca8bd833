/** Decides what somebody is told who names a plugin that is not there. */
import { AppError } from '../../core/errors.ts';
import type { PluginTable } from '../../plugins/table.ts';

/** `not_found`, with those that are there. */
export function unknownPlugin(id: string, table: PluginTable): AppError {
  const known = [...table.keys()];
  const list = known.length === 0 ? 'none is there' : `there is ${known.join(', ')}`;
  return new AppError('not_found', `there is no plugin ${id}; ${list}`);
}
