/** Decides which runs of a store in memory are next: those whose time has come, and the first of each trigger. */
import type { TriggerId } from '../../core/ids.ts';
import type { RunLedger, WaitingTrigger } from '../../core/run-ledger.ts';
import { reasonWhenQueued } from '../lateness.ts';
import { byDue } from './rows.ts';
import type { MemoryRow } from './rows.ts';
import type { MemoryTable } from './table.ts';

/** Queues what is scheduled for `now` (epoch ms) or before, but for triggers that are held; see `RunLedger.promote`. */
export function promoteReady(
  table: MemoryTable,
  now: number,
  isHeld: (trigger: TriggerId) => boolean,
): Awaited<ReturnType<RunLedger['promote']>> {
  const scheduled = table.live('scheduled');
  const ready = scheduled.filter((row) => isReady(row, now) && !isHeld(row.trigger)).sort(byReady);
  for (const row of ready) {
    table.move(row, 'queued');
    row.reason = reasonWhenQueued(row, now);
    row.readyAt = null;
  }
  const next = scheduled.flatMap(({ readyAt }) => (readyAt !== null && readyAt > now ? [readyAt] : []));
  return {
    promoted: headsOf(table, new Set(ready.map(({ trigger }) => trigger))),
    nextReadyAt: next.length === 0 ? undefined : next.reduce((a, b) => Math.min(a, b)),
  };
}

/** The run of each of these triggers that is to begin first; of one that has none waiting, none. */
export function headsOf(table: MemoryTable, triggers: Iterable<TriggerId>): readonly WaitingTrigger[] {
  return [...triggers].flatMap((trigger) =>
    table
      .liveOf(trigger, 'queued')
      .sort(byDue)
      .slice(0, 1)
      .map(({ spec }) => ({ trigger, spec })),
  );
}

function isReady({ readyAt }: MemoryRow, now: number): boolean {
  return readyAt !== null && readyAt <= now;
}

function byReady(a: MemoryRow, b: MemoryRow): number {
  return (a.readyAt ?? 0) - (b.readyAt ?? 0) || a.seq - b.seq;
}
