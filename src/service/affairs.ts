/** Decides who answers for the service's own affairs: reloads, plugins, chats and restarts, each by its part. */
import type { Control } from '../core/control.ts';
import type { Affairs } from './control/control.ts';
import { makePlan } from './control/plan.ts';
import type { Plugins } from './plugins/plugins.ts';
import { markerFile } from './restart/marker.ts';
import { createRestart } from './restart/restart.ts';
import type { Wired } from './wired.ts';

/** The calls of the control port that are about no run and no trigger. */
export function affairsOf(wired: Wired, status: Control['status']): Affairs {
  const { parts, reloading } = wired;
  const { chat, hooks, telemetry, plugins } = parts;
  const plan = planOf(wired);
  return {
    ...{ status, plan, restart: restartOf(wired, plan), ...pluginCalls(plugins) },
    say: (request) => chat.say(request),
    hear: (signal) => chat.listen(signal),
    reload: reloading.reload,
    reloadAll: reloading.reloadAll,
    reloadBots: (which) => chat.reloadBots(which),
    reloadHooks: (how) => hooks.reload(how),
    reloadTelemetry: () => telemetry.reload(),
    rollback: reloading.rollback,
    revisions: reloading.revisions,
  };
}

function planOf({ resources, reloading }: Wired): Control['plan'] {
  const { surroundings, loaded, clock } = resources;
  return () => makePlan({ surroundings, live: reloading.live, booted: loaded, clock });
}

function restartOf({ resources, parts, phase, leave }: Wired, plan: Control['plan']): Control['restart'] {
  const { conditions, ledger, clock, log, options } = resources;
  return createRestart({
    ...{ leave, clock, log },
    isDraining: () => phase() === 'draining',
    memory: ledger.chat,
    preflight: async () => (await plan()).issues,
    storeTrouble: () => conditions.list().find(({ code }) => code === 'store_unavailable')?.text,
    active: () => parts.dispatcher.active(),
    markerFile: markerFile(options.stateDir),
  });
}

function pluginCalls(
  plugins: Plugins,
): Pick<Control, 'plugins' | 'reloadPlugins' | 'watchPlugins' | 'pluginLog'> {
  return {
    plugins: () => plugins.seen(),
    reloadPlugins: ({ id }) => plugins.reload(id),
    watchPlugins: async ({ id, watch }) => {
      plugins.watch(id, watch);
      return plugins.seen();
    },
    pluginLog: async (query) => plugins.logOf(query),
  };
}
