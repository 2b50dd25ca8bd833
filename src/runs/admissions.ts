/** Decides what happens around every admission: the one door into the ledger, and who learns of it after the commit. */
import type { Admission, AdmissionBatch, Admit, Admitted, SupersededRun } from '../core/admission.ts';
import type { AppEvent, Publish } from '../core/event.ts';
import type { RunLedger } from '../core/run-ledger.ts';
import type { BirthState } from '../core/run.ts';

/** Who acts on what came in: a queued run wants a place, a batch with scheduled ones an alarm, a replacing one the other's end. */
export interface Newcomers {
  queued(admission: Admission): void;
  scheduled(): void;
  replacing(admission: Admission): void;
}

/** The `Admit` that every source uses: the ledger's own, then the event and the dispatcher. */
export function createAdmit(runs: Pick<RunLedger, 'admit'>, newcomers: Newcomers, publish: Publish): Admit {
  return async function admitAndTell(batch: AdmissionBatch): Promise<readonly Admitted[]> {
    const answers = await runs.admit(batch);
    let hasScheduled = false;
    for (const [index, answer] of answers.entries()) {
      const admission = batch.admissions[index];
      if (admission === undefined || answer.kind !== 'admitted') continue;
      welcome(admission, answer.state, newcomers);
      hasScheduled ||= answer.state === 'scheduled' && admission.held === undefined;
      publish({
        kind: 'run',
        run: answer.run,
        trigger: admission.trigger,
        state: answer.state,
        reason: answer.reason ?? admission.reason,
        at: admission.admittedAt,
      });
      for (const event of supersededEvents(admission, answer.superseded)) publish(event);
    }
    if (hasScheduled) newcomers.scheduled();
    const { messages = [] } = batch;
    if (messages.length > 0) publish({ kind: 'posted', messages });
    return answers;
  };
}

/** One that replaces ends the other when it is due, also where it starts a little later itself. */
function welcome(admission: Admission, state: BirthState, newcomers: Newcomers): void {
  if (state !== 'queued' && state !== 'scheduled') return;
  if (admission.limit.kind === 'replace') newcomers.replacing(admission);
  if (state === 'queued') newcomers.queued(admission);
}

/** Runs of the same trigger that waited, and that this one took the place of. */
function supersededEvents(
  { trigger, admittedAt: at }: Admission,
  superseded: readonly SupersededRun[] = [],
): readonly AppEvent[] {
  return superseded.map(({ run, reason }) => ({
    kind: 'run',
    run,
    trigger,
    state: 'superseded',
    reason,
    at,
  }));
}
