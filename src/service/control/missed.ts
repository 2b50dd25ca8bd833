/** Decides how missed moments are shown, made up when somebody says so (each as a new run that names the old row), or left out. */
import type { Admission } from '../../core/admission.ts';
import type { ChatOrder, Control } from '../../core/control.ts';
import { AppError } from '../../core/errors.ts';
import type { MissedBatch, MissedTrigger } from '../../core/missed.ts';
import { defaultMissed } from '../../core/policy.ts';
import type { MissedRows } from '../../core/run-ledger.ts';
import type { Run } from '../../core/run.ts';
import { cronIn } from '../../core/snapshot.ts';
import type { Taken } from '../../core/views.ts';
import { showMoment } from '../../scheduler/show.ts';
import { atOnce, birth, refuseLeftOut } from './enter.ts';
import type { EnterDeps } from './enter.ts';
import { storedSpec, zoneOf } from './lookup.ts';
import { orderedBy } from './specs.ts';

type MissedCalls = Pick<Control, 'missed' | 'makeUp' | 'leaveOut'>;

/** The calls of `Control` about what was missed. */
export function createMissed(deps: EnterDeps): MissedCalls {
  return {
    missed: (query) => findBatch(deps, query),
    makeUp: (request) => makeUp(deps, request),
    leaveOut: (query) => deps.runs.leaveOut(query),
  };
}

async function findBatch(
  deps: EnterDeps,
  query: Parameters<Control['missed']>[0],
): Promise<MissedBatch | undefined> {
  const found = await deps.runs.missedAt(query);
  const [first] = found?.rows ?? [];
  if (found === undefined || first === undefined) return undefined;
  const triggers = await Promise.all(found.rows.map((rows) => withFate(deps, rows, found.at)));
  return { at: found.at, why: causeIn(first.reason), triggers };
}

async function withFate(
  { runs }: EnterDeps,
  { trigger, missed, madeUp, firstDueAt, lastDueAt, rule }: MissedRows,
  at: number,
): Promise<MissedTrigger> {
  const isMadeUp = madeUp > 0 || isLater(await runs.occurrence(trigger, at), lastDueAt);
  const fate = rule === 'skip' ? 'left-out' : isMadeUp ? 'made-up' : 'open';
  return { trigger, missed: missed - madeUp, fate, firstDueAt, lastDueAt };
}

/** A row that was due after the missed ones by then was made up, unless it is one of them or was left out, too. */
function isLater(last: Run | undefined, lastDueAt: number): boolean {
  if (last === undefined || last.state === 'missed' || last.state === 'skipped') return false;
  return last.dueAt > lastDueAt;
}

/** The reason of a row is its cause, and after that what the rule says. */
function causeIn(reason: string): string {
  return reason.split(';')[0] ?? reason;
}

async function makeUp(
  deps: EnterDeps,
  { at, which, chat, order }: Parameters<Control['makeUp']>[0],
): Promise<readonly Taken[]> {
  const snapshot = deps.current();
  const batch = await findBatch(deps, { at, ...(chat !== undefined && { chat }) });
  const open = (batch?.triggers ?? []).filter((of) => isMeant(of, which));
  const lists = await Promise.all(
    open.map(({ trigger }) => {
      const { limit } = cronIn(snapshot, trigger)?.missed ?? defaultMissed;
      return deps.runs.missedRuns({ at, trigger, limit: which === 'last' ? 1 : limit });
    }),
  );
  const rows = lists.flat().sort((a, b) => a.dueAt - b.dueAt);
  return rows.length === 0 ? [] : runAgain({ ...deps, current: () => snapshot }, rows, order);
}

/** Of what is made up already there is no last one to run. */
function isMeant({ fate }: MissedTrigger, which: 'last' | 'all'): boolean {
  return fate === 'open' || (fate === 'made-up' && which === 'all');
}

/** All in one batch and under one revision; where two ask at once, both are answered with the same runs. */
async function runAgain(
  deps: EnterDeps,
  rows: readonly Run[],
  order: ChatOrder | undefined,
): Promise<readonly Taken[]> {
  const admissions = await Promise.all(rows.map((row) => repetition(deps, row, order)));
  const answers = await deps.admit({ admissions });
  const entered = rows.flatMap(({ id: missed }, index) => {
    const answer = answers[index];
    return answer === undefined || answer.kind === 'refused' ? [] : [{ missed, by: answer.run }];
  });
  const runs = await Promise.all(entered.map(({ by }) => deps.runs.get(by)));
  const begun = entered.filter((_, index) => runs[index]?.state !== 'skipped');
  await deps.runs.madeUpBy(begun);
  const dueAt = deps.clock.now();
  if (begun.length === 0) refuse(runs);
  return begun.map(({ by: run }) => ({ run, dueAt }));
}

/** None began: the reason is that of the first which was left out, else there were too many. */
function refuse(runs: ReadonlyArray<Run | undefined>): never {
  for (const run of runs) if (run !== undefined) refuseLeftOut(run);
  throw new AppError('queue_full', 'too many runs of what was missed wait already');
}

async function repetition(deps: EnterDeps, run: Run, order: ChatOrder | undefined): Promise<Admission> {
  const born = birth(deps, order);
  return {
    ...born.row,
    ...atOnce(born),
    trigger: run.trigger,
    source: 'replay',
    spec: orderedBy(await storedSpec(deps.runs, run.id), order),
    reason: `made up for ${showMoment(run.dueAt, zoneOf(born.snapshot, run.trigger))}`,
    origin: run.id,
    request: `missed:${run.id}`,
  };
}
