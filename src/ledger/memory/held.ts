/** Decides how moments that are held back end in memory: made up, missed, or replaced by a newer one. */
import type { TriggerId } from '../../core/ids.ts';
import type { HeldMoment, Release, ReleaseVerdict } from '../../core/run-ledger.ts';
import type { MemoryRow } from './rows.ts';
import { byDue } from './rows.ts';
import type { MemoryTable } from './table.ts';

/** See `RunLedger.heldMoments`. */
export function heldMoments(table: MemoryTable, trigger: TriggerId | undefined): readonly HeldMoment[] {
  return heldRows(table, trigger).flatMap(({ id: run, trigger: of, dueAt, held: cause }) =>
    cause === null ? [] : [{ run, trigger: of, dueAt, cause }],
  );
}

/** The rows that something holds, the oldest due first. */
export function heldRows(table: MemoryTable, trigger: TriggerId | undefined): readonly MemoryRow[] {
  const scheduled = trigger === undefined ? table.live('scheduled') : table.liveOf(trigger, 'scheduled');
  return scheduled.filter(({ held }) => held !== null).sort(byDue);
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
    table.move(row, verdict.kind);
    row.reason = verdict.reason;
    row.held = null;
    if (verdict.kind === 'queued') gained.add(row.trigger);
    else Object.assign(row, { endedAt: at, rule: verdict.rule });
    return true;
  });
  return { done, gained };
}
