/** Decides how rows in memory are counted by what became of them. */
import type { DueTally } from '../../core/tally.ts';
import { isOverlap } from '../../core/tally.ts';
import type { MemoryRow } from './rows.ts';

type Fate = Exclude<keyof DueTally, 'due' | 'overlapped'>;

/** The counts of these rows, see `RunLedger.tally`. */
export function tallyOf(rows: readonly MemoryRow[]): DueTally {
  const count = (fate: Fate): number => rows.filter((row) => fateOf(row) === fate).length;
  const skipped = rows.filter((row) => fateOf(row) === 'skipped');
  return {
    due: rows.length,
    ran: count('ran'),
    waiting: count('waiting'),
    skipped: skipped.length,
    overlapped: skipped.filter(({ reason }) => isOverlap(reason)).length,
    missed: count('missed'),
    superseded: count('superseded'),
    cancelled: count('cancelled'),
  };
}

function fateOf({ state, startedAt }: MemoryRow): Fate {
  if (startedAt !== null && state !== 'skipped') return 'ran';
  switch (state) {
    case 'scheduled':
    case 'queued':
      return 'waiting';
    case 'skipped':
    case 'missed':
    case 'superseded':
    case 'cancelled':
      return state;
    case 'running':
    case 'succeeded':
    case 'failed':
      return 'ran';
    default:
      return state satisfies never;
  }
}
