/** Decides how moments that are held back end in memory: made up, missed, or replaced by a newer one. */
import type { TriggerId } from '../../core/ids.ts';
import type { HeldMoment, Release, ReleaseVerdict, RunLedger } from '../../core/run-ledger.ts';
import type { Admission } from '../../core/admission.ts';
import { isTerminal } from '../../core/run.ts';
import type { RunState } from '../../core/run.ts';
import type { Birth } from '../birth.ts';
import type { MemoryRow } from './rows.ts';
import { byDue } from './rows.ts';
import type { MemoryTable } from './table.ts';

/** See `RunLedger.heldMoments`. */
export function heldMoments(table: MemoryTable, trigger: TriggerId | undefined): readonly HeldMoment[] {
  return heldRows(table, trigger).flatMap(({ id: run, trigger: of, dueAt, held: cause }) =>
    cause === null ? [] : [{ run, trigger: of, dueAt, cause }],
  );
}

/** See `RunLedger.holdDelayed`. */
export function holdDelayed(
  table: MemoryTable,
  { after, until }: Parameters<RunLedger['holdDelayed']>[0],
): number {
  const delayed = table
    .live('scheduled')
    .filter(
      ({ source, held, startedAt, readyAt }) =>
        source === 'cron' &&
        held === null &&
        startedAt === null &&
        readyAt !== null &&
        after < readyAt &&
        readyAt <= until,
    );
  for (const row of delayed) {
    row.held = 'down';
    row.readyAt = null;
  }
  return delayed.length;
}

/** The rows that something holds, the oldest due first. */
export function heldRows(table: MemoryTable, trigger: TriggerId | undefined): readonly MemoryRow[] {
  const scheduled = trigger === undefined ? table.live('scheduled') : table.liveOf(trigger, 'scheduled');
  return scheduled.filter(({ held }) => held !== null).sort(byDue);
}

/** The held row of the moment that the admission is of, unless it is to be held itself. */
export function heldMoment(
  table: MemoryTable,
  { source, trigger, dueAt, held }: Admission,
): MemoryRow | undefined {
  const row = source === 'cron' && held === undefined ? table.moment(trigger, dueAt) : undefined;
  return row?.state === 'scheduled' && row.held !== null ? row : undefined;
}

/** Nothing holds the row any more. */
export function become(
  table: MemoryTable,
  row: MemoryRow,
  {
    state,
    reason,
    rule,
    at,
  }: Pick<Birth, 'reason' | 'rule'> & { readonly state: RunState; readonly at: number },
): void {
  table.move(row, state);
  Object.assign(row, { reason, rule, held: null, endedAt: isTerminal(state) ? at : null });
}

/** Carries verdicts out; answers with those that met a held row, and the triggers that gained work. */
export function releaseRows(
  table: MemoryTable,
  { at, verdicts }: Pick<Release, 'at' | 'verdicts'>,
): { readonly done: readonly ReleaseVerdict[]; readonly gained: ReadonlySet<TriggerId> } {
  const gained = new Set<TriggerId>();
  const done = verdicts.filter((verdict) => {
    const row = table.get(verdict.run);
    if (row?.state !== 'scheduled' || row.held === null) return false;
    const { kind: state, reason } = verdict;
    become(table, row, { state, reason, rule: verdict.kind === 'missed' ? verdict.rule : null, at });
    if (state === 'queued') gained.add(row.trigger);
    return true;
  });
  return { done, gained };
}
