/** Decides what reloading a plugin costs: time, and memory that does not come back. */
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PluginBench } from '../../test/plugins/support.ts';
import { atMost } from '../row.ts';
import type { Row } from '../row.ts';
import { residentMb, withChildren } from '../service/usage.ts';
import { percentile } from '../spread.ts';

const WARM = 20;
const RELOADS = 200;
// Workers that were let go of have ended by then.
const REST_MS = 1_500;

export async function reloadRows(): Promise<readonly Row[]> {
  await using bench = await PluginBench.make();
  await reloads(bench, { from: 0, count: WARM });
  const before = await atRest();
  const took = await reloads(bench, { from: WARM, count: RELOADS });
  const after = await atRest();
  return [
    { what: 'one reload, p50', value: percentile(took, 0.5), unit: 'ms' },
    { what: 'one reload, p99', value: percentile(took, 0.99), unit: 'ms' },
    {
      what: 'heap that 200 reloads leave behind',
      ...{ value: after.heapMb - before.heapMb, unit: 'MB', targets: [atMost(5)] },
    },
    {
      what: 'resident memory beyond that before them',
      value: after.residentMb - before.residentMb,
      unit: 'MB',
    },
  ];
}

/** How long each took, ms. */
async function reloads(
  bench: PluginBench,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<readonly number[]> {
  const took: number[] = [];
  for (let n = from; n < from + count; n += 1) {
    await bench.write({ 'p.mjs': textOf(n) });
    const startedAt = performance.now();
    await bench.reload();
    took.push(performance.now() - startedAt);
  }
  return took;
}

function textOf(n: number): string {
  return `const rows = Array.from({ length: 20_000 }, (_, i) => ({ i, n: ${n} }));
export default { commands: { hello: { run: () => String(rows.length) } } };`;
}

async function atRest(): Promise<{ readonly heapMb: number; readonly residentMb: number }> {
  await wait(REST_MS);
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed } = process.memoryUsage();
  // The threads are in a process of their own.
  return { heapMb: heapUsed / 1e6, residentMb: withChildren(process.pid, residentMb) };
}
