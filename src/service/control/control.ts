/** Decides what answers the control port: looking, beginning, steering, and the service's own affairs. */
import type { Control } from '../../core/control.ts';
import { createBeginning } from './begin.ts';
import type { BeginDeps } from './begin.ts';
import { createLooking } from './look.ts';
import type { LookDeps } from './look.ts';
import { createMissed } from './missed.ts';
import { createReplay } from './replay.ts';
import { createSteering } from './steer.ts';
import type { SteerDeps } from './steer.ts';

/** What the calls about runs and triggers need together. */
export type ControlDeps = LookDeps & BeginDeps & SteerDeps;

/** The service's own affairs: all other calls of the port, which their parts answer as they are. */
export type Affairs = Omit<Control, keyof ReturnType<typeof createRuns>>;

/** The port's implementation. */
export function createControl(deps: ControlDeps, affairs: Affairs): Control {
  return { ...createRuns(deps), ...affairs };
}

function createRuns(deps: ControlDeps) {
  return {
    ...createLooking(deps),
    ...createBeginning(deps),
    ...createMissed(deps),
    ...createReplay(deps),
    ...createSteering(deps),
  };
}
