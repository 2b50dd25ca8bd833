/** Holds the door into the ledger to telling, after the commit, of everything that an admission did. */
import { expect, test } from 'vitest';
import type { AppEvent } from '../../src/core/event.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { createAdmit } from '../../src/runs/admissions.ts';
import { T0, cron, cronA, id } from '../conformance/ledger/bench.ts';

const nobody = { queued: () => {}, scheduled: () => {}, replacing: () => {} };

test('those that a run took the place of are told of, with the reason', async () => {
  const events: AppEvent[] = [];
  const { runs } = new MemoryLedger();
  const admit = createAdmit(runs, nobody, (event) => void events.push(event));
  await admit({ admissions: [cron(1), cron(2, { state: 'scheduled' })] });
  await admit({ admissions: [cron(3, { limit: { kind: 'replace' } })] });
  const about = { kind: 'run', trigger: cronA, at: T0 + 3 };
  const reason = `superseded by ${id(3)}`;
  expect(events.slice(2)).toEqual([
    { ...about, run: id(3), state: 'queued', reason: null },
    { ...about, run: id(1), state: 'superseded', reason },
    { ...about, run: id(2), state: 'superseded', reason },
  ]);
});

test('one that waits for the end of its burst says until when', async () => {
  const events: AppEvent[] = [];
  const { runs } = new MemoryLedger();
  const admit = createAdmit(runs, nobody, (event) => void events.push(event));
  const coalesce = { key: '', windowMs: 30_000, maxWaitMs: 60_000 };
  await admit({ admissions: [cron(1, { state: 'scheduled', admittedAt: T0, coalesce })] });
  expect(events).toMatchObject([{ state: 'scheduled', reason: 'coalescing until 2026-01-01 00:00:30 UTC' }]);
});
