/** Decides how the service is reached: the webhook port for senders, the control port for people. */
import type { Control } from '../core/control.ts';
import type { Mask } from '../core/secret.ts';
import { createApp } from '../server/app.ts';
import type { ServerDeps } from '../server/deps.ts';
import { inheritedSocket } from '../server/inherited.ts';
import { affairsOf } from './affairs.ts';
import { createControl } from './control/control.ts';
import type { ControlDeps } from './control/control.ts';
import { Listening } from './listening.ts';
import type { Pauses } from './pauses.ts';
import { createAskSender } from './plugins/verifying.ts';
import type { StatusDeps } from './status.ts';
import { describeService, healthOf, readinessOf } from './status.ts';
import type { Phase, Wired } from './wired.ts';

/** What a sender is asked to wait, in seconds: a restart is quicker than a person who resumes. */
const RETRY_AFTER_S = { draining: 10, paused: 60 } as const;

/** The two ways in; nothing listens yet. */
export interface Endpoints {
  readonly listening: Listening;
  readonly control: Control;
  readonly isReady: () => boolean;
}

/** Makes both out of parts that are wired. */
export function createEndpoints(wired: Wired): Endpoints {
  const status = statusDeps(wired, () => listening);
  const views = { health: () => healthOf(status), ready: () => readinessOf(status) };
  const listening: Listening = createListening(wired, views);
  const control = createControl(
    controlDeps(wired),
    affairsOf(wired, () => describeService(status)),
  );
  return { listening, control, isReady: () => views.ready().ready };
}

function statusDeps(
  { resources, parts, reloading, phase }: Wired,
  listening: StatusDeps['listening'],
): StatusDeps {
  const { ledger, conditions, startedAt, clock, options } = resources;
  const { current, deliveries, pauses, chat, plugins } = parts;
  return {
    ...{ current, ledger, deliveries, pauses, conditions, listening, startedAt, clock },
    lastReload: reloading.lastReport,
    bots: () => chat.bots(),
    plugins: () => plugins.view(),
    lagMs: () => resources.lag.worstMs(),
    isReady: () => phase() === 'running',
    version: options.version,
  };
}

function createListening(
  { resources, parts, phase }: Wired,
  views: Pick<ServerDeps, 'health' | 'ready'>,
): Listening {
  const { clock, log, bus, conditions, redactor, options } = resources;
  const { current, admit, pauses, plugins, results, ownPaths } = parts;
  const mask: Mask = (text) => redactor.text(text);
  const handlerFor = createApp({
    ...{ current, admit, results, ownPaths, publish: bus.publish, log, clock, ...views },
    gate: gateOf(pauses, phase),
    askSender: createAskSender({ plugins, mask, clock }),
  });
  return new Listening({
    ...{ handlerFor, current, clock, log, conditions },
    inherited: inheritedSocket(options.env, process.pid),
  });
}

function gateOf(pauses: Pick<Pauses, 'isPaused'>, phase: () => Phase): ServerDeps['gate'] {
  return (trigger) => {
    if (phase() === 'draining') return { kind: 'draining', retryAfterS: RETRY_AFTER_S.draining };
    return pauses.isPaused(trigger)
      ? { kind: 'paused', retryAfterS: RETRY_AFTER_S.paused }
      : { kind: 'open' };
  };
}

function controlDeps({ resources, parts, phase }: Wired): ControlDeps {
  const { clock, bus, ledger, redactor } = resources;
  const { current, admit, pauses, mutes, deliveries, dispatcher, scheduler, outputRoot } = parts;
  const { runs, reports, triggers, chat, usage } = ledger;
  return {
    ...{ current, admit, clock, deliveries, dispatcher, pauses, mutes, outputRoot },
    ...{ runs, reports, triggers, chat, usage, publish: bus.publish },
    mask: (text) => redactor.text(text),
    pausesNow: () => pauses.list(),
    isDraining: () => phase() === 'draining',
    nextOf: (trigger) => scheduler.nextOf(trigger),
  };
}
