/** Decides how the parts of a running service are put together; nothing here is started. */
import { join } from 'node:path';
import type { Admit } from '../core/admission.ts';
import type { Control } from '../core/control.ts';
import { messageOf } from '../core/errors.ts';
import { chatKey } from '../core/message.ts';
import type { Mask } from '../core/secret.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { createAdmit } from '../runs/admissions.ts';
import type { Tell } from '../runs/settling.ts';
import { Dispatcher } from '../runs/dispatcher.ts';
import { Trimmer } from '../runs/trimmer.ts';
import { Scheduler } from '../scheduler/loop.ts';
import { TriggerManager } from '../triggers/manager.ts';
import { withBudgets } from './budget.ts';
import { Chat } from './chat/chat.ts';
import { FollowUps } from './chat/follow-ups.ts';
import { Mutes } from './chat/mutes.ts';
import { createTellMissed } from './chat/missed.ts';
import { createTell } from './chat/telling.ts';
import { createExecution } from './execution.ts';
import { loadExpected } from './expectation-memory.ts';
import type { HookFiles } from './hooks/files.ts';
import { createReports } from './reports/create.ts';
import type { Reports } from './reports/reports.ts';
import type { Resources } from './resources.ts';
import { RunResults } from './results.ts';
import { runSecrets } from './run-secrets.ts';
import { loadHolding } from './holding.ts';
import type { Holding } from './holding.ts';
import type { Pauses } from './pauses.ts';
import { SOCKET_NAME } from './socket-path.ts';
import { pluginCommands } from './plugins/commands.ts';
import { createPlugins } from './plugins/create.ts';
import { withPlugins } from './plugins/inactive.ts';
import type { Plugins } from './plugins/plugins.ts';
import { startTelemetry } from './traces/start.ts';
import type { TracedService } from './traces/start.ts';
import { startWatchers } from './watchers.ts';
import type { Watchers } from './watchers.ts';

/** The parts, wired. */
export interface Parts extends Watchers, TracedService {
  readonly holding: Holding;
  readonly pauses: Pauses;
  readonly manager: TriggerManager;
  readonly current: () => Snapshot;
  readonly admit: Admit;
  readonly dispatcher: Dispatcher;
  readonly hooks: HookFiles;
  readonly scheduler: Scheduler;
  readonly mutes: Mutes;
  readonly chat: Chat;
  readonly plugins: Plugins;
  readonly tell: Tell;
  readonly reports: Reports;
  readonly results: RunResults;
  readonly outputRoot: string;
  readonly workRoot: string;
  /** Absolute paths of the service's own files and folders, where nothing else is read or written. */
  readonly ownPaths: readonly string[];
}

/**
 * Makes the parts; what holds processes, sockets or timers is on `undo` the moment it is there. `control` is the port that
 * is made out of them, and not asked for before.
 */
export async function createParts(
  resources: Resources,
  undo: AsyncDisposableStack,
  control: () => Control,
): Promise<Parts> {
  const { ledger, clock, log, bus } = resources;
  const { runs, triggers } = ledger;
  const { publish } = bus;
  const manager = new TriggerManager(resources.loaded.snapshot, (error) => {
    log.error('a listener of the swap failed', { error: messageOf(error) });
  });
  const current = (): Snapshot => manager.current();
  const { telemetry, traces } = await startTelemetry(resources, current, undo);
  const secrets = runSecrets(manager);
  const roots = rootsIn(resources.options.stateDir);
  const { outputRoot } = roots;
  const ownPaths = ownPathsOf(resources, roots);
  const mutes = await Mutes.load(ledger.chat, clock);
  const expected = await loadExpected(ledger);
  const mask: Mask = (text) => resources.redactor.text(text);
  const plugins = createPlugins(resources, manager, () => {
    chat.renewMenus();
  });
  const chat = new Chat({
    more: () => pluginCommands(plugins),
    ...{ runs, control, mutes, mask, current, clock, log },
    followUps: await FollowUps.load(ledger.chat),
    ledger: ledger.chat,
    nextOf: (trigger) => scheduler.nextOf(trigger),
    sent: (row, outcome) => {
      traces.sent(row, outcome);
    },
    conditions: resources.conditions,
    startedAt: resources.startedAt,
  });
  undo.defer(
    bus.subscribe((event) => {
      chat.hear(event);
    }),
  );
  const tell = createTell({ runs, ledger: ledger.chat, mutes, mask });
  const { files: hooks, execute } = await createExecution(
    resources,
    { secrets, ownPaths, chat, plugins, mask, roots },
    undo,
  );
  const tellMissed = createTellMissed({ mutes, zone: () => current().defaults.zone });
  const holding = await loadHolding(resources, {
    current,
    tellMissed,
    onFreed: (queued) => {
      for (const { trigger, spec } of queued) dispatcher.queued(trigger, spec);
      dispatcher.refresh();
    },
  });
  const { pauses, holdOf, isPaused } = holding;
  undo.defer(() => {
    holding.close();
  });
  const dispatcher: Dispatcher = new Dispatcher({
    ...{ runs, owner: resources.boot, tell, publish, log, clock, random: Math.random, ...roots },
    execute: traces.execute(execute),
    limits: () => current().limits,
    isHeld: isPaused,
    trimmer: undo.use(new Trimmer(clock, log)),
  });
  const admit = withBudgets({
    admit: withPlugins(traces.admit(createAdmit(runs, newcomersTo(dispatcher), publish)), plugins),
    ...{ runs, clock },
    usage: ledger.usage,
    zone: () => current().defaults.zone,
    ask: (question, trigger) => {
      if (!mutes.isMuted(trigger, chatKey(question.to))) chat.post([question]);
    },
  });
  const { random } = Math;
  const scheduler: Scheduler = new Scheduler({
    ...{ current, admit, runs, triggers, holdOf, tellMissed, clock, log, random },
  });
  const watched = { manager, pauses, mutes, chat, plugins, expected, outputRoot };
  const { deliveries, expectations } = startWatchers(resources, watched, undo);
  const work = { admit, hooks, dispatcher, scheduler, holding, pauses };
  const reports = createReports(resources, { manager, secrets, outputRoot, mask }, undo);
  const { redactor } = resources;
  const { subscribe } = bus;
  const results = undo.use(new RunResults({ runs, subscribe, outputRoot, redactor, clock }));
  const talking = { plugins, mutes, chat, tell, reports, results, deliveries, expectations };
  return { manager, current, telemetry, traces, ...work, ...talking, ...roots, ownPaths };
}

type Roots = Pick<Parts, 'outputRoot' | 'workRoot'>;

function rootsIn(stateDir: string): Roots {
  return { outputRoot: join(stateDir, 'output'), workRoot: join(stateDir, 'work') };
}

function ownPathsOf({ options, loaded, ledger }: Resources, roots: Roots): readonly string[] {
  const files = [SOCKET_NAME, 'untether.lock'].map((name) => join(options.stateDir, name));
  const hooks = loaded.snapshot.hooks.map(({ file }) => file);
  return [loaded.snapshot.file, ...hooks, ledger.location, ...files, roots.outputRoot, roots.workRoot];
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
