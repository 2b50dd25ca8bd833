/** Decides which runs of a stretch of time are meant to run again. */
import type { Control } from '../../core/control.ts';
import { AppError } from '../../core/errors.ts';
import { runIdAt } from '../../core/ids.ts';
import type { RunFilter, RunLedger } from '../../core/run-ledger.ts';
import type { Run } from '../../core/run.ts';
import { isTerminal } from '../../core/run.ts';
import { triggerIdsOf } from './lookup.ts';

/** Runs of one request; the rest is for another. */
const AT_MOST = 10_000;
/** Rows that are read at once. */
const PAGE = 500;

/** What is asked for; times are epoch ms. */
export type Stretch = Pick<Parameters<Control['replay']>[0], 'since' | 'until' | 'trigger' | 'state' | 'all'>;

/** The runs in the order of their admission; where `isCut`, only the newest of them. */
export interface Found {
  readonly runs: readonly Run[];
  readonly isCut: boolean;
}

/**
 * Runs that were admitted within the stretch, its end left out, and that have ended: dead letters, or with `state` or `all`
 * others, too; of these none that repeats another, which is there itself. Throws `invalid_argument`.
 */
export async function runsWithin(runs: RunLedger, stretch: Stretch, now: number): Promise<Found> {
  const { since, until = now, trigger, state, all = false } = stretch;
  refuse(stretch, until);
  const isDead = !all && state === undefined;
  const isMeant = (run: Run): boolean =>
    run.admittedAt < until && isTerminal(run.state) && (isDead || !isRepetition(run));
  const filter = {
    ...(isDead && { dead: true }),
    ...(state !== undefined && { state }),
    // Ids sort by admission: rows behind the end of the stretch are not read.
    ...(stretch.until !== undefined && { before: runIdAt(until) }),
  };
  const of = trigger === undefined ? [{}] : triggerIdsOf(trigger).map((id) => ({ trigger: id }));
  const lists = await Promise.all(
    of.map((one) => backTo(since, { runs, filter: { ...filter, ...one }, isMeant })),
  );
  const newest = lists.flat().sort((a, b) => (a.id < b.id ? 1 : -1));
  return { runs: newest.slice(0, AT_MOST).reverse(), isCut: newest.length > AT_MOST };
}

function refuse({ since, state, all = false }: Stretch, until: number): void {
  if (since >= until) throw new AppError('invalid_argument', 'the stretch ends before it begins');
  if (all && state !== undefined)
    throw new AppError('invalid_argument', 'all takes runs of every state: leave state out, or all');
  if (state !== undefined && !isTerminal(state))
    throw new AppError('invalid_argument', `what is ${state} has not ended, and is not repeated`);
}

interface Reading {
  readonly runs: RunLedger;
  readonly filter: Omit<RunFilter, 'limit'>;
  readonly isMeant: (run: Run) => boolean;
}

/** Newest first, one more than are taken. */
async function backTo(since: number, { runs, filter, isMeant }: Reading): Promise<readonly Run[]> {
  const found: Run[] = [];
  let { before } = filter;
  for (;;) {
    const page = await runs.list({ ...filter, ...(before !== undefined && { before }), limit: PAGE });
    const within = page.filter(({ admittedAt }) => admittedAt >= since);
    found.push(...within.filter(isMeant));
    before = page.at(-1)?.id;
    if (page.length < PAGE || within.length < page.length || found.length > AT_MOST) return found;
  }
}

function isRepetition({ source }: Run): boolean {
  return source === 'retry' || source === 'replay';
}
