/** Decides what the way through a worker costs: calls of a plugin's command, beside the same function called directly. */
import { AppError } from '../../src/core/errors.ts';
import { PluginBench } from '../../test/plugins/support.ts';
import { atMost } from '../row.ts';
import type { Row } from '../row.ts';
import { percentile } from '../spread.ts';

const ALONE = 5_000;
const TOGETHER = 20_000;
const AT_ONCE = 64;
const WARM = 2_000;

/** What the plugin does: next to nothing, so that the way is what is measured. */
const TEXT = `export default { commands: { hello: { run: ({ text }) => 'hello ' + text } } };`;

type Call = (argument: { readonly text: string }) => Promise<unknown>;

interface Figures {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly perSecond: number;
}

export async function callRows(): Promise<readonly Row[]> {
  await using bench = await PluginBench.make({ 'p.mjs': TEXT });
  await bench.reload();
  const host = bench.registry.current().get('p')?.live?.host;
  const throughWorker: Call = async (argument) => {
    const result = await host?.call({ kind: 'commands', key: 'hello' }, argument, { deadlineMs: 30_000 });
    if (result?.kind !== 'returned') throw new AppError('internal', 'the plugin did not answer');
    return result.value;
  };
  // A copy is part of either: nothing that a plugin is given may be changed by it.
  const direct: Call = async (argument) => `hello ${structuredClone(argument).text}`;
  const bare = await figuresOf(direct);
  const worker = await figuresOf(throughWorker);
  const baseline = 'the function called directly';
  return [
    { what: `${baseline}, p50`, value: bare.p50Us, unit: 'µs' },
    {
      ...{ what: 'a call through a worker, p50', value: worker.p50Us, unit: 'µs' },
      ...{ baseline, ratio: worker.p50Us / bare.p50Us, targets: [atMost(1_000)] },
    },
    { what: 'the same, p99', value: worker.p99Us, unit: 'µs' },
    { what: `${baseline}, ${AT_ONCE} at once`, value: bare.perSecond, unit: 'a second' },
    {
      ...{ what: `calls through a worker, ${AT_ONCE} at once`, value: worker.perSecond, unit: 'a second' },
      ...{ baseline, ratio: worker.perSecond / bare.perSecond },
    },
  ];
}

async function figuresOf(call: Call): Promise<Figures> {
  for (let n = 0; n < WARM; n += 1) await call({ text: 'you' });
  const us: number[] = [];
  for (let n = 0; n < ALONE; n += 1) {
    const from = performance.now();
    await call({ text: 'you' });
    us.push((performance.now() - from) * 1_000);
  }
  const from = performance.now();
  let left = TOGETHER;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await call({ text: 'you' });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const perSecond = TOGETHER / ((performance.now() - from) / 1_000);
  return { p50Us: percentile(us, 0.5), p99Us: percentile(us, 0.99), perSecond };
}
