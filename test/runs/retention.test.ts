import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { triggerId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { Retention } from '../../src/runs/retention.ts';
import { FakeClock } from '../support/fake-clock.ts';

const DAY_MS = 86_400_000;

it('counts of deliveries leave with the runs of their time, however many, at the next sweep, which others join', async () => {
  const outputRoot = await mkdtemp(join(tmpdir(), 'untether-retention-'));
  const clock = new FakeClock();
  const { runs, deliveries, chat } = new MemoryLedger();
  const key = { verdict: 'filtered', reason: null, count: 1, lastAt: clock.now() };
  await deliveries.count([
    ...Array.from({ length: 450 }, (_, n) => ({
      ...{ ...key, trigger: triggerId('webhook', `hook-${n}`), day: '2025-12-30' },
    })),
    { ...key, trigger: triggerId('webhook', 'hook'), day: '2025-12-31' },
  ]);
  const settings = () => ({ maxAgeMs: DAY_MS, maxRuns: 10 });
  let more = 0;
  using _ = new Retention({
    ...{ runs, deliveries, chat, settings, outputRoot, clock, log: silentLog },
    more: async () => {
      more += 1;
    },
  });
  await clock.advance(10 * 60_000);
  expect((await deliveries.deliveryCounts({})).map(({ day }) => day)).toEqual(['2025-12-31']);
  expect(more).toBe(1);
  await rm(outputRoot, { recursive: true });
});
