/** Holds what a pause held that ended while nobody was there: it is judged with what came after it, in one look. */
import { expect, it } from 'vitest';
import type { Admit } from '../../src/core/admission.ts';
import { newRunId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { createBus } from '../../src/telemetry/bus.ts';
import { defaultMissed } from '../../src/core/policy.ts';
import type { MissedWord } from '../../src/core/trigger.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { Scheduler } from '../../src/scheduler/loop.ts';
import { loadHolding } from '../../src/service/holding.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { everySchedule, sampleCron, sampleSnapshot } from '../support/samples.ts';

const MINUTE = 60_000;

/** Paused from :15 to :45, stopped at :25 with the moment of :20 held, back at 1:05; rows as `minute state`. */
async function backAt65(by: { readonly paused: MissedWord; readonly down: MissedWord }): Promise<{
  readonly rows: readonly string[];
  readonly reasons: readonly string[];
}> {
  const clock = new FakeClock();
  const ledger = new MemoryLedger();
  const start = clock.now();
  const cron = sampleCron('a', {
    schedule: everySchedule(10 * MINUTE),
    missed: { ...defaultMissed, by: { ...defaultMissed.by, ...by }, graceMs: 120 * MINUTE, limit: 10 },
  });
  const current = (): ReturnType<typeof sampleSnapshot> => sampleSnapshot([cron]);
  await ledger.triggers.pause({
    ...{ trigger: cron.id, by: 'me' },
    ...{ since: start + 15 * MINUTE, until: start + 45 * MINUTE },
  });
  await ledger.runs.admit({
    admissions: [
      {
        ...{ id: newRunId(), trigger: cron.id, source: 'cron', spec: cron.spec, revision: 1 },
        ...{ dueAt: start + 20 * MINUTE, admittedAt: start + 20 * MINUTE },
        ...{ state: 'scheduled', held: 'paused', reason: 'paused', limit: { kind: 'none' } },
      },
    ],
    accountedUntil: start + 25 * MINUTE,
  });
  await clock.advance(65 * MINUTE);
  const bus = createBus(silentLog);
  const holding = await loadHolding(
    { ledger, bus, clock, log: silentLog },
    { current, tellMissed: () => [], onFreed: () => {} },
  );
  const admit: Admit = (batch) => ledger.runs.admit(batch);
  const opening = { why: 'the service was down', pauses: holding.endedBefore };
  const scheduler = new Scheduler({
    ...{ current, admit, clock, log: silentLog, random: () => 0, tellMissed: () => [] },
    ...{ triggers: ledger.triggers, runs: ledger.runs, holdOf: holding.holdOf },
  });
  await scheduler.start(opening);
  await holding.begin(opening);
  expect(await ledger.triggers.pauses()).toEqual([]);
  const rows = (await ledger.runs.list({ limit: 99 })).toSorted((a, b) => a.dueAt - b.dueAt);
  return {
    rows: rows.map(({ dueAt, state }) => `${(dueAt - start) / MINUTE} ${state}`),
    reasons: rows.map(({ reason }) => reason ?? ''),
  };
}

it('one moment is made up of all, and each says what it went by under', async () => {
  const { rows, reasons } = await backAt65({ paused: 'last', down: 'last' });
  expect(rows).toEqual(['20 missed', '30 missed', '40 missed', '50 missed', '60 queued']);
  expect(reasons[0]).toBe('paused until 2026-01-01 00:45 UTC; policy last: a later moment was made up');
  expect(reasons[3]).toBe('the service was down; policy last: a later moment was made up');
});

it('each goes by the rule for what it went by under', async () => {
  const { rows } = await backAt65({ paused: 'skip', down: 'all' });
  expect(rows).toEqual(['20 missed', '30 missed', '40 missed', '50 queued', '60 queued']);
});
