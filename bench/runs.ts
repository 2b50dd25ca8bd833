/** Decides how fast what was accepted is executed: how soon a run begins, and how many a second get through. */
import { CLOCK_COMMAND } from './runs/clock-command.ts';
import type { ClockReport } from './runs/clock-process.ts';
import { burst } from './runs/burst.ts';
import type { Burst } from './runs/burst.ts';
import type { SpawnerReport } from './runs/spawner-process.ts';
import { deliver, startDelays } from './runs/started.ts';
import { forkBeside, nextMessage } from './processes.ts';
import { sleep } from './reload/saves.ts';
import { atLeast, atMost } from './row.ts';
import type { Row } from './row.ts';
import { MeasuredService } from './service/service.ts';
import { bearerHookToml, cronToml, frameToml } from './service/toml.ts';
import { percentile } from './spread.ts';

export const name =
  'runs: how soon one begins in an idle service, and `true` four at a time from a full queue';

const IN_FLIGHT = 4;
const RUNS = 1_500;
const LARGE_MB = 512;
const SPAWNS = 1_000;
const DELIVERIES = 150;
const CRONS = 5;
const EVERY_MS = 25;

export async function run(): Promise<readonly Row[]> {
  return [...(await startRows()), ...(await throughputRows())];
}

const BARE_START = 'bare spawn → the program looks at the clock, p50';

async function startRows(): Promise<readonly Row[]> {
  const bare = await reportOf<ClockReport>('./runs/clock-process.ts', [DELIVERIES, EVERY_MS]);
  const crons = Array.from({ length: CRONS }, (_, index) =>
    cronToml(`clock-${index}`, { schedule: '* * * * * *', command: CLOCK_COMMAND }),
  );
  const toml = frameToml(64) + bearerHookToml('clock', CLOCK_COMMAND) + crons.join('');
  await using service = await MeasuredService.start({ toml });
  await deliver(service, { id: 'clock', count: DELIVERIES, everyMs: EVERY_MS });
  await sleep(500);
  const received = startDelays(service, 'webhook:clock');
  const due = crons.flatMap((_, index) => startDelays(service, `cron:clock-${index}`).slice(1));
  const spawnMs = percentile(bare.startMs, 0.5);
  const row = (what: string, delays: readonly number[]): readonly Row[] => [
    {
      what: `${what} → the same, p50`,
      value: percentile(delays, 0.5),
      unit: 'ms',
      baseline: BARE_START,
      ratio: percentile(delays, 0.5) / spawnMs,
      targets: [atMost(Number((spawnMs + 5).toFixed(1)))],
    },
    { what: `${what} → the same, p99`, value: percentile(delays, 0.99), unit: 'ms' },
  ];
  return [
    { what: BARE_START, value: spawnMs, unit: 'ms' },
    { what: 'bare, p99', value: percentile(bare.startMs, 0.99), unit: 'ms' },
    ...row('delivery received', received),
    ...row(`cron due, ${CRONS} at once`, due),
  ];
}

const BARE = 'bare spawn of `true`, 4 at a time, from a small process';

/** The baseline is taken before, between and after: noise comes in seconds. */
async function throughputRows(): Promise<readonly Row[]> {
  const bare = [await bareSpawns()];
  const small = await burst({ runs: RUNS, inFlight: IN_FLIGHT, megabytes: 0 });
  bare.push(await bareSpawns());
  const large = await burst({ runs: RUNS, inFlight: IN_FLIGHT, megabytes: LARGE_MB });
  bare.push(await bareSpawns());
  const mean = (from: number): number =>
    ((bare[from]?.perSecond ?? 0) + (bare[from + 1]?.perSecond ?? 0)) / 2;
  return [
    {
      what: BARE,
      value: percentile(
        bare.map(({ perSecond }) => perSecond),
        0.5,
      ),
      unit: 'runs/s',
    },
    {
      what: '  its CPU',
      value: percentile(
        bare.map(({ cpuMsEach }) => cpuMsEach),
        0.5,
      ),
      unit: 'ms a run',
    },
    ...burstRows('the service', { measured: small, baseline: mean(0) }),
    ...burstRows(`the service with ${LARGE_MB} MB more`, { measured: large, baseline: mean(1) }),
  ];
}

function burstRows(
  what: string,
  { measured, baseline }: { readonly measured: Burst; readonly baseline: number },
): readonly Row[] {
  return [
    {
      what: `${what}, every state on disk`,
      value: measured.perSecond,
      unit: 'runs/s',
      baseline: BARE,
      ratio: measured.perSecond / baseline,
      targets: [atLeast(0.9, 'ratio')],
    },
    { what: '  its CPU', value: measured.serviceCpuMsEach, unit: 'ms a run' },
    { what: '  its launcher helper’s CPU', value: measured.helperCpuMsEach, unit: 'ms a run' },
    { what: '  its event loop late, p99', value: measured.loopP99Ms, unit: 'ms', targets: [atMost(10)] },
    { what: '  its event loop late, at most', value: measured.loopMaxMs, unit: 'ms' },
  ];
}

function bareSpawns(): Promise<SpawnerReport> {
  return reportOf<SpawnerReport>('./runs/spawner-process.ts', [SPAWNS, IN_FLIGHT]);
}

function reportOf<T>(script: string, args: readonly number[]): Promise<T> {
  return nextMessage<T>(forkBeside(import.meta.url, script, { args: args.map(String) }));
}
