/** Decides how fast the service gets through a queue: runs that are over at once, four at a time, every state on disk. */
import { sleep } from '../reload/saves.ts';
import { MeasuredService } from '../service/service.ts';
import { bearerHookToml, frameToml } from '../service/toml.ts';
import { cpuMs } from '../service/usage.ts';
import { finishedRuns } from './ledger-file.ts';
import { deliver } from './started.ts';

export interface BurstOptions {
  readonly runs: number;
  readonly inFlight: number;
  /** Memory that the service holds besides its own, MB. */
  readonly megabytes: number;
}

/** What came of it. */
export interface Burst {
  readonly perSecond: number;
  /** Time on a core for each run, ms. */
  readonly serviceCpuMsEach: number;
  readonly helperCpuMsEach: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
}

/** They hold every place while the queue fills, so that taking in is over when the runs begin. */
const BLOCKER_SECONDS = 3;
const LOOK_EVERY_MS = 100;

export async function burst({ runs, inFlight, megabytes }: BurstOptions): Promise<Burst> {
  const toml =
    frameToml(inFlight) +
    bearerHookToml('block', ['sleep', String(BLOCKER_SECONDS)]) +
    bearerHookToml('quick', ['true']);
  await using service = await MeasuredService.start({ toml });
  await service.ask({ kind: 'grow', megabytes });
  await deliver(service, { id: 'block', count: inFlight, everyMs: 0 });
  await deliver(service, { id: 'quick', count: runs, everyMs: 0 });
  const [helper = 0] = service.helpers;
  await service.ask({ kind: 'watch-loop' });
  const before = { service: cpuMs(service.pid), helper: cpuMs(helper) };
  await untilDone(service);
  const after = { service: cpuMs(service.pid), helper: cpuMs(helper) };
  const { loopP99Ms, loopMaxMs } = await service.ask({ kind: 'loop' });
  return {
    perSecond: perSecondOf(service),
    serviceCpuMsEach: (after.service - before.service) / runs,
    helperCpuMsEach: (after.helper - before.helper) / runs,
    loopP99Ms,
    loopMaxMs,
  };
}

async function untilDone(service: MeasuredService): Promise<void> {
  for (;;) {
    const { queue } = await service.control<{
      readonly queue: { readonly queued: number; readonly running: number };
    }>('status');
    if (queue.queued + queue.running === 0) return;
    await sleep(LOOK_EVERY_MS);
  }
}

/** By the store's own times, from the first begin to the last end. */
function perSecondOf(service: MeasuredService): number {
  const runs = finishedRuns(service, 'webhook:quick');
  const first = runs.reduce((least, { startedAt }) => Math.min(least, startedAt), Infinity);
  const last = runs.reduce((most, { endedAt }) => Math.max(most, endedAt), 0);
  return (runs.length * 1_000) / (last - first);
}
