/** Decides which rows of a store in memory a question is about: pages of runs, and moments of a trigger. */
import type { RunId, TriggerId } from '../../core/ids.ts';
import { toldChat } from '../../core/message.ts';
import type { RunFilter } from '../../core/run-ledger.ts';
import { byDue, isDead } from './rows.ts';
import type { MemoryRow } from './rows.ts';
import type { MemoryTable } from './table.ts';

/** The rows of one page, newest first. */
export function pageOf(
  table: MemoryTable,
  { trigger, state, dead = false, chat, limit, before }: RunFilter,
): readonly MemoryRow[] {
  const end = before === undefined ? Infinity : positionOf(table, before);
  return table
    .select(
      (row) =>
        row.seq < end &&
        (trigger === undefined || row.trigger === trigger) &&
        (state === undefined || row.state === state) &&
        (!dead || isDead(row)) &&
        (chat === undefined || toldChat(row.spec) === chat),
    )
    .slice(-limit)
    .reverse();
}

/** Where a page goes on: at the run it ended with, or where that one was when it has been deleted. */
function positionOf(table: MemoryTable, run: RunId): number {
  const row = table.get(run);
  if (row !== undefined) return row.seq;
  const older = table.select(({ id }) => id < run).sort((a, b) => (a.id < b.id ? -1 : 1));
  return (older.at(-1)?.seq ?? 0) + 1;
}

/** The last that was due at `dueAt` (epoch ms) or before. */
export function lastOccurrence(table: MemoryTable, trigger: TriggerId, dueAt: number): MemoryRow | undefined {
  return table
    .select((row) => row.trigger === trigger && row.dueAt <= dueAt)
    .sort(byDue)
    .at(-1);
}

/** The first moment of a cron after `dueAt`. */
export function nextMoment(table: MemoryTable, trigger: TriggerId, dueAt: number): MemoryRow | undefined {
  return table
    .select((row) => row.source === 'cron' && row.trigger === trigger && row.dueAt > dueAt)
    .sort(byDue)[0];
}

/** The moments of a cron that were due at `since` or later. */
export function momentsSince(table: MemoryTable, trigger: TriggerId, since: number): readonly MemoryRow[] {
  return table.select((row) => row.source === 'cron' && row.trigger === trigger && row.dueAt >= since);
}
