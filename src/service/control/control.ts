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

/** What all calls of the port need together; the service's own affairs are handed in as they are. */
export type ControlDeps = LookDeps & BeginDeps & SteerDeps & Affairs;

type Affairs = Pick<
  Control,
  | 'plugins'
  | 'reloadPlugins'
  | 'watchPlugins'
  | 'pluginLog'
  | 'status'
  | 'reload'
  | 'reloadAll'
  | 'reloadBots'
  | 'reloadHooks'
  | 'reloadTelemetry'
  | 'rollback'
  | 'revisions'
  | 'plan'
  | 'say'
  | 'hear'
  | 'restart'
>;

/** The port's implementation. */
export function createControl(deps: ControlDeps): Control {
  const {
    status,
    reload,
    reloadAll,
    reloadBots,
    reloadHooks,
    rollback,
    revisions,
    plan,
    say,
    hear,
    restart,
  } = deps;
  const { plugins, reloadPlugins, watchPlugins, pluginLog, reloadTelemetry } = deps;
  const own = { plugins, reloadPlugins, watchPlugins, pluginLog, reloadTelemetry };
  const affairs = {
    ...own,
    status,
    reload,
    reloadAll,
    reloadBots,
    reloadHooks,
    rollback,
    revisions,
    plan,
    say,
    hear,
    restart,
  };
  const runs = {
    ...createBeginning(deps),
    ...createMissed(deps),
    ...createReplay(deps),
    ...createSteering(deps),
  };
  return { ...createLooking(deps), ...runs, ...affairs };
}
