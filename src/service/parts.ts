/** Decides how the parts of a running service are put together; nothing here is started. */
import { join } from 'node:path';
import { createActions } from '../actions/registry.ts';
import type { Admit } from '../core/admission.ts';
import type { Control } from '../core/control.ts';
import { messageOf } from '../core/errors.ts';
import { chatKey } from '../core/message.ts';
import type { TriggerId } from '../core/ids.ts';
import type { Mask } from '../core/secret.ts';
import type { RetentionSettings, Snapshot } from '../core/snapshot.ts';
import { createLauncher } from '../launcher/client.ts';
import { createOutbound } from '../net/fetch.ts';
import { createAdmit } from '../runs/admissions.ts';
import type { Execute } from '../runs/attempt.ts';
import type { Tell } from '../runs/settling.ts';
import { Dispatcher } from '../runs/dispatcher.ts';
import { Retention } from '../runs/retention.ts';
import { Trimmer } from '../runs/trimmer.ts';
import { Scheduler } from '../scheduler/loop.ts';
import { TriggerManager } from '../triggers/manager.ts';
import { withBudgets } from './budget.ts';
import { Chat } from './chat/chat.ts';
import { FollowUps } from './chat/follow-ups.ts';
import { Mutes } from './chat/mutes.ts';
import { createTellMissed } from './chat/missed.ts';
import { createTell } from './chat/telling.ts';
import { DeliveryCounters } from './delivery-counters.ts';
import { createExecute } from './execute.ts';
import { loadExpected } from './expectation-memory.ts';
import { Expectations } from './expectations.ts';
import { Pauses } from './pauses.ts';
import type { Resources } from './resources.ts';
import { releaseHeld } from './resume.ts';
import type { Release } from './resume.ts';
import { SOCKET_NAME } from './socket-path.ts';
import { utc } from './utc.ts';

/** The parts, wired. */
export interface Parts {
  readonly manager: TriggerManager;
  readonly current: () => Snapshot;
  readonly admit: Admit;
  readonly dispatcher: Dispatcher;
  readonly scheduler: Scheduler;
  /** Judges the moments that a hold kept back which has ended. */
  readonly release: (ended: Release) => Promise<void>;
  readonly pauses: Pauses;
  readonly mutes: Mutes;
  readonly chat: Chat;
  readonly tell: Tell;
  readonly deliveries: DeliveryCounters;
  readonly expectations: Expectations;
  readonly outputRoot: string;
  readonly workRoot: string;
}

/** Children of a service that stops get this long between SIGTERM and SIGKILL from the launcher itself. */
const LAUNCHER_GRACE_MS = 5_000;

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
  const roots = rootsIn(resources.options.stateDir);
  const { outputRoot } = roots;
  const mutes = await Mutes.load(ledger.chat, clock);
  const expected = await loadExpected(ledger);
  const mask: Mask = (text) => resources.redactor.text(text);
  const chat = new Chat({
    ...{ runs, control, mutes, mask, current, clock, log },
    followUps: await FollowUps.load(ledger.chat),
    ledger: ledger.chat,
    nextOf: (trigger) => scheduler.nextOf(trigger),
    conditions: resources.conditions,
    startedAt: resources.startedAt,
  });
  undo.defer(
    bus.subscribe((event) => {
      chat.hear(event);
    }),
  );
  const tell = createTell({ runs, ledger: ledger.chat, mutes, mask });
  const execute = createExecution(resources, { current, roots, chat, mask }, undo);
  const isIdle = (trigger: TriggerId): boolean => current().idleCrons.has(trigger);
  const isHeld = (trigger: TriggerId): boolean => isPaused(trigger) || isIdle(trigger);
  const tellMissed = createTellMissed({ mutes, zone: () => current().defaults.zone });
  const release = async (ended: Release): Promise<void> => {
    try {
      await releaseHeld({ runs, current, isHeld, tellMissed, publish, clock }, ended);
    } catch (error) {
      log.error('cannot judge moments that were held back', { error: messageOf(error) });
    }
  };
  const onResumed = (trigger: TriggerId | undefined): void => {
    expectations.resumed(trigger);
    const ended = { trigger, cause: 'paused', why: `paused until ${utc(clock.now())} UTC` } as const;
    void release(ended).then(() => {
      dispatcher.refresh();
    });
  };
  const pauses = await Pauses.load({ ledger: triggers, clock, log, onResumed });
  undo.defer(() => {
    pauses.close();
  });
  const isPaused = (trigger: TriggerId): boolean => pauses.isPaused(trigger);
  const dispatcher: Dispatcher = new Dispatcher({
    ...{ runs, owner: resources.boot, tell, publish, log, clock, random: Math.random, execute, ...roots },
    limits: () => current().limits,
    isHeld: isPaused,
    isIdle,
    trimmer: new Trimmer(clock, log),
  });
  const admit = withBudgets({
    admit: createAdmit(runs, newcomersTo(dispatcher), publish),
    ...{ runs, clock },
    usage: ledger.usage,
    zone: () => current().defaults.zone,
    ask: (question, trigger) => {
      if (!mutes.isMuted(trigger, chatKey(question.to))) chat.post([question]);
    },
  });
  const { random } = Math;
  const scheduler: Scheduler = new Scheduler({
    ...{ current, admit, triggers, isPaused, tellMissed, clock, log, random },
  });
  const settings = (): RetentionSettings => current().retention;
  const { deliveries: counts } = ledger;
  undo.use(new Retention({ runs, deliveries: counts, chat: ledger.chat, settings, outputRoot, clock, log }));
  const { subscribe } = bus;
  const deliveries = undo.use(new DeliveryCounters({ ledger: ledger.deliveries, subscribe, clock, log }));
  const expectations: Expectations = undo.use(
    new Expectations(
      {
        ...{ manager, subscribe, isPaused, mutes, clock, log },
        ledger: ledger.chat,
        tell: (messages) => chat.tell(messages),
        conditions: resources.conditions,
      },
      expected,
    ),
  );
  const work = { admit, dispatcher, scheduler, release, pauses };
  const talking = { mutes, chat, tell, deliveries, expectations };
  return { manager, current, ...work, ...talking, ...roots };
}

type Roots = Pick<Parts, 'outputRoot' | 'workRoot'>;

function rootsIn(stateDir: string): Roots {
  return { outputRoot: join(stateDir, 'output'), workRoot: join(stateDir, 'work') };
}

interface Execution {
  readonly current: () => Snapshot;
  readonly roots: Roots;
  readonly chat: Chat;
  readonly mask: Mask;
}

/** The way from an attempt to its action, with the launcher and the connections that actions use. */
function createExecution(
  { ledger, clock, log, templates, options: { stateDir, env } }: Resources,
  { current, roots, chat, mask }: Execution,
  undo: AsyncDisposableStack,
): Execute {
  const launcher = createLauncher({ clock, log, graceMs: LAUNCHER_GRACE_MS, start: 'at-once' });
  undo.defer(() => launcher.close());
  const outbound = createOutbound({ clock });
  undo.defer(() => outbound.close());
  const ownFiles = [SOCKET_NAME, 'untether.lock'].map((name) => join(stateDir, name));
  const ownPaths = [current().file, ledger.location, ...ownFiles, roots.outputRoot, roots.workRoot];
  const actions = createActions({ launcher, outbound, clock, log, templates, environment: env, ownPaths });
  const { usage } = ledger;
  return createExecute({ actions, current, env, usage, show: (run) => chat.show(run), mask, clock, log });
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
