/** Decides what is told of the end of an attempt: the change of state, and the notice that the trigger asks for. */
import type { AppEvent } from '../core/event.ts';
import type { Settlement } from '../core/ledger.ts';
import type { ClaimedRun } from '../core/run.ts';

/** Which run it was; a claimed one as well as one that a dead process left. */
export type EndedRun = Pick<ClaimedRun, 'id' | 'trigger' | 'spec'>;

/** The events of a settlement that is on disk, in the order in which they are published. */
export function settledEvents(run: EndedRun, settlement: Settlement): readonly AppEvent[] {
  const { state, reason, endedBy, attempt, endedAt: at } = settlement;
  const about = { run: run.id, trigger: run.trigger, at };
  const change: AppEvent = { kind: 'run', ...about, state, reason, attempt, endedBy };
  const isFailure = state === 'failed';
  const isWanted = isFailure ? run.spec.notifyOnFailure : state === 'succeeded' && run.spec.notifyOnSuccess;
  if (!isWanted) return [change];
  const text = `${isFailure ? '❌' : '✅'} ${run.trigger} (${run.spec.action.kind}): ${reason ?? state}`;
  return [change, { kind: 'notice', ...about, text, silent: !isFailure }];
}
