/** Decides what senders notice of a restart: requests that leave at even intervals before, during and after it. */
import { fileURLToPath } from 'node:url';
import type { SteadyCommand } from '../load/steady-process.ts';
import type { SteadyReport } from '../load/steady.ts';
import { LOAD_CORE, ask, forkBeside } from '../processes.ts';
import { sleep } from '../reload/saves.ts';
import { atMost } from '../row.ts';
import type { Row } from '../row.ts';
import { MeasuredService } from '../service/service.ts';
import { frameToml, signedHookTo } from '../service/toml.ts';
import { largest } from '../spread.ts';
import { AppError } from '../../src/core/errors.ts';

const PER_SECOND = 500;
const AROUND_MS = 1_000;
const BACK_WITHIN_MS = 20_000;
const HOLDER = fileURLToPath(new URL('../../test/support/systemd/holder.py', import.meta.url));

/** Who keeps the port open meanwhile, and the program that does. */
const KEEPERS = [
  ['in place, the socket kept', []],
  ['under a socket unit (a double of systemd holds the port)', ['python3', HOLDER]],
] as const;

/** One restart for each keeper. */
export async function restartsUnderLoad(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [who, by] of KEEPERS) rows.push(...rowsOf(who, await restarted(by)));
  return rows;
}

interface Restarted {
  readonly report: SteadyReport;
  /** From the request to restart to the next life's first word, ms. */
  readonly awayMs: number;
}

async function restarted(by: readonly string[]): Promise<Restarted> {
  const toml = frameToml(1) + signedHookTo(['true']);
  await using service = await MeasuredService.start({ toml, by, probe: false });
  const load = forkBeside(import.meta.url, '../load/steady-process.ts', { core: LOAD_CORE });
  try {
    const { port } = service;
    await ask(load, { kind: 'begin', port, perSecond: PER_SECOND } satisfies SteadyCommand);
    await sleep(AROUND_MS);
    const awayMs = await restart(service);
    await sleep(AROUND_MS);
    return { report: await ask<SteadyReport>(load, { kind: 'end' } satisfies SteadyCommand), awayMs };
  } finally {
    load.kill();
  }
}

async function restart(service: MeasuredService): Promise<number> {
  const before = await lifeOf(service);
  const askedAt = performance.now();
  await service.control('restart', { force: false });
  while (performance.now() - askedAt < BACK_WITHIN_MS) {
    // Nobody is there between the two.
    const life = await lifeOf(service).catch(() => before);
    if (life !== before) return performance.now() - askedAt;
    await sleep(5);
  }
  throw new AppError('internal', 'the service did not come back');
}

async function lifeOf(service: MeasuredService): Promise<number> {
  const { startedAt } = await service.control<{ readonly startedAt: number }>('status');
  return startedAt;
}

function rowsOf(who: string, { report, awayMs }: Restarted): readonly Row[] {
  const { others, refused, crossed, latenciesMs } = report;
  return [
    { what: `restart ${who}: asked → the next life answers`, value: awayMs, unit: 'ms' },
    {
      what: '  connections refused, or cut before an answer',
      value: refused,
      unit: '',
      targets: [atMost(0)],
    },
    { what: '  requests that crossed the closing of a kept connection', value: crossed, unit: '' },
    { what: '  requests asked to come again (503)', value: others - refused - crossed, unit: '' },
    { what: '  slowest request', value: largest(latenciesMs), unit: 'ms' },
  ];
}
