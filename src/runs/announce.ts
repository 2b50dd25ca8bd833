/** Decides what is told of the end of an attempt: the change of state, and the notice that the trigger asks for. */
import type { AppEvent } from '../core/event.ts';
import type { Settlement } from '../core/ledger.ts';
import type { ClaimedRun, Outcome } from '../core/run.ts';

/** Which run it was; a claimed one as well as one that a dead process left. */
export type EndedRun = Pick<ClaimedRun, 'id' | 'trigger' | 'spec'>;

/** The events of a settlement that is on disk, in the order in which they are published. */
export function settledEvents(
  run: EndedRun,
  settlement: Settlement,
  message?: Outcome['message'],
): readonly AppEvent[] {
  const { state, reason, endedBy, attempt, endedAt: at, messages } = settlement;
  const about = { run: run.id, trigger: run.trigger, at };
  const change: AppEvent = { kind: 'run', ...about, state, reason, attempt, endedBy };
  const isFailure = state === 'failed';
  const isWanted = isFailure ? run.spec.notifyOnFailure : state === 'succeeded' && run.spec.notifyOnSuccess;
  const posted: readonly AppEvent[] = messages === undefined ? [] : [{ kind: 'posted', messages }];
  const said: readonly AppEvent[] = message === undefined ? [] : [{ kind: 'notice', ...about, ...message }];
  if (!isWanted) return [change, ...said, ...posted];
  const text = `${isFailure ? '❌' : '✅'} ${run.trigger} (${run.spec.action.kind}): ${reason ?? state}`;
  return [change, ...said, { kind: 'notice', ...about, text, silent: !isFailure }, ...posted];
}
