/** Decides how people steer what runs: cancel, also by a choice that is kept, pause and resume, mute. */
import type { Clock } from '../../core/clock.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { Control } from '../../core/control.ts';
import { AppError } from '../../core/errors.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import type { Publish } from '../../core/event.ts';
import type { Run } from '../../core/run.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Dispatcher } from '../../runs/dispatcher.ts';
import type { Mutes } from '../chat/mutes.ts';
import { endOfUnbegun } from '../chat/unbegun.ts';
import type { Pauses } from '../pauses.ts';
import { decide } from './decide.ts';
import { findRun, findTrigger } from './lookup.ts';

/** What steering needs. */
export interface SteerDeps {
  readonly current: () => Snapshot;
  readonly runs: RunLedger;
  readonly chat: Pick<ChatLedger, 'messagesOf' | 'remember' | 'remembered'>;
  readonly dispatcher: Dispatcher;
  readonly pauses: Pauses;
  readonly mutes: Mutes;
  readonly publish: Publish;
  readonly clock: Clock;
}

type Steering = Pick<Control, 'decide' | 'cancel' | 'pause' | 'resume' | 'mute'>;

/** The calls of `Control` that hold back or end. */
export function createSteering(deps: SteerDeps): Steering {
  const { pauses, mutes, clock } = deps;
  return {
    decide: (request) => decide(deps.chat, request),
    cancel: (id, options = { wait: true }) => cancel(deps, id, options),
    mute: ({ trigger, chat, forMs }) => mutes.mute(findTrigger(deps.current(), trigger).id, chat, forMs),

    async pause({ trigger, by, ...length }) {
      const since = clock.now();
      const id = trigger === undefined ? undefined : findTrigger(deps.current(), trigger).id;
      await pauses.pause({ trigger: id, since, until: endOf(length, since), by });
      return pauses.list();
    },

    async resume({ trigger }) {
      const id =
        trigger === undefined
          ? undefined
          : (pausedId(pauses, trigger) ?? findTrigger(deps.current(), trigger).id);
      await pauses.resume(id);
      return pauses.list();
    },
  };
}

/** The run as it is afterwards; with `wait`, when it has ended. */
async function cancel(deps: SteerDeps, id: string, { wait }: { readonly wait: boolean }): Promise<Run> {
  const { runs, chat, dispatcher, publish, clock } = deps;
  const run = await findRun(runs, id);
  const end = { state: 'cancelled', reason: 'cancelled' } as const;
  const messages = await endOfUnbegun({ ...run, ...end }, { runs, chat });
  const met = await runs.dismiss(run.id, { ...end, at: clock.now(), messages });
  if (met.kind === 'running' && !dispatcher.end(run.id, 'cancel'))
    throw new AppError('conflict', `run ${run.id} is not under way in this process`);
  if (met.kind === 'finished')
    throw new AppError('conflict', `run ${run.id} has ended already: ${met.state}`);
  if (met.kind === 'done') {
    publish({ kind: 'run', run: run.id, trigger: run.trigger, ...end, at: clock.now() });
    if (messages.length > 0) publish({ kind: 'posted', messages });
  }
  if (met.kind === 'running' && wait) await dispatcher.settled(run.id);
  return findRun(runs, run.id);
}

/** Undefined: no end is known. */
function endOf(
  { forMs, until }: Pick<Parameters<Control['pause']>[0], 'forMs' | 'until'>,
  since: number,
): number | undefined {
  if (forMs !== undefined && until !== undefined)
    throw new AppError('invalid_argument', 'a pause has a length or an end: give forMs or until, not both');
  const end = forMs === undefined ? until : since + forMs;
  if (end !== undefined && end <= since)
    throw new AppError('invalid_argument', 'the end of the pause is in the past');
  return end;
}

/** A paused trigger may have left the configuration; its pause can still be ended by name. */
function pausedId(pauses: Pauses, name: string): ReturnType<Pauses['list']>[number]['trigger'] {
  return pauses.list().find(({ trigger }) => trigger === name || trigger?.endsWith(`:${name}`))?.trigger;
}
