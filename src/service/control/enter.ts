/** Decides how a run that a person asks for enters the ledger: once for each request, and under the revision it was asked of. */
import type { Admission, Admit } from '../../core/admission.ts';
import type { Clock } from '../../core/clock.ts';
import type { ChatOrder } from '../../core/control.ts';
import { AppError } from '../../core/errors.ts';
import { newRunId } from '../../core/ids.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import { DEFAULT_MAX_QUEUED } from '../../core/policy.ts';
import type { Run } from '../../core/run.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Taken } from '../../core/views.ts';

/** What entering needs. */
export interface EnterDeps {
  readonly current: () => Snapshot;
  readonly admit: Admit;
  readonly runs: RunLedger;
  readonly clock: Clock;
  readonly isDraining: () => boolean;
}

/** A run that is about to be asked for. */
export interface Birth {
  /** Read once: what the spec is taken from and what numbers the row is one revision, whatever is swapped meanwhile. */
  readonly snapshot: Snapshot;
  readonly row: Pick<Admission, 'id' | 'admittedAt' | 'revision' | 'reason' | 'request'>;
}

/** What was asked for before under the same name is answered as it was then: the moment may be over, the limits reached. */
export async function unlessRequested(
  { runs, clock }: EnterDeps,
  order: ChatOrder | undefined,
  begin: () => Promise<Taken>,
): Promise<Taken> {
  const run = order === undefined ? undefined : await runs.requested(order.request, clock.now());
  const first = run === undefined ? undefined : await runs.get(run);
  if (first === undefined) return begin();
  refuseLeftOut(first);
  return { run: first.id, dueAt: first.dueAt };
}

/**
 * A run that was left out is in the ledger, and whoever asks for it (again) need not look there to learn that it never
 * began. Throws `conflict` with the reason.
 */
export function refuseLeftOut({ id, state, reason }: Run): void {
  if (state !== 'skipped') return;
  throw new AppError('conflict', `run ${id} was left out: ${reason ?? 'nothing says why'}`);
}

/** A run of this moment, under the name of the request that asks for it. */
export function birth({ current, clock }: EnterDeps, order: ChatOrder | undefined): Birth {
  const snapshot = current();
  const { revision } = snapshot;
  const request = order === undefined ? {} : { request: order.request };
  return {
    snapshot,
    row: { id: newRunId(), admittedAt: clock.now(), revision, reason: null, ...request },
  };
}

/** What all runs share that are to begin at once. */
export function atOnce({ row }: Birth): Pick<Admission, 'dueAt' | 'state' | 'limit'> {
  return { dueAt: row.admittedAt, state: 'queued', limit: { kind: 'waiting', max: DEFAULT_MAX_QUEUED } };
}

/** Puts the row into the ledger. Throws `draining`, `queue_full`, `unavailable`, and `conflict` where its budget is used up. */
export async function enter(deps: EnterDeps, admission: Admission): Promise<Taken> {
  // What a chat asks for is not begun any more, but kept: the next start takes it up.
  if (deps.isDraining() && admission.request === undefined)
    throw new AppError('draining', 'the service is stopping; try again when it is back');
  const [answer] = await deps.admit({ admissions: [admission] });
  if (answer?.kind === 'refused') {
    throw new AppError('queue_full', `${answer.waiting} runs of ${admission.trigger} wait already`);
  }
  const run = answer?.run ?? admission.id;
  if (answer?.kind === 'admitted' && answer.state === 'skipped') {
    const row = await deps.runs.get(run);
    if (row !== undefined) refuseLeftOut(row);
  }
  return { run, dueAt: admission.dueAt };
}
