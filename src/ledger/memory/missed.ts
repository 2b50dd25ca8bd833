/** Decides how missed runs are found again in memory, see `RunLedger.missedAt`. */
import type { TriggerId } from '../../core/ids.ts';
import { toldChat } from '../../core/message.ts';
import { LEFT_OUT, madeUpBy } from '../../core/missed.ts';
import type { MissedAt, MissedRows, RunLedger } from '../../core/run-ledger.ts';
import type { MissedWord } from '../../core/trigger.ts';
import type { MemoryRow } from './rows.ts';
import type { MemoryTable } from './table.ts';

/** See `RunLedger.missedAt`. */
export function missedAt(
  table: MemoryTable,
  { at, chat }: Parameters<RunLedger['missedAt']>[0],
): MissedAt | undefined {
  const all = table.select((row) => row.state === 'missed' && isToldTo(row, chat));
  const moment = at ?? all.reduce<number | null>((last, { endedAt }) => newer(last, endedAt), null);
  const rows = all.filter(({ endedAt }) => endedAt === moment);
  if (moment === null || rows.length === 0) return undefined;
  const byTrigger = [...Map.groupBy(rows, ({ trigger }) => trigger)].sort(([a], [b]) => (a < b ? -1 : 1));
  return { at: moment, rows: byTrigger.map(([trigger, missed]) => missedRows(trigger, missed)) };
}

/** Rows of missed runs that ended at that moment. */
export function missedRowsAt(
  table: MemoryTable,
  { at, trigger, chat }: { readonly at: number; readonly trigger?: TriggerId; readonly chat?: string },
): MemoryRow[] {
  return table.select(
    (row) =>
      row.state === 'missed' &&
      row.endedAt === at &&
      (trigger === undefined || row.trigger === trigger) &&
      isToldTo(row, chat),
  );
}

/** False once somebody had it made up or left out, and where its rule leaves it out. */
export function isLeft({ rule, isMadeUp }: MemoryRow): boolean {
  return rule !== 'skip' && !isMadeUp;
}

/** See `RunLedger.leaveOut`. */
export function leaveOut(table: MemoryTable, query: Parameters<RunLedger['leaveOut']>[0]): number {
  const rows = missedRowsAt(table, query).filter(isLeft);
  for (const row of rows) {
    row.rule = 'skip';
    note(row, LEFT_OUT);
  }
  return rows.length;
}

/** See `RunLedger.madeUpBy`. */
export function noteMadeUp(table: MemoryTable, pairs: Parameters<RunLedger['madeUpBy']>[0]): void {
  for (const { missed, by } of pairs) {
    const row = table.get(missed);
    if (row?.state !== 'missed' || row.isMadeUp) continue;
    row.isMadeUp = true;
    note(row, madeUpBy(by));
  }
}

function note(row: MemoryRow, words: string): void {
  row.reason = row.reason === null ? words : `${row.reason}; ${words}`;
}

function isToldTo({ spec }: MemoryRow, chat: string | undefined): boolean {
  return chat === undefined || toldChat(spec) === chat;
}

function newer(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && b > a) ? b : a;
}

function missedRows(trigger: TriggerId, rows: readonly MemoryRow[]): MissedRows {
  const dueAt = rows.map((row) => row.dueAt);
  return {
    trigger,
    reason: rows.map(({ reason }) => reason ?? '').reduce((a, b) => (a > b ? a : b), ''),
    rule: ruleOf(rows),
    missed: rows.length,
    madeUp: rows.filter(({ isMadeUp }) => isMadeUp).length,
    firstDueAt: Math.min(...dueAt),
    lastDueAt: Math.max(...dueAt),
  };
}

/** That of rows that nobody made up yet, a row without one counted as by the default; `skip` sorts last. */
function ruleOf(rows: readonly MemoryRow[]): MissedWord {
  const rules = rows.filter(({ isMadeUp }) => !isMadeUp).map(({ rule }) => rule ?? 'last');
  return rules.length === 0 ? 'last' : rules.reduce((a, b) => (a < b ? a : b));
}
