/** Decides what reloading a plugin costs: time, and memory that does not come back. */
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PluginBench } from '../test/plugins/support.ts';
import { atMost } from './row.ts';
import type { Row } from './row.ts';

export const name = 'plugins: 200 reloads of a module that holds 20,000 rows, after 20 to warm up';

const WARM = 20;
const RELOADS = 200;
// Workers that were let go of have ended by then.
const REST_MS = 1_500;

export async function run(): Promise<readonly Row[]> {
  await using bench = await PluginBench.make();
  await reloads(bench, { from: 0, count: WARM });
  const before = await heapAtRest();
  const startedAt = performance.now();
  await reloads(bench, { from: WARM, count: RELOADS });
  const eachMs = (performance.now() - startedAt) / RELOADS;
  const grownMb = ((await heapAtRest()) - before) / 1e6;
  return [
    { what: 'heap that 200 reloads leave behind', value: grownMb, unit: 'MB', targets: [atMost(5)] },
    { what: 'one reload', value: eachMs, unit: 'ms' },
  ];
}

async function reloads(
  bench: PluginBench,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<void> {
  for (let n = from; n < from + count; n += 1) {
    await bench.write({ 'p.mjs': textOf(n) });
    await bench.reload();
  }
}

function textOf(n: number): string {
  return `const rows = Array.from({ length: 20_000 }, (_, i) => ({ i, n: ${n} }));
export default { commands: { hello: { run: () => String(rows.length) } } };`;
}

async function heapAtRest(): Promise<number> {
  await wait(REST_MS);
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
