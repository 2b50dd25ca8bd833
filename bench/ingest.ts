/** Decides how fast deliveries are taken in: 202s for each second of the server's CPU, and how long one waits for its 202. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import type { Contender, Round } from './ingest/contender.ts';
import type { CollectorReport } from './ingest/collector-process.ts';
import { contenderOf, flood, startServer } from './ingest/contender.ts';
import { fsyncTimes } from './ingest/fsync.ts';
import { servers } from './ingest/servers.ts';
import type { ServerName } from './ingest/servers.ts';
import type { SteadyCommand } from './load/steady-process.ts';
import type { SteadyReport } from './load/steady.ts';
import { LOAD_CORE, SERVER_CORE, ask, forkBeside, nextMessage } from './processes.ts';
import { atLeast, atMost } from './row.ts';
import type { Row, Target } from './row.ts';
import { MeasuredService } from './service/service.ts';
import { frameToml, signedHookToml, telemetryToml } from './service/toml.ts';
import { median, percentile } from './spread.ts';
import { AppError } from '../src/core/errors.ts';

export const name =
  'ingest: 1 KB JSON, HMAC-SHA256, 64 connections, server and load on a core each; 202s a CPU second';

const BASELINE: ServerName = 'bare Hono + HMAC, no store';
const SERVICE = 'the whole service, SQLite FULL';
const TRACED = 'the same, with a span of each to a collector';
// Code that runs often is compiled in the first seconds, at the cost of what is measured.
const WARM_UP_SECONDS = 2;
const ROUND_SECONDS = 1;
// They take turns in short rounds: on a shared machine noise comes in seconds, and meets all of them alike.
const ROUNDS = 3;
const STEADY_MS = 5_000;

/** Measures throughput in turns, then the service's latency at half of what it took. */
export async function run(): Promise<readonly Row[]> {
  await using held = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'untether-bench-'));
  held.defer(() => rm(folder, { recursive: true, force: true }));
  const service = await MeasuredService.start({ toml: frameToml(1) + signedHookToml, core: SERVER_CORE });
  held.use(service);
  const contenders: Contender[] = [];
  for (const what of Object.keys(servers) as ServerName[]) {
    contenders.push(held.use(await startServer(what, folder)));
  }
  contenders.push(contenderOf(SERVICE, service));
  const collector = forkBeside(import.meta.url, './ingest/collector-process.ts', { core: LOAD_CORE });
  held.defer(() => void collector.kill());
  const { port } = await nextMessage<CollectorReport>(collector);
  const toml = frameToml(1) + signedHookToml + telemetryToml(port);
  contenders.push(contenderOf(TRACED, held.use(await MeasuredService.start({ toml, core: SERVER_CORE }))));

  const rounds = await inTurns(contenders);
  const fsyncMs = fsyncTimes(folder);
  const perSecond = median((rounds.get(SERVICE) ?? []).map((round) => round.perSecond)) / 2;
  const { latenciesMs } = await steadily(service.port, perSecond);
  const disk = median([...fsyncMs, ...fsyncTimes(folder)]);
  return [...throughputRows(rounds), ...latencyRows({ latenciesMs, perSecond, disk })];
}

async function inTurns(contenders: readonly Contender[]): Promise<ReadonlyMap<string, readonly Round[]>> {
  const load = forkBeside(import.meta.url, './load/flood-process.ts', { core: LOAD_CORE });
  try {
    for (const contender of contenders) await flood(contender, load, WARM_UP_SECONDS);
    const rounds = new Map<string, Round[]>(contenders.map(({ what }) => [what, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const contender of contenders) {
        rounds.get(contender.what)?.push(await flood(contender, load, ROUND_SECONDS));
      }
    }
    return rounds;
  } finally {
    load.kill();
  }
}

async function steadily(port: number, perSecond: number): Promise<SteadyReport> {
  const load: ChildProcess = forkBeside(import.meta.url, './load/steady-process.ts', { core: LOAD_CORE });
  try {
    await ask(load, { kind: 'begin', port, perSecond } satisfies SteadyCommand);
    await new Promise((resolve) => setTimeout(resolve, STEADY_MS));
    const report = await ask<SteadyReport>(load, { kind: 'end' } satisfies SteadyCommand);
    if (report.others > 0)
      throw new AppError('internal', `${report.others} of the steady requests were not accepted`);
    return report;
  } finally {
    load.kill();
  }
}

function throughputRows(rounds: ReadonlyMap<string, readonly Round[]>): readonly Row[] {
  return [...rounds].map(([what, measured]): Row => {
    const baseline = what === TRACED ? SERVICE : BASELINE;
    const beside = rounds.get(baseline) ?? [];
    const ratios = measured.map(
      ({ perCpuSecond }, round) => perCpuSecond / (beside[round]?.perCpuSecond ?? 1),
    );
    const targets: readonly Target[] = what === SERVICE ? [atLeast(10_000), atLeast(1, 'ratio')] : [];
    return {
      what,
      value: median(measured.map(({ perCpuSecond }) => perCpuSecond)),
      unit: '202/CPU-s',
      baseline,
      ratio: median(ratios),
      targets,
    };
  });
}

interface Latencies {
  readonly latenciesMs: readonly number[];
  readonly perSecond: number;
  /** Median fsync, ms. */
  readonly disk: number;
}

function latencyRows({ latenciesMs, perSecond, disk }: Latencies): readonly Row[] {
  const load = `${Math.round(perSecond).toLocaleString('en-US')} a second, half of what it took`;
  const baseline = 'fsync of the disk, p50';
  const p50 = percentile(latenciesMs, 0.5);
  return [
    { what: baseline, value: disk, unit: 'ms' },
    {
      what: `request → 202, p50, at ${load}`,
      value: p50,
      unit: 'ms',
      baseline,
      ratio: p50 / disk,
      targets: [atMost(3, 'ratio')],
    },
    { what: 'the same, p99', value: percentile(latenciesMs, 0.99), unit: 'ms', targets: [atMost(25)] },
  ];
}
