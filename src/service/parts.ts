/** Decides how the parts of a running service are put together; nothing here is started. */
import { join } from 'node:path';
import { createActions } from '../actions/registry.ts';
import type { Loaded } from '../config/loaded.ts';
import type { Admit } from '../core/admission.ts';
import type { Clock } from '../core/clock.ts';
import type { BootId } from '../core/ids.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { createLauncher } from '../launcher/client.ts';
import type { Launcher } from '../launcher/client.ts';
import type { Outbound } from '../net/fetch.ts';
import { createOutbound } from '../net/fetch.ts';
import { createAdmit } from '../runs/admissions.ts';
import { announceEnds } from '../runs/announce.ts';
import { Dispatcher } from '../runs/dispatcher.ts';
import { Trimmer } from '../runs/trimmer.ts';
import { Scheduler } from '../scheduler/loop.ts';
import type { Bus } from '../telemetry/bus.ts';
import type { Conditions } from '../telemetry/conditions.ts';
import type { LiveLog } from '../telemetry/log.ts';
import { TriggerManager } from '../triggers/manager.ts';
import type { Templates } from '../triggers/template.ts';
import { createExecute } from './execute.ts';
import { releaseHeld } from './held.ts';
import { Pauses } from './pauses.ts';

/** What the parts are made from. */
export interface PartsInput {
  readonly loaded: Loaded;
  readonly ledger: Ledger;
  readonly boot: BootId;
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly templates: Templates;
  readonly bus: Bus;
  readonly log: LiveLog;
  readonly conditions: Conditions;
  readonly clock: Clock;
}

/** The parts, wired. */
export interface Parts {
  readonly manager: TriggerManager;
  readonly current: () => Snapshot;
  readonly admit: Admit;
  readonly dispatcher: Dispatcher;
  readonly scheduler: Scheduler;
  readonly pauses: Pauses;
  readonly launcher: Launcher;
  readonly outbound: Outbound;
  readonly outputRoot: string;
}

/** Children of a service that stops get this long between SIGTERM and SIGKILL from the launcher itself. */
const LAUNCHER_GRACE_MS = 5_000;

export function createParts(input: PartsInput): Parts {
  const { ledger, clock, log, bus, stateDir, env } = input;
  const manager = new TriggerManager(input.loaded.snapshot);
  const current = (): Snapshot => manager.current();
  const outputRoot = join(stateDir, 'output');
  const launcher = createLauncher({ clock, log, graceMs: LAUNCHER_GRACE_MS, start: 'at-once' });
  const outbound = createOutbound({ clock });
  const pauses: Pauses = new Pauses(ledger.triggers, clock, (trigger) => {
    void releaseHeld({ runs: ledger.runs, current, clock }, trigger).finally(() => {
      dispatcher.refresh();
    });
  });
  const isPaused = pauses.isPaused.bind(pauses);
  const ownPaths = [
    current().file,
    ledger.location,
    join(stateDir, 'control.sock'),
    join(stateDir, 'untether.lock'),
  ];
  const actions = createActions({
    launcher,
    outbound,
    clock,
    log,
    templates: input.templates,
    environment: env,
    ownPaths,
  });
  const dispatcher: Dispatcher = new Dispatcher({
    runs: ledger.runs,
    owner: input.boot,
    limits: () => current().limits,
    isHeld: isPaused,
    publish: bus.publish,
    log,
    clock,
    random: Math.random,
    execute: createExecute({ actions, current, env, publish: bus.publish, clock }),
    trimmer: new Trimmer(clock, log),
    outputRoot,
    workRoot: join(stateDir, 'work'),
  });
  const admit = createAdmit(ledger.runs, newcomersTo(dispatcher), bus.publish);
  const scheduler = new Scheduler({ current, admit, triggers: ledger.triggers, isPaused, clock, log });
  bus.subscribe(announceEnds(ledger.runs, bus.publish));
  return { manager, current, admit, dispatcher, scheduler, pauses, launcher, outbound, outputRoot };
}

function newcomersTo(dispatcher: Dispatcher): Parameters<typeof createAdmit>[1] {
  return {
    queued: ({ trigger, spec }) => {
      dispatcher.queued(trigger, spec);
    },
    scheduled: () => {
      dispatcher.promote();
    },
    replacing: ({ trigger, id }) => {
      dispatcher.endOf(trigger, 'replace', id);
    },
  };
}
