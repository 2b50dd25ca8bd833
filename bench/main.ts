/** Decides what `npm run bench` does: the measures that are named, or all, one after the other, one table each. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { AppError } from '../src/core/errors.ts';
import { busyShare } from './others.ts';
import type { Measure, Row } from './row.ts';
import { tableOf } from './table.ts';

const measures: Readonly<Record<string, () => Promise<Measure>>> = {
  ingest: () => import('./ingest.ts'),
  schedules: () => import('./schedules.ts'),
  reload: () => import('./reload.ts'),
  start: () => import('./start.ts'),
  restart: () => import('./restart.ts'),
  runs: () => import('./runs.ts'),
  chat: () => import('./chat.ts'),
  uploads: () => import('./uploads.ts'),
  ledger: () => import('./ledger.ts'),
  flood: () => import('./flood.ts'),
  senders: () => import('./senders.ts'),
  filters: () => import('./filters.ts'),
  plugins: () => import('./plugins.ts'),
};

interface Result {
  readonly measure: string;
  readonly name: string;
  /** Share of all cores that others used right before, 0 to 1. */
  readonly othersBusy: number;
  readonly rows: readonly Row[];
}

/** Runs the measures; slow figures are figures, only what cannot be measured is an error. */
async function bench(names: readonly string[], print: (result: Result) => void): Promise<void> {
  for (const measure of names) {
    const { name, run } = await loaderOf(measure)();
    const othersBusy = await busyShare();
    print({ measure, name, othersBusy, rows: await run() });
  }
}

function loaderOf(measure: string): () => Promise<Measure> {
  const load = measures[measure];
  if (load === undefined)
    throw new AppError(
      'invalid_argument',
      `there is no measure ${measure}: ${Object.keys(measures).join(', ')}`,
    );
  return load;
}

function headOf({ name, othersBusy }: Result): string {
  return `${name}\n(others kept the cores ${Math.round(othersBusy * 100)} % busy right before)`;
}

function machine(): string {
  const cores = cpus();
  return `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cores.length} cores (${cores[0]?.model ?? 'unknown'})`;
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const names = positionals.length > 0 ? positionals : Object.keys(measures);
  for (const measure of names) loaderOf(measure);
  const results: Result[] = [];
  if (!values.json) process.stdout.write(`${machine()}\n`);
  await bench(names, (result) => {
    results.push(result);
    if (!values.json) process.stdout.write(`\n${headOf(result)}\n${tableOf(result.rows)}\n`);
  });
  if (values.json) process.stdout.write(`${JSON.stringify({ machine: machine(), results }, null, 2)}\n`);
}
