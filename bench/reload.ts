/** Decides what a saved file costs a service under load: how soon it is live, and what requests notice of it. */
import type { ChildProcess } from 'node:child_process';
import type { SteadyCommand } from './load/steady-process.ts';
import type { SteadyReport } from './load/steady.ts';
import { LOAD_CORE, SERVER_CORE, ask, forkBeside } from './processes.ts';
import { fileOf, saveAndAwait, sleep } from './reload/saves.ts';
import { atMost } from './row.ts';
import type { Row } from './row.ts';
import { MeasuredService } from './service/service.ts';
import { largest, percentile } from './spread.ts';

export const name =
  'reload: the file is saved again and again, each time with one webhook more; 500 requests a second, a core each';

interface Size {
  readonly triggers: number;
  readonly saves: number;
  /** How much longer than without a save a request may take, ms. */
  readonly delayMs: number;
}

const SIZES: readonly Size[] = [
  { triggers: 100, saves: 20, delayMs: 20 },
  { triggers: 1_000, saves: 20, delayMs: 100 },
  { triggers: 10_000, saves: 3, delayMs: 100 },
];
const PER_SECOND = 500;
const QUIET_MS = 1_000;
const SERVING_WITHIN_MS = 1_000;

export async function run(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const size of SIZES) rows.push(...(await measure(size)));
  return rows;
}

async function measure({ triggers, saves, delayMs }: Size): Promise<readonly Row[]> {
  const toml = fileOf(triggers);
  await using service = await MeasuredService.start({ toml, core: SERVER_CORE });
  const load = forkBeside(import.meta.url, './load/steady-process.ts', { core: LOAD_CORE });
  try {
    // Answers that nobody counts: the code of both ends is compiled on them.
    await underLoad(load, service, () => sleep(QUIET_MS));
    const quiet = await underLoad(load, service, () => sleep(QUIET_MS));
    const busy = await underLoad(load, service, () => saveAndAwait(service, toml, saves));
    return rowsOf({ triggers, delayMs, quiet, busy, servedMs: busy.result });
  } finally {
    load.kill();
  }
}

interface UnderLoad<T> {
  readonly report: SteadyReport;
  readonly result: T;
  /** The longest that the service's event loop did not come round, ms. */
  readonly blockedMs: number;
}

async function underLoad<T>(
  load: ChildProcess,
  service: MeasuredService,
  work: () => Promise<T>,
): Promise<UnderLoad<T>> {
  const { port } = service;
  await ask(load, { kind: 'begin', port, perSecond: PER_SECOND } satisfies SteadyCommand);
  await service.ask({ kind: 'watch-loop' });
  const result = await work();
  const { loopMaxMs } = await service.ask({ kind: 'loop' });
  const report = await ask<SteadyReport>(load, { kind: 'end' } satisfies SteadyCommand);
  return { report, result, blockedMs: loopMaxMs };
}

interface Figures {
  readonly triggers: number;
  readonly delayMs: number;
  readonly quiet: UnderLoad<void>;
  readonly busy: UnderLoad<unknown>;
  readonly servedMs: readonly number[];
}

function rowsOf({ triggers, delayMs, quiet, busy, servedMs }: Figures): readonly Row[] {
  const size = `${triggers.toLocaleString('en-US')} triggers`;
  const baseline = `${size}: slowest request without a save`;
  const calm = largest(quiet.report.latenciesMs);
  const slowest = largest(busy.report.latenciesMs);
  return [
    { what: `${size}: saved → serving, p50`, value: percentile(servedMs, 0.5), unit: 'ms' },
    {
      what: `${size}: saved → serving, p95`,
      value: percentile(servedMs, 0.95),
      unit: 'ms',
      targets: triggers <= 1_000 ? [atMost(SERVING_WITHIN_MS)] : [],
    },
    { what: `${size}: requests refused`, value: busy.report.others, unit: '', targets: [atMost(0)] },
    { what: baseline, value: calm, unit: 'ms' },
    {
      what: `${size}: slowest request`,
      value: slowest,
      unit: 'ms',
      baseline,
      ratio: slowest / calm,
      targets: [atMost(delayMs)],
    },
    { what: `${size}: p99 of all requests`, value: percentile(busy.report.latenciesMs, 0.99), unit: 'ms' },
    { what: `${size}: event loop blocked without a save, at most`, value: quiet.blockedMs, unit: 'ms' },
    { what: `${size}: event loop blocked, at most`, value: busy.blockedMs, unit: 'ms' },
  ];
}
