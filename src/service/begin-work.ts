/** Decides how work begins: what an earlier life left is settled, the time between is accounted for, and swaps are followed. */
import { rm } from 'node:fs/promises';
import { recoverOrphans } from '../runs/recover.ts';
import { tzDataVersion } from '../scheduler/zones.ts';
import { warnOfLoop } from './downtime.ts';
import { endLeftovers } from './leftovers.ts';
import type { Parts } from './parts.ts';
import type { Resources } from './resources.ts';
import { Zones } from './zones.ts';

/** Begins, before anything is taken in. Rejects with `unavailable`. */
export async function beginWork(
  resources: Resources,
  parts: Parts,
  undo: AsyncDisposableStack,
): Promise<void> {
  const { opening } = resources;
  const { manager, scheduler, dispatcher, holding, reports } = parts;
  await settleLastLife(resources, parts);
  reports.begin();
  const zones = zonesOf(resources);
  await zones.begin(manager.current());
  await scheduler.start({ ...opening, pauses: holding.endedBefore });
  await holding.begin(opening);
  followSwaps(parts, zones);
  dispatcher.start();
  undo.defer(warnOfLoop(opening, resources));
}

/** Ends what ran on or was cut off; nothing of an earlier life is under way any more. */
async function settleLastLife(
  { ledger, boot, bus, clock, log }: Resources,
  { tell, outputRoot, workRoot }: Parts,
): Promise<void> {
  const { runs } = ledger;
  await endLeftovers({ runs, boot, outputRoot, clock });
  const now = clock.now();
  const orphans = await recoverOrphans({ runs, alive: boot, now, tell, publish: bus.publish });
  // Its private folders are of no use.
  await rm(workRoot, { recursive: true, force: true });
  if (orphans > 0) log.warn('runs were cut off by the end of the last life', { runs: orphans });
}

function zonesOf({ ledger, bus, clock, log }: Resources): Zones {
  const { chat, triggers } = ledger;
  const version = tzDataVersion(process.versions);
  return new Zones({ chat, triggers, publish: bus.publish, clock, log, version });
}

function followSwaps({ manager, scheduler, dispatcher, holding }: Parts, zones: Zones): void {
  manager.subscribe((next, previous) => {
    scheduler.follow(next, previous);
    dispatcher.refresh();
    void holding.follow(next, previous);
    void zones.keep(next);
  });
}
