/** Decides what becomes of runs whose service died under them. */
import { noUsage } from '../core/agent.ts';
import type { Publish } from '../core/event.ts';
import type { BootId } from '../core/ids.ts';
import type { OrphanRun, RunLedger, Settlement } from '../core/run-ledger.ts';
import { settledEvents } from './announce.ts';
import { afterAttempt } from './retry.ts';
import type { Tell } from './settling.ts';
import { withMessages } from './settling.ts';

/** A run that has been started this often beside its retries is not started again: it may be what kills the service. */
const MOST_CRASHES = 10;

/** What recovery needs to know about this life. */
export interface RecoverDeps {
  readonly runs: RunLedger;
  /** This life: what it runs itself is no orphan. */
  readonly alive: BootId;
  /** Epoch ms. */
  readonly now: number;
  readonly tell: Tell;
  readonly publish: Publish;
}

/**
 * Settles every run that a process other than `alive` had claimed: back into the queue where `on_crash` allows it,
 * else failed. Call it before anything is claimed; answers with how many there were.
 */
export async function recoverOrphans({ runs, alive, now, tell, publish }: RecoverDeps): Promise<number> {
  const orphans = await runs.orphans(alive);
  await Promise.all(
    orphans.map(async (orphan) => {
      const bare = settlementOf(orphan, now);
      const told = await tell(orphan, bare, { message: undefined, startedAt: undefined });
      const settlement = withMessages(bare, told);
      if (!(await runs.settle(settlement))) return;
      for (const event of settledEvents(orphan, settlement)) publish(event);
    }),
  );
  return orphans.length;
}

function settlementOf(orphan: OrphanRun, now: number): Settlement {
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
    ...unheard(orphan),
    ...verdict,
  };
}

/** It has run, whatever it consumed: its budget counts it. */
function unheard({ spec: { action } }: OrphanRun): Pick<Settlement, 'agent'> {
  if (action.kind !== 'agent_run') return {};
  const { engine, model = null } = action;
  return {
    agent: {
      engine: engine.name,
      model,
      session: null,
      answer: null,
      usage: noUsage,
    },
  };
}
