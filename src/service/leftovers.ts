/** Decides that no process of an earlier life goes on beside the attempt that replaces it. */
import type { Clock } from '../core/clock.ts';
import type { BootId } from '../core/ids.ts';
import type { RunLedger } from '../core/run-ledger.ts';
import { endGroup } from '../launcher/group.ts';
import { leadersWritingTo } from '../launcher/orphans.ts';
import { outputFile } from '../runs/output.ts';

export interface LeftoverDeps {
  readonly runs: RunLedger;
  readonly boot: BootId;
  readonly outputRoot: string;
  readonly clock: Clock;
}

/**
 * Ends the process groups of runs that earlier lives left `running`, found by the output file they write to. The dead
 * life's launcher does the same, unless it was killed too or is not there yet. Resolves when they are gone.
 */
export async function endLeftovers({ runs, boot, outputRoot, clock }: LeftoverDeps): Promise<void> {
  const orphans = await runs.orphans(boot);
  if (orphans.length === 0) return;
  const files = orphans.map(({ id, attempt }) => outputFile(outputRoot, id, attempt));
  const graceMs = Math.max(...orphans.map(({ spec }) => spec.policy.killGraceMs));
  await Promise.all(leadersWritingTo(files).map((pid) => endGroup({ pid, graceMs, clock })));
}
