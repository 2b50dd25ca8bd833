/** Decides whether a ledger of millions of rows is as quick as a new one: taking in, handing out, deleting, being asked. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillLedger } from './ledger/fill.ts';
import { pageTimes } from './ledger/pages.ts';
import type { PageTimes } from './ledger/pages.ts';
import { pruneTimes } from './ledger/prunes.ts';
import { GROUP, writeTimes } from './ledger/writes.ts';
import type { WriteTimes } from './ledger/writes.ts';
import { atLeast, atMost } from './row.ts';
import type { Row } from './row.ts';
import { largest, median, percentile } from './spread.ts';

/** What fits into a run of all measures; ten million are for the figures of the documentation. */
const ROWS = Number(process.env['UNTETHER_BENCH_ROWS'] ?? 1_000_000);
const FEW = 1_000;
const NEW = `a ledger of ${FEW.toLocaleString('en-US')} rows`;

export const name = `ledger: ${ROWS.toLocaleString('en-US')} rows of 200 triggers and 29 days, beside ${NEW}`;

export async function run(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'untether-bench-'));
  try {
    return await measured({ small: join(folder, 'small.db'), full: join(folder, 'full.db') });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measured(files: { readonly small: string; readonly full: string }): Promise<readonly Row[]> {
  await fillLedger(files.small, FEW);
  await fillLedger(files.full, ROWS);
  const { size } = await stat(files.full);
  const asked = await pageTimes(files);
  const writes = await writeTimes(files);
  const prunes = await pruneTimes(files.full, ROWS);
  return [
    { what: 'its file', value: size / ROWS, unit: 'bytes a row' },
    {
      what: 'from the fork to serving',
      value: asked.fullReadyMs,
      unit: 'ms',
      baseline: NEW,
      ratio: asked.fullReadyMs / asked.smallReadyMs,
    },
    ...writeRows(writes),
    ...Object.entries(prunes).flatMap(([what, times]) => pruneRows(what, times as readonly number[])),
    ...asked.pages.flatMap(pageRows),
  ];
}

function writeRows({
  small,
  full,
}: {
  readonly small: WriteTimes;
  readonly full: WriteTimes;
}): readonly Row[] {
  const rate = (times: readonly number[]): number => (GROUP * 1_000) / median(times);
  return [
    {
      what: `deliveries taken in, ${GROUP} a commit`,
      value: rate(full.admitMs),
      unit: 'a second',
      baseline: NEW,
      ratio: rate(full.admitMs) / rate(small.admitMs),
      targets: [atLeast(0.8, 'ratio')],
    },
    {
      what: '  by its CPU alone',
      value: rate(full.cpuMs),
      unit: 'a CPU second',
      baseline: NEW,
      ratio: rate(full.cpuMs) / rate(small.cpuMs),
    },
    timeRow('four runs handed out, p50', full.claimMs, small.claimMs),
    timeRow('four runs ended, p50', full.settleMs, small.settleMs),
  ];
}

function timeRow(what: string, full: readonly number[], small: readonly number[]): Row {
  return { what, value: median(full), unit: 'ms', baseline: NEW, ratio: median(full) / median(small) };
}

const PRUNED: Readonly<Record<string, string>> = {
  nothingMs: 'the loop held, of deleting where nothing is past',
  beyondMs: '  200 of those beyond `max_runs`',
  oldMs: '  200 of those past `max_age`',
};

function pruneRows(key: string, times: readonly number[]): readonly Row[] {
  const what = PRUNED[key] ?? key;
  return [
    { what: `${what}, p50`, value: median(times), unit: 'ms', targets: [atMost(50)] },
    { what: '  at most', value: largest(times), unit: 'ms', targets: [atMost(50)] },
  ];
}

function pageRows({ what, smallMs, fullMs }: PageTimes): readonly Row[] {
  return [
    { ...timeRow(`${what}: p50`, fullMs, smallMs), targets: [atMost(50)] },
    { what: '  p95', value: percentile(fullMs, 0.95), unit: 'ms' },
    { what: '  at most', value: largest(fullMs), unit: 'ms', targets: [atMost(50)] },
  ];
}
