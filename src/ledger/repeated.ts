/** Decides which run an admission repeats, so that it is no dead letter any more. */
import type { Admission } from '../core/admission.ts';
import type { RunId } from '../core/ids.ts';
import type { BirthState } from '../core/run.ts';

/** That run, of one born in `state`; undefined: none. What goes on with a session repeats nothing. */
export function repeatedBy({ source, origin }: Admission, state: BirthState): RunId | undefined {
  const isRepetition = source === 'retry' || source === 'replay';
  return isRepetition && state !== 'skipped' ? origin : undefined;
}
