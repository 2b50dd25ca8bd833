/** Decides what schedules cost: to compile, to keep, to ask, to be due all at once, and to change one of very many. */
import type { CronerReport } from './schedules/croner-process.ts';
import type { DueReport } from './schedules/due-process.ts';
import type { ReloadReport } from './schedules/reload-process.ts';
import type { TableReport } from './schedules/table-process.ts';
import { forkBeside, nextMessage } from './processes.ts';
import { atMost } from './row.ts';
import type { Row } from './row.ts';
import { percentile } from './spread.ts';

export const name =
  'schedules: 100,000, half of them distinct, in 40 zones; and crons that are due every second';

const CRONER_JOBS = 1_000;
const CRONER_SECONDS = 4;

/** One process after the other, so that none pays for another's garbage. */
export async function run(): Promise<readonly Row[]> {
  const table = await reportOf<TableReport>('./schedules/table-process.ts');
  const reload = await reportOf<ReloadReport>('./schedules/reload-process.ts');
  const croner = await reportOf<CronerReport>('./schedules/croner-process.ts', [CRONER_JOBS, CRONER_SECONDS]);
  const few = await reportOf<DueReport>('./schedules/due-process.ts', [1_000, 6]);
  const many = await reportOf<DueReport>('./schedules/due-process.ts', [10_000, 5]);
  return [
    ...tableRows(table),
    ...reloadRows(reload),
    { what: CRONER_LATE, value: percentile(croner.lateMs, 0.99), unit: 'ms late, p99' },
    ...dueRows(few, { crons: '1,000', targetMs: 20, baseline: percentile(croner.lateMs, 0.99) }),
    ...dueRows(many, { crons: '10,000', targetMs: 50 }),
  ];
}

function reportOf<T>(script: string, args: readonly number[] = []): Promise<T> {
  return nextMessage<T>(
    forkBeside(import.meta.url, script, { args: args.map(String), execArgv: ['--expose-gc'] }),
  );
}

const CRONER_MADE = 'Croner: an object made';
const CRONER_KEPT = 'Croner: an object kept';
const CRONER_NEXT = 'Croner: nextRun, p50';
const CRONER_YEAR = 'Croner: a year of 50 expressions, up to 400 fires each';
const CRONER_LATE = 'Croner’s own timers, 1,000 due each second, nothing stored';

function tableRows(table: TableReport): readonly Row[] {
  const each = (table.compileMs * 1_000) / 100_000;
  return [
    { what: CRONER_MADE, value: table.cronerCompile, unit: 'µs' },
    { what: CRONER_KEPT, value: table.cronerBytesEach, unit: 'bytes' },
    { what: CRONER_NEXT, value: table.cronerNextP50, unit: 'µs' },
    { what: '100,000 compiled', value: table.compileMs, unit: 'ms', targets: [atMost(5_000)] },
    { what: 'each', value: each, unit: 'µs', baseline: CRONER_MADE, ratio: each / table.cronerCompile },
    {
      what: 'each kept',
      value: table.bytesEach,
      unit: 'bytes',
      baseline: CRONER_KEPT,
      ratio: table.bytesEach / table.cronerBytesEach,
      targets: [atMost(1_024)],
    },
    {
      what: '`next`, p50',
      value: table.nextP50,
      unit: 'µs',
      baseline: CRONER_NEXT,
      ratio: table.nextP50 / table.cronerNextP50,
      targets: [atMost(10)],
    },
    { what: '`next`, p99', value: table.nextP99, unit: 'µs' },
    { what: CRONER_YEAR, value: table.cronerYearEach, unit: 'µs a fire' },
    {
      what: 'the same of 10,000',
      value: table.yearEach,
      unit: 'µs a fire',
      baseline: CRONER_YEAR,
      ratio: table.yearEach / table.cronerYearEach,
      targets: [atMost(10)],
    },
  ];
}

function reloadRows({ idleTickMs, armMs, followMs, diffMs }: ReloadReport): readonly Row[] {
  return [
    { what: 'a tick with nothing due', value: idleTickMs, unit: 'ms', targets: [atMost(0.1)] },
    {
      what: 'one of 100,000 changed, beyond reading and compiling',
      value: armMs + followMs + diffMs,
      unit: 'ms',
      targets: [atMost(50)],
    },
    { what: '  of it: arm in the store', value: armMs, unit: 'ms' },
    { what: '  of it: the scheduler follows', value: followMs, unit: 'ms' },
    { what: '  of it: the comparison for the report', value: diffMs, unit: 'ms' },
  ];
}

interface Due {
  readonly crons: string;
  readonly targetMs: number;
  readonly baseline?: number;
}

function dueRows({ lateMs, firstMs }: DueReport, { crons, targetMs, baseline }: Due): readonly Row[] {
  const p99 = percentile(lateMs, 0.99);
  const against = baseline === undefined ? {} : { baseline: CRONER_LATE, ratio: p99 / baseline };
  return [
    { what: `${crons} due each second → on disk, p50`, value: percentile(lateMs, 0.5), unit: 'ms late' },
    { what: `${crons} the same, p99`, value: p99, unit: 'ms late', ...against, targets: [atMost(targetMs)] },
    { what: `${crons} the first time, with their specifications`, value: firstMs, unit: 'ms late' },
  ];
}
