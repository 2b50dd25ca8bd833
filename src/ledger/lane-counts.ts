/** Decides how many rows of each trigger live, without asking the store: kept in memory, exact after a rollback. */
import type { TriggerId } from '../core/ids.ts';
import type { QueueCounts } from '../core/run-ledger.ts';
import type { RunState } from '../core/run.ts';

type LiveState = keyof QueueCounts;
type Lane = { -readonly [State in LiveState]: QueueCounts[State] };

/** One change of one row's state; undefined is a row that is not there (yet). */
export interface Step {
  readonly trigger: TriggerId;
  readonly from: RunState | undefined;
  readonly to: RunState | undefined;
}

const NONE: QueueCounts = Object.freeze({ scheduled: 0, queued: 0, running: 0 });

/**
 * Counts of live rows per trigger and in total. A transactional store makes it follow its transactions: steps since
 * the last `commit` are undone by `rollback`.
 */
export class LaneCounts {
  readonly #lanes = new Map<TriggerId, Lane>();
  readonly #total: Lane = { ...NONE };
  readonly #steps: Step[] = [];

  /** Counts one change of state. */
  move(step: Step): void {
    this.#steps.push(step);
    this.#apply(step.trigger, step.from, -1);
    this.#apply(step.trigger, step.to, 1);
  }

  /** Takes over what a store holds when it is opened. */
  load(trigger: TriggerId, state: LiveState, rows: number): void {
    this.#apply(trigger, state, rows);
  }

  commit(): void {
    this.#steps.length = 0;
  }

  rollback(): void {
    for (const { trigger, from, to } of this.#steps.toReversed()) {
      this.#apply(trigger, to, -1);
      this.#apply(trigger, from, 1);
    }
    this.#steps.length = 0;
  }

  /** Of one trigger; a view that later steps change. */
  of(trigger: TriggerId): QueueCounts {
    return this.#lanes.get(trigger) ?? NONE;
  }

  total(): QueueCounts {
    return { ...this.#total };
  }

  /** Triggers with queued rows. */
  waiting(): readonly TriggerId[] {
    return [...this.#lanes].filter(([, lane]) => lane.queued > 0).map(([trigger]) => trigger);
  }

  #apply(trigger: TriggerId, state: RunState | undefined, by: number): void {
    if (state !== 'scheduled' && state !== 'queued' && state !== 'running') return;
    const lane = this.#lanes.get(trigger) ?? { ...NONE };
    lane[state] += by;
    this.#total[state] += by;
    if (lane.scheduled + lane.queued + lane.running === 0) this.#lanes.delete(trigger);
    else this.#lanes.set(trigger, lane);
  }
}

/** The counts as they are once these rows have ended. */
export function without(lane: QueueCounts, ending: ReadonlyArray<{ readonly state: RunState }>): QueueCounts {
  if (ending.length === 0) return lane;
  const left: Lane = { ...lane };
  for (const { state } of ending) {
    if (state === 'scheduled' || state === 'queued' || state === 'running') left[state] -= 1;
  }
  return left;
}
