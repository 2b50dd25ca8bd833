/** Decides how missed moments are shown and made up when somebody says so: each as a new run that names the old row. */
import type { ChatOrder, Control } from '../../core/control.ts';
import type { RunId, TriggerId } from '../../core/ids.ts';
import type { MissedRows } from '../../core/run-ledger.ts';
import type { MissedBatch, MissedFate, MissedTrigger } from '../../core/missed.ts';
import { defaultMissed } from '../../core/policy.ts';
import type { Run } from '../../core/run.ts';
import type { Taken } from '../../core/views.ts';
import { isBySkip } from '../../scheduler/missed.ts';
import { atOnce, birth, enter } from './enter.ts';
import type { EnterDeps } from './enter.ts';
import { storedSpec } from './lookup.ts';
import { orderedBy } from './specs.ts';

const MOST_LISTED = 1_000;

type MissedCalls = Pick<Control, 'missed' | 'makeUp'>;

/** The calls of `Control` about what was missed. */
export function createMissed(deps: EnterDeps): MissedCalls {
  return {
    missed: (query) => findBatch(deps, query),
    makeUp: (request) => makeUp(deps, request),
  };
}

async function findBatch(
  deps: EnterDeps,
  { at, chat }: Parameters<Control['missed']>[0],
): Promise<MissedBatch | undefined> {
  const moment = at ?? (await newestMiss(deps, chat));
  if (moment === undefined) return undefined;
  const found = (await deps.runs.missedAt(moment)).filter((rows) => chat === undefined || rows.chat === chat);
  const triggers = await Promise.all(found.map((rows) => withFate(deps, rows, moment)));
  const [first] = found;
  return first && { at: moment, why: causeIn(first.reason), triggers };
}

async function newestMiss({ runs }: EnterDeps, chat: string | undefined): Promise<number | undefined> {
  const [newest] = await runs.list({ state: 'missed', limit: 1, ...(chat !== undefined && { chat }) });
  return newest?.endedAt ?? undefined;
}

async function withFate(
  { runs }: EnterDeps,
  { trigger, missed, firstDueAt, lastDueAt, reason }: MissedRows,
  at: number,
): Promise<MissedTrigger> {
  const fate = isBySkip(reason) ? 'left-out' : fateOf(await runs.occurrence(trigger, at), lastDueAt);
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
  const open = (batch?.triggers ?? []).filter(({ fate }) => fate !== 'left-out');
  const lists = await Promise.all(
    open.map((of) => (which === 'last' ? lastOf(deps, of, at) : allOf(deps, of, at))),
  );
  const rows = lists.flat().sort((a, b) => a.dueAt - b.dueAt);
  return Promise.all(rows.map((row) => runAgain(deps, row, order)));
}

/** Nothing, where a later moment was made up. */
async function lastOf(deps: EnterDeps, of: MissedTrigger, at: number): Promise<readonly Run[]> {
  return of.fate === 'made-up' ? [] : (await missedRuns(deps, of.trigger, at)).slice(0, 1);
}

async function allOf(deps: EnterDeps, { trigger }: MissedTrigger, at: number): Promise<readonly Run[]> {
  const { limit } = deps.current().crons.get(trigger)?.missed ?? defaultMissed;
  return (await missedRuns(deps, trigger, at)).slice(0, limit);
}

/** Newest first. */
async function missedRuns({ runs }: EnterDeps, trigger: TriggerId, at: number): Promise<readonly Run[]> {
  const found: Run[] = [];
  let before: RunId | undefined;
  do {
    const page = await runs.list({
      ...{ trigger, state: 'missed', limit: MOST_LISTED },
      ...(before !== undefined && { before }),
    });
    found.push(...page.filter(({ endedAt }) => endedAt === at));
    const oldest = page.at(-1);
    before = oldest !== undefined && found.length < MOST_LISTED ? oldest.id : undefined;
  } while (before !== undefined);
  return found.sort((a, b) => b.dueAt - a.dueAt);
}

/** Asked for twice, it is the run of the first time. */
async function runAgain(deps: EnterDeps, run: Run, order: ChatOrder | undefined): Promise<Taken> {
  const born = birth(deps, order);
  return enter(deps, {
    ...born.row,
    ...atOnce(born),
    trigger: run.trigger,
    source: 'replay',
    spec: orderedBy(await storedSpec(deps.runs, run.id), order),
    reason: `made up for the moment that was missed`,
    origin: run.id,
    request: `missed:${run.id}`,
  });
}
