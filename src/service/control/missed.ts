/** Decides how missed moments are shown, made up when somebody says so (each as a new run that names the old row), or left out. */
import type { Admission } from '../../core/admission.ts';
import type { ChatOrder, Control } from '../../core/control.ts';
import { AppError } from '../../core/errors.ts';
import type { MissedBatch, MissedFate, MissedTrigger } from '../../core/missed.ts';
import { defaultMissed } from '../../core/policy.ts';
import type { MissedRows } from '../../core/run-ledger.ts';
import type { Run } from '../../core/run.ts';
import type { Taken } from '../../core/views.ts';
import { atOnce, birth } from './enter.ts';
import type { EnterDeps } from './enter.ts';
import { storedSpec } from './lookup.ts';
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
  { trigger, missed, firstDueAt, lastDueAt, rule }: MissedRows,
  at: number,
): Promise<MissedTrigger> {
  const fate = rule === 'skip' ? 'left-out' : fateOf(await runs.occurrence(trigger, at), lastDueAt);
  return { trigger, missed, fate, firstDueAt, lastDueAt };
}

/** A row that was due after the missed ones by then, and is none of them, was made up. */
function fateOf(last: Run | undefined, lastDueAt: number): MissedFate {
  return last !== undefined && last.state !== 'missed' && last.dueAt > lastDueAt ? 'made-up' : 'open';
}

/** The reason of a row is its cause, and after that what the rule says. */
function causeIn(reason: string): string {
  return reason.split(';')[0] ?? reason;
}

async function makeUp(
  deps: EnterDeps,
  { at, which, chat, order }: Parameters<Control['makeUp']>[0],
): Promise<readonly Taken[]> {
  const batch = await findBatch(deps, { at, ...(chat !== undefined && { chat }) });
  const open = (batch?.triggers ?? []).filter((of) => isMeant(of, which));
  const lists = await Promise.all(
    open.map(({ trigger }) => {
      const { limit } = deps.current().crons.get(trigger)?.missed ?? defaultMissed;
      return deps.runs.missedRuns({ at, trigger, limit: which === 'last' ? 1 : limit });
    }),
  );
  const rows = lists.flat().sort((a, b) => a.dueAt - b.dueAt);
  return rows.length === 0 ? [] : runAgain(deps, rows, order);
}

/** Of what is made up already there is no last one to run. */
function isMeant({ fate }: MissedTrigger, which: 'last' | 'all'): boolean {
  return fate === 'open' || (fate === 'made-up' && which === 'all');
}

/** All in one batch; asked for twice, they are the runs of the first time. */
async function runAgain(
  deps: EnterDeps,
  rows: readonly Run[],
  order: ChatOrder | undefined,
): Promise<readonly Taken[]> {
  const admissions = await Promise.all(rows.map((row) => repetition(deps, row, order)));
  const answers = await deps.admit({ admissions });
  const taken = answers.flatMap((answer, index) =>
    answer.kind === 'refused' ? [] : [{ run: answer.run, dueAt: admissions[index]?.dueAt ?? 0 }],
  );
  if (taken.length > 0) return taken;
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
    reason: 'made up for the moment that was missed',
    origin: run.id,
    request: `missed:${run.id}`,
  };
}
