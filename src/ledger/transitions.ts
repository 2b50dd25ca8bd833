/** Decides that no store changes a state against the rules: every writer takes the new state from here. */
import type { RunState } from '../core/run.ts';
import { transition } from '../core/run.ts';
import { AppError } from '../core/errors.ts';

/** The state `to`, if a run in state `from` may become it; else throws `conflict` and the write is undone. */
export function moved<To extends RunState>(from: RunState, to: To): To {
  if (!transition(from, to)) throw new AppError('conflict', `a run that is ${from} cannot become ${to}`);
  return to;
}
