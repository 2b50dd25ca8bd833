/** Decides what becomes of runs whose service died under them. */
import type { BootId } from '../core/ids.ts';
import type { OrphanRun, RunLedger } from '../core/ledger.ts';
import { afterAttempt } from './retry.ts';

/** A run that has been started this often beside its retries is not started again: it may be what kills the service. */
const MOST_CRASHES = 10;

/**
 * Settles every run that a process other than `alive` had claimed: back into the queue where `on_crash` allows it,
 * else failed. Call it before anything is claimed; answers with how many there were.
 */
export async function recoverOrphans(runs: RunLedger, alive: BootId, now: number): Promise<number> {
  const orphans = await runs.orphans(alive);
  await Promise.all(orphans.map((orphan) => runs.settle(settlementOf(orphan, now))));
  return orphans.length;
}

function settlementOf(orphan: OrphanRun, now: number): Parameters<RunLedger['settle']>[0] {
  const { policy } = orphan.spec;
  const reason = `the service died while it ran (attempt ${orphan.attempt})`;
  const isHopeless = orphan.attempt >= policy.retries + MOST_CRASHES;
  const verdict = afterAttempt({
    outcome: { kind: 'interrupted', exitCode: null, endedBy: 'crash', reason },
    attempt: orphan.attempt,
    policy: isHopeless ? { ...policy, onCrash: 'fail' } : policy,
    firstStartedAt: now,
    now,
    random: 0,
  });
  return {
    run: orphan.id,
    owner: orphan.owner,
    attempt: orphan.attempt,
    endedAt: now,
    exitCode: null,
    endedBy: 'crash',
    ...verdict,
  };
}
