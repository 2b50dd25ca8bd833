/** Decides how the parts of a running service are put together; nothing here is started. */
import { join } from 'node:path';
import { createActions } from '../actions/registry.ts';
import type { Admit } from '../core/admission.ts';
import { messageOf } from '../core/errors.ts';
import type { TriggerId } from '../core/ids.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { createLauncher } from '../launcher/client.ts';
import { createOutbound } from '../net/fetch.ts';
import { createAdmit } from '../runs/admissions.ts';
import { Dispatcher } from '../runs/dispatcher.ts';
import { Retention } from '../runs/retention.ts';
import { Trimmer } from '../runs/trimmer.ts';
import { Scheduler } from '../scheduler/loop.ts';
import { TriggerManager } from '../triggers/manager.ts';
import { createExecute } from './execute.ts';
import type { Ground } from './ground.ts';
import { releaseHeld } from './held.ts';
import { Pauses } from './pauses.ts';

/** The parts, wired. */
export interface Parts {
  readonly manager: TriggerManager;
  readonly current: () => Snapshot;
  readonly admit: Admit;
  readonly dispatcher: Dispatcher;
  readonly scheduler: Scheduler;
  readonly pauses: Pauses;
  readonly outputRoot: string;
  readonly workRoot: string;
}

/** Children of a service that stops get this long between SIGTERM and SIGKILL from the launcher itself. */
const LAUNCHER_GRACE_MS = 5_000;

/** Makes the parts; what holds processes or sockets is on `undo` the moment it is there. */
export async function createParts(ground: Ground, undo: AsyncDisposableStack): Promise<Parts> {
  const { ledger, clock, log, bus, templates } = ground;
  const { stateDir, env } = ground.options;
  const manager = new TriggerManager(ground.loaded.snapshot, (error) => {
    log.error('a listener of the swap failed', { error: messageOf(error) });
  });
  const current = (): Snapshot => manager.current();
  const outputRoot = join(stateDir, 'output');
  const launcher = createLauncher({ clock, log, graceMs: LAUNCHER_GRACE_MS, start: 'at-once' });
  undo.defer(() => launcher.close());
  const outbound = createOutbound({ clock });
  undo.defer(() => outbound.close());
  const onResumed = (trigger: TriggerId | undefined): void => {
    releaseHeld({ runs: ledger.runs, current, clock }, trigger)
      .catch((error: unknown) => {
        log.error('cannot look for moments past their grace', { error: messageOf(error) });
      })
      .finally(() => {
        dispatcher.refresh();
      });
  };
  const pauses = await Pauses.load({ ledger: ledger.triggers, clock, log, onResumed });
  const isPaused = pauses.isPaused.bind(pauses);
  const workRoot = join(stateDir, 'work');
  const ownFiles = ['control.sock', 'untether.lock'].map((name) => join(stateDir, name));
  const ownPaths = [current().file, ledger.location, ...ownFiles, outputRoot, workRoot];
  const actions = createActions({ launcher, outbound, clock, log, templates, environment: env, ownPaths });
  const dispatcher: Dispatcher = new Dispatcher({
    runs: ledger.runs,
    owner: ground.boot,
    limits: () => current().limits,
    isHeld: isPaused,
    publish: bus.publish,
    log,
    clock,
    random: Math.random,
    execute: createExecute({ actions, current, env, publish: bus.publish, clock }),
    trimmer: new Trimmer(clock, log),
    outputRoot,
    workRoot,
  });
  const admit = createAdmit(ledger.runs, newcomersTo(dispatcher), bus.publish);
  const scheduler = new Scheduler({ current, admit, triggers: ledger.triggers, isPaused, clock, log });
  undo.defer(() => {
    pauses.close();
  });
  undo.use(new Retention({ runs: ledger.runs, settings: () => current().retention, outputRoot, clock, log }));
  return { manager, current, admit, dispatcher, scheduler, pauses, outputRoot, workRoot };
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
