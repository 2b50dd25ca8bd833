/** Decides what becomes of moments that were held back by a pause once it ends: the rule for missed moments judges them. */
import type { Clock } from '../core/clock.ts';
import type { Publish } from '../core/event.ts';
import type { RunId, TriggerId } from '../core/ids.ts';
import type { RunLedger } from '../core/ledger.ts';
import type { Run } from '../core/run.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { judgeMissed } from '../scheduler/missed.ts';
import { utc } from './utc.ts';

const PAGE = 1_000;

/** What judging needs. */
export interface ResumeDeps {
  readonly runs: RunLedger;
  readonly current: () => Snapshot;
  /** True for triggers that are still paused, by themselves or with everything. */
  readonly isHeld: (trigger: TriggerId) => boolean;
  readonly publish: Publish;
  readonly clock: Clock;
}

/**
 * Ends as `missed` what the trigger's policy does not make up; the rest is left ready to be queued. `trigger` undefined:
 * of all triggers. Rejects with `unavailable`; what was not ended by then may run.
 */
export async function releaseHeld(deps: ResumeDeps, trigger: TriggerId | undefined): Promise<void> {
  const { current, clock } = deps;
  const now = clock.now();
  const { crons } = current();
  const held = await heldMoments(deps, { trigger, now });
  for (const [id, rows] of held) {
    const cron = crons.get(id);
    // A trigger that has left the configuration has no policy any more; what it was due for is not taken from it.
    if (cron === undefined) continue;
    const moments = rows.map(({ dueAt }) => dueAt);
    const cause = `paused until ${utc(now)} UTC`;
    const verdicts = judgeMissed({ moments, now, policy: cron.missed, cause });
    for (const [index, { state, reason }] of verdicts.entries()) {
      const row = rows[index];
      if (row !== undefined && state === 'missed')
        await dismiss(deps, row, { at: now, reason: reason ?? cause });
    }
  }
}

interface Held {
  readonly id: RunId;
  readonly trigger: TriggerId;
  readonly dueAt: number;
}

/** Moments of crons that nothing holds any more and that have not begun, by trigger, oldest first. */
async function heldMoments(
  { runs, isHeld }: ResumeDeps,
  { trigger, now }: { readonly trigger: TriggerId | undefined; readonly now: number },
): Promise<ReadonlyMap<TriggerId, readonly Held[]>> {
  const found: Held[] = [];
  let before: RunId | undefined;
  do {
    const page = await runs.list({
      state: 'scheduled',
      limit: PAGE,
      ...(trigger === undefined ? {} : { trigger }),
      ...(before === undefined ? {} : { before }),
    });
    for (const run of page) {
      const { id, dueAt } = run;
      if (isWaitingMoment(run, now) && !isHeld(run.trigger)) found.push({ id, trigger: run.trigger, dueAt });
    }
    before = page.at(-1)?.id;
  } while (before !== undefined);
  found.sort((a, b) => a.dueAt - b.dueAt);
  return Map.groupBy(found, (row) => row.trigger);
}

/** Not what waits for its next attempt, which is `scheduled` too. */
function isWaitingMoment({ source, dueAt, startedAt }: Run, now: number): boolean {
  return source === 'cron' && startedAt === null && dueAt <= now;
}

async function dismiss(
  { runs, publish }: ResumeDeps,
  { id, trigger }: Held,
  { at, reason }: { readonly at: number; readonly reason: string },
): Promise<void> {
  const met = await runs.dismiss(id, { state: 'missed', at, reason });
  if (met.kind === 'done') publish({ kind: 'run', run: id, trigger, state: 'missed', reason, at });
}
