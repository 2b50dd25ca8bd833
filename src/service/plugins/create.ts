/** Decides how the plugins of a service are wired: they follow its configuration, and what lacks one is told after each change. */
import { reservedNames } from '../../chat/table.ts';
import { childEnvironment, defaultAllowed } from '../../launcher/environment.ts';
import type { TriggerManager } from '../../triggers/manager.ts';
import type { Resources } from '../resources.ts';
import { noteLacking } from './inactive.ts';
import { Plugins } from './plugins.ts';

/** Makes them; none is loaded yet. `onChange`: other commands may be there now. */
export function createPlugins(
  { ledger, conditions, redactor, options, clock, log }: Resources,
  manager: TriggerManager,
  onChange: () => void,
): Plugins {
  const noteLacks = (): void => {
    noteLacking(manager.current(), plugins, conditions);
  };
  const plugins = new Plugins({
    ...{ conditions, clock, log, ledger: ledger.chat, reserved: reservedNames },
    current: () => manager.current(),
    mask: (text) => redactor.text(text),
    env: childEnvironment({ base: options.env, allow: defaultAllowed, extra: {} }),
    onChange: () => {
      onChange();
      noteLacks();
    },
  });
  // The plugins that a save brings along serve right after its swap: until then nothing is said of their triggers.
  manager.subscribe(() => {
    queueMicrotask(noteLacks);
  });
  return plugins;
}
