/** Decides how rows are found in memory: by id, by moment, and those that live by trigger. */
import type { RunId, TriggerId } from '../../core/ids.ts';
import { isTerminal } from '../../core/run.ts';
import type { RunState } from '../../core/run.ts';
import { LaneCounts } from '../lane-counts.ts';
import { moved } from '../transitions.ts';
import type { MemoryRow } from './rows.ts';

/** The rows, in the order of their admission. */
export class MemoryTable {
  readonly lanes = new LaneCounts();
  readonly #rows = new Map<RunId, MemoryRow>();
  readonly #moments = new Map<string, MemoryRow>();
  readonly #live = new Map<TriggerId, Set<MemoryRow>>();
  #seq = 0;

  nextSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }

  add(row: MemoryRow): void {
    this.#rows.set(row.id, row);
    if (row.source === 'cron') this.#moments.set(momentKey(row.trigger, row.dueAt), row);
    this.#follow(row, undefined);
  }

  /** Changes the row's state by the rules. */
  move(row: MemoryRow, to: RunState): void {
    const from = row.state;
    row.state = moved(from, to);
    this.#follow(row, from);
  }

  delete(row: MemoryRow): void {
    this.#rows.delete(row.id);
    if (row.source === 'cron') this.#moments.delete(momentKey(row.trigger, row.dueAt));
  }

  get(id: RunId): MemoryRow | undefined {
    return this.#rows.get(id);
  }

  moment(trigger: TriggerId, dueAt: number): MemoryRow | undefined {
    return this.#moments.get(momentKey(trigger, dueAt));
  }

  /** All rows that `keep` accepts, oldest admission first. */
  select(keep: (row: MemoryRow) => boolean): MemoryRow[] {
    return [...this.#rows.values()].filter(keep);
  }

  /** Rows of one trigger that have not ended and are in `state`. */
  liveOf(trigger: TriggerId, state: RunState): MemoryRow[] {
    return [...(this.#live.get(trigger) ?? [])].filter((row) => row.state === state);
  }

  /** Rows of a burst that have not started, oldest admission first. */
  burstOf(trigger: TriggerId, key: string): MemoryRow[] {
    return [...(this.#live.get(trigger) ?? [])].filter(
      ({ burst, startedAt }) => burst?.key === key && startedAt === null,
    );
  }

  /** Rows of all triggers that have not ended and are in `state`. */
  live(state: RunState): MemoryRow[] {
    return [...this.#live.keys()].flatMap((trigger) => this.liveOf(trigger, state));
  }

  #follow(row: MemoryRow, from: RunState | undefined): void {
    this.lanes.move({ trigger: row.trigger, from, to: row.state });
    this.lanes.commit();
    const live = this.#live.get(row.trigger) ?? new Set();
    if (isTerminal(row.state)) live.delete(row);
    else live.add(row);
    if (live.size === 0) this.#live.delete(row.trigger);
    else this.#live.set(row.trigger, live);
  }
}

function momentKey(trigger: TriggerId, dueAt: number): string {
  return `${trigger} ${dueAt}`;
}
