/** Decides what it costs to have the service there: the time until it serves, and what it takes while nothing happens. */
import { freshBundle } from './start/bundle.ts';
import { atMost } from './row.ts';
import type { Row, Target } from './row.ts';
import { sleep } from './reload/saves.ts';
import { MeasuredService } from './service/service.ts';
import { bearerHookToml, cronToml, frameToml } from './service/toml.ts';
import { cpuMs, residentMb } from './service/usage.ts';
import { median } from './spread.ts';
import { fileURLToPath } from 'node:url';

export const name =
  'start: from the fork to the line that says where it listens, and two seconds later at rest';

const STARTS = 5;
const REST_MS = 2_000;
const IDLE_MS = 5_000;
const BARE = 'bare node:http, from .ts';

/** What is started. */
interface Program {
  readonly what: string;
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly ready?: readonly Target[];
  readonly resident?: readonly Target[];
}

/** Ten webhooks and five crons, none of them due soon. */
const toml =
  frameToml(4) +
  Array.from({ length: 10 }, (_, index) => bearerHookToml(`hook-${index}`, ['true'])).join('') +
  Array.from({ length: 5 }, (_, index) => cronToml(`cron-${index}`, { schedule: `${index} 3 1 1 *` })).join(
    '',
  );

export async function run(): Promise<readonly Row[]> {
  const programs = allPrograms();
  const ready = new Map<string, number[]>(programs.map(({ what }) => [what, []]));
  // In turns, the first one uncounted: it fills the compile cache and the system's own.
  for (let start = 0; start <= STARTS; start++) {
    for (const program of programs) {
      await using service = await MeasuredService.start({ toml, probe: false, ...program });
      if (start > 0) ready.get(program.what)?.push(service.readyMs);
    }
  }
  const readyRows = programs.map((program) => readyRow(program, ready));
  return [...readyRows, ...(await restRows(programs))];
}

function allPrograms(): readonly Program[] {
  const bundle = freshBundle();
  return [
    { what: BARE, program: fileURLToPath(new URL('./start/bare-server.ts', import.meta.url)) },
    { what: 'run, from a checkout', ready: [atMost(500)] },
    {
      what: 'run, from a checkout, without compile cache',
      env: { NODE_DISABLE_COMPILE_CACHE: '1' },
    },
    ...(bundle === undefined
      ? []
      : [{ what: 'run, the bundle', program: bundle, ready: [atMost(280)], resident: [atMost(85)] }]),
  ];
}

function readyRow(
  { what, ready: targets = [] }: Program,
  times: ReadonlyMap<string, readonly number[]>,
): Row {
  const value = median(times.get(what) ?? []);
  return {
    what: `${what}: ready`,
    value,
    unit: 'ms',
    baseline: BARE,
    ratio: value / median(times.get(BARE) ?? []),
    targets,
  };
}

/** Memory and CPU of each, all of them at rest at the same time: whatever disturbs one disturbs all. */
async function restRows(programs: readonly Program[]): Promise<readonly Row[]> {
  await using held = new AsyncDisposableStack();
  const services: { readonly program: Program; readonly service: MeasuredService }[] = [];
  for (const program of programs.filter(({ env }) => env === undefined)) {
    const service = await MeasuredService.start({ toml, probe: false, ...program });
    services.push({ program, service: held.use(service) });
  }
  await sleep(REST_MS);
  const before = services.map(({ service }) => idleCpuMs(service));
  const bareMb = residentMb(services[0]?.service.pid ?? 0);
  const rows = services.flatMap(({ program, service }) => memoryRows(program, service, bareMb));
  await sleep(IDLE_MS);
  const shares = services.map(({ service }, index) => (idleCpuMs(service) - (before[index] ?? 0)) / IDLE_MS);
  return [
    ...rows,
    ...services.map(({ program }, index): Row => {
      const isOurs = program.what !== BARE;
      const value = (shares[index] ?? Number.NaN) * 100;
      return {
        what: `${program.what}: at rest`,
        value,
        unit: '% of a core',
        targets: isOurs ? [atMost(0.2)] : [],
      };
    }),
  ];
}

function memoryRows(
  { what, resident: targets = [] }: Program,
  { pid, helpers }: MeasuredService,
  bareMb: number,
): readonly Row[] {
  const value = residentMb(pid);
  const ratio = value / bareMb;
  const rows: Row[] = [{ what: `${what}: resident`, value, unit: 'MB', baseline: BARE, ratio, targets }];
  const helper = helpers.reduce((sum, child) => sum + residentMb(child), 0);
  return helper > 0 ? [...rows, { what: '  and its launcher helper', value: helper, unit: 'MB' }] : rows;
}

function idleCpuMs({ pid, helpers }: MeasuredService): number {
  return [pid, ...helpers].reduce((sum, one) => sum + cpuMs(one), 0);
}
