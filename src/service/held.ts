/** Decides what becomes of moments that were held back by a pause once it ends. */
import type { Clock } from '../core/clock.ts';
import { formatDuration } from '../core/duration.ts';
import type { TriggerId } from '../core/ids.ts';
import type { RunLedger } from '../core/ledger.ts';
import type { Snapshot } from '../core/snapshot.ts';

const MOST_HELD = 1_000;

export interface HeldDeps {
  readonly runs: RunLedger;
  readonly current: () => Snapshot;
  readonly clock: Clock;
}

/** Ends as `missed` what waited longer than its trigger's grace; the rest is ready to be queued. */
export async function releaseHeld(deps: HeldDeps, trigger: TriggerId | undefined): Promise<void> {
  const now = deps.clock.now();
  const held = await deps.runs.list({
    state: 'scheduled',
    limit: MOST_HELD,
    ...(trigger === undefined ? {} : { trigger }),
  });
  const stale = held.filter((run) => {
    const cron = deps.current().crons.get(run.trigger);
    return run.source === 'cron' && cron !== undefined && now - run.dueAt > cron.missed.graceMs;
  });
  await Promise.all(
    stale.map((run) => {
      const reason = `${run.reason ?? 'paused'}; resumed ${formatDuration(now - run.dueAt)} after it was due, beyond the grace`;
      return deps.runs.dismiss(run.id, { state: 'missed', at: now, reason });
    }),
  );
}
