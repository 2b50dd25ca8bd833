/** Decides how long deleting holds everything else up: what is past its age, and what is beyond the number that is kept. */
import { systemClock } from '../../src/core/clock.ts';
import { AppError } from '../../src/core/errors.ts';
import { silentLog } from '../../src/core/log.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { SPAN_MS } from './shape.ts';

/** As many as retention deletes in one transaction. */
const AT_ONCE = 200;
const BATCHES = 30;

/** How long the event loop did not come round at most, ms: one value for each batch. */
export interface PruneTimes {
  /** The oldest hour, with room for every row. */
  readonly oldMs: readonly number[];
  /** Some rows more than are kept. */
  readonly beyondMs: readonly number[];
  /** Nothing is past anything: what retention finds nearly every time. */
  readonly nothingMs: readonly number[];
}

/** Deletes some thousand rows of the ledger in `file`, which holds `rows`. */
export async function pruneTimes(file: string, rows: number): Promise<PruneTimes> {
  await using ledger = await openLedger({ file, clock: systemClock, log: silentLog });
  const batches = async (endedBefore: number, keep: number): Promise<readonly number[]> => {
    const times: number[] = [];
    for (let batch = 0; batch < BATCHES; batch++)
      times.push(
        await longestHeld(() => ledger.runs.prune({ endedBefore, keep, limit: AT_ONCE, now: Date.now() })),
      );
    return times;
  };
  const before = Date.now() - SPAN_MS;
  const nothingMs = await batches(before - 86_400_000, 2 * rows);
  const beyondMs = await batches(before - 86_400_000, Math.round(rows * 0.9));
  const oldMs = await batches(before + SPAN_MS / 10, 2 * rows);
  if ((await ledger.runs.get((await ledger.runs.list({ limit: 1 }))[0]!.id)) === undefined)
    throw new AppError('internal', 'the newest run was deleted');
  return { nothingMs, beyondMs, oldMs };
}

async function longestHeld(work: () => Promise<unknown>): Promise<number> {
  let [last, longest, isOver] = [performance.now(), 0, false];
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isOver = true;
  turn();
  return longest;
}
