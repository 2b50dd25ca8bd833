/** Decides how the service is reached: the webhook port for senders, the control port for people. */
import type { Control } from '../core/control.ts';
import type { Departure } from '../core/restart.ts';
import type { TriggerId } from '../core/ids.ts';
import type { Mask } from '../core/secret.ts';
import { createApp } from '../server/app.ts';
import type { Gate } from '../server/deps.ts';
import { inheritedSocket } from '../server/inherited.ts';
import { createControl } from './control/control.ts';
import type { ControlDeps } from './control/control.ts';
import { makePlan } from './control/plan.ts';
import type { Resources } from './resources.ts';
import { Listening } from './listening.ts';
import type { Parts } from './parts.ts';
import type { Reloading } from './reloading.ts';
import type { Plugins } from './plugins/plugins.ts';
import { createAskSender } from './plugins/verifying.ts';
import { markerFile } from './restart/marker.ts';
import { createRestart } from './restart/restart.ts';
import type { StatusDeps } from './status.ts';
import { describeService, healthOf, readinessOf } from './status.ts';

/** What part of its life the service is in. */
export type Phase = 'starting' | 'running' | 'draining';

/** What a sender is asked to wait, in seconds: a restart is quicker than a person who resumes. */
const RETRY_AFTER_S = { draining: 10, paused: 60 } as const;

/** The two ways in; nothing listens yet. */
export interface Endpoints {
  readonly listening: Listening;
  readonly control: Control;
  readonly isReady: () => boolean;
}

/** Makes both out of parts that are wired; `way` tells what changes while the service lives. */
export function createEndpoints(
  resources: Resources,
  parts: Parts,
  way: {
    readonly reloading: Reloading;
    readonly phase: () => Phase;
    readonly leave: (departure: Departure) => void;
  },
): Endpoints {
  const { clock, log, bus, conditions, ledger } = resources;
  const { current, admit, pauses, mutes, chat, deliveries, dispatcher, scheduler, results, outputRoot } =
    parts;
  const { plugins } = parts;
  const { reloading, phase, leave } = way;
  const status: StatusDeps = {
    current,
    ledger,
    deliveries,
    pauses,
    conditions,
    listening: () => listening,
    lastReload: reloading.lastReport,
    bots: () => chat.bots(),
    plugins: () => plugins.view(),
    lagMs: () => resources.lag.worstMs(),
    isReady: () => phase() === 'running',
    version: resources.options.version,
    startedAt: resources.startedAt,
    clock,
  };
  const gate = (trigger: TriggerId): Gate => {
    if (phase() === 'draining') return { kind: 'draining', retryAfterS: RETRY_AFTER_S.draining };
    return pauses.isPaused(trigger)
      ? { kind: 'paused', retryAfterS: RETRY_AFTER_S.paused }
      : { kind: 'open' };
  };
  const views = { health: () => healthOf(status), ready: () => readinessOf(status) };
  const mask: Mask = (text) => resources.redactor.text(text);
  const askSender = createAskSender({ plugins, mask, clock });
  const serving = { current, admit, gate, askSender, results, publish: bus.publish, log, clock };
  const handlerFor = createApp({ ...serving, ...views, ownPaths: parts.ownPaths });
  const listening: Listening = new Listening({
    ...{ handlerFor, current, clock, log, conditions },
    inherited: inheritedSocket(resources.options.env, process.pid),
  });
  const isDraining = (): boolean => phase() === 'draining';
  const plan = (): ReturnType<Control['plan']> =>
    makePlan({
      surroundings: resources.surroundings,
      live: reloading.live,
      booted: resources.loaded,
      clock,
    });
  const runs: ControlDeps = {
    ...{ current, admit, clock, deliveries, dispatcher, pauses, mutes, outputRoot },
    mask,
    runs: ledger.runs,
    reports: ledger.reports,
    triggers: ledger.triggers,
    chat: ledger.chat,
    usage: ledger.usage,
    pausesNow: () => pauses.list(),
    publish: bus.publish,
    isDraining,
    nextOf: (trigger) => scheduler.nextOf(trigger),
  };
  const control = createControl(runs, {
    say: (request) => chat.say(request),
    hear: (signal) => chat.listen(signal),
    status: () => describeService(status),
    reload: reloading.reload,
    reloadAll: reloading.reloadAll,
    reloadBots: (which) => chat.reloadBots(which),
    reloadHooks: (how) => parts.hooks.reload(how),
    reloadTelemetry: () => parts.telemetry.reload(),
    ...pluginCalls(plugins),
    rollback: reloading.rollback,
    revisions: reloading.revisions,
    plan,
    restart: createRestart({
      ...{ isDraining, leave, clock, log },
      memory: ledger.chat,
      preflight: async () => (await plan()).issues,
      storeTrouble: () => conditions.list().find(({ code }) => code === 'store_unavailable')?.text,
      active: () => dispatcher.active(),
      markerFile: markerFile(resources.options.stateDir),
    }),
  });
  return { listening, control, isReady: () => views.ready().ready };
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
