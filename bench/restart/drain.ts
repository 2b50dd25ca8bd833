/** Decides what a stop with many runs under way costs: whether each comes to its end, and how soon the service is gone then. */
import { deliver } from '../runs/started.ts';
import { finishedRuns } from '../runs/ledger-file.ts';
import { sleep } from '../reload/saves.ts';
import { atMost } from '../row.ts';
import type { Row } from '../row.ts';
import { MeasuredService } from '../service/service.ts';
import { bearerHookToml, frameToml } from '../service/toml.ts';
import { largest } from '../spread.ts';

const RUNS = 50;
const RUN_S = '3';

/** One stop. */
export async function drained(): Promise<readonly Row[]> {
  const toml = frameToml(RUNS, '30s') + bearerHookToml('long', ['sleep', RUN_S]);
  await using service = await MeasuredService.start({ toml: `${toml}max_concurrent = ${RUNS}\n` });
  await deliver(service, { id: 'long', count: RUNS, everyMs: 0 });
  await untilRunning(service);
  await service.stopped();
  const goneAt = Date.now();
  const ended = finishedRuns(service, 'webhook:long');
  return [
    {
      what: `a stop with ${RUNS} runs under way: runs that did not come to their end`,
      value: RUNS - ended.length,
      unit: '',
      targets: [atMost(0)],
    },
    {
      what: '  end of the last → the service is gone',
      value: goneAt - largest(ended.map(({ endedAt }) => endedAt)),
      unit: 'ms',
    },
  ];
}

async function untilRunning(service: MeasuredService): Promise<void> {
  for (;;) {
    const { queue } = await service.control<{ readonly queue: { readonly running: number } }>('status');
    if (queue.running === RUNS) return;
    await sleep(5);
  }
}
