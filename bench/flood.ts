/** Decides what a flood of one webhook costs the runs of another: how much later they begin, against one place more. */
import { AppError } from '../src/core/errors.ts';
import { CLOCK_COMMAND } from './runs/clock-command.ts';
import { finishedRuns } from './runs/ledger-file.ts';
import { deliver, startDelays } from './runs/started.ts';
import { sleep } from './reload/saves.ts';
import { atMost } from './row.ts';
import type { Row } from './row.ts';
import { MeasuredService } from './service/service.ts';
import { bearerHookToml, frameToml } from './service/toml.ts';
import { median, percentile } from './spread.ts';

const FLOOD = 10_000;
const SENDERS = 16;
const IN_FLIGHT = 4;
const OTHERS = 60;
const EVERY_MS = 100;
const SETTLED_MS = 2_000;

export const name = `flood: ${FLOOD.toLocaleString('en-US')} deliveries to one webhook, ${IN_FLIGHT} runs of 50 ms at a time, and one of another every ${EVERY_MS} ms`;

/** Delays of the other webhook's runs, and how long one of the flood's keeps its place, ms. */
interface Flooded {
  readonly quietMs: readonly number[];
  readonly floodedMs: readonly number[];
  readonly placeMs: readonly number[];
}

export async function run(): Promise<readonly Row[]> {
  const { quietMs, floodedMs, placeMs } = await flooded();
  const quiet = 'without the flood';
  const row = (share: number, at: string): Row => {
    const [before, value] = [percentile(quietMs, share), percentile(floodedMs, share)];
    const limit = Math.round(before + percentile(placeMs, share));
    return {
      what: `the same while ${FLOOD.toLocaleString('en-US')} of another come and wait, ${at}`,
      value,
      unit: 'ms',
      baseline: quiet,
      ratio: value / before,
      targets: [atMost(limit)],
    };
  };
  return [
    { what: 'a place is taken by `sleep 0.05` for, p50', value: median(placeMs), unit: 'ms' },
    { what: '  p99', value: percentile(placeMs, 0.99), unit: 'ms' },
    { what: `${quiet}: delivery → its program looks at the clock, p50`, value: median(quietMs), unit: 'ms' },
    { what: '  p99', value: percentile(quietMs, 0.99), unit: 'ms' },
    row(0.5, 'p50'),
    row(0.99, 'p99'),
  ];
}

async function flooded(): Promise<Flooded> {
  const toml =
    frameToml(IN_FLIGHT) +
    bearerHookToml('flood', ['sleep', '0.05']) +
    bearerHookToml('other', CLOCK_COMMAND);
  await using service = await MeasuredService.start({ toml });
  const others = { id: 'other', count: OTHERS, everyMs: EVERY_MS };
  await deliver(service, others);
  await sleep(SETTLED_MS);
  const quietMs = startDelays(service, 'webhook:other');
  const flood = { id: 'flood', count: FLOOD / SENDERS, everyMs: 0 };
  await Promise.all([
    ...Array.from({ length: SENDERS }, () => deliver(service, flood)),
    // Once some of it waits.
    sleep(EVERY_MS).then(() => deliver(service, others)),
  ]);
  await sleep(SETTLED_MS);
  const all = startDelays(service, 'webhook:other');
  const places = finishedRuns(service, 'webhook:flood');
  await checkFlood(service, { done: places.length, others: all.length });
  return {
    quietMs,
    floodedMs: all.slice(quietMs.length),
    placeMs: places.map(({ startedAt, endedAt }) => endedAt - startedAt),
  };
}

/** A flood that was over, or that was refused, has measured nothing. */
async function checkFlood(
  service: MeasuredService,
  { done, others }: { readonly done: number; readonly others: number },
): Promise<void> {
  const { queue } = await service.control<{ readonly queue: { readonly queued: number } }>('status');
  if (queue.queued === 0 || done + queue.queued < FLOOD / 2)
    throw new AppError('internal', `of the flood ${done} are done and ${queue.queued} wait`);
  if (others !== 2 * OTHERS) throw new AppError('internal', `${others} runs of the other webhook have ended`);
}
