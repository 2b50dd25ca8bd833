/** Decides what somebody is told who names a plugin that is not there. */
import { AppError } from './errors.ts';

/** `not_found`, with the ids of those that are there. */
export function unknownPlugin(id: string, known: readonly string[]): AppError {
  const list = known.length === 0 ? 'none is there' : `there is ${known.join(', ')}`;
  return new AppError('not_found', `there is no plugin ${id}; ${list}`);
}
