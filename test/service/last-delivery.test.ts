/** Holds what counts as the last delivery to a webhook, and where it is found. */
import { beforeEach, expect, test } from 'vitest';
import { triggerId } from '../../src/core/ids.ts';
import type { RunSource } from '../../src/core/run.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { lastDelivery } from '../../src/service/last-delivery.ts';
import { sampleAdmission, sampleSpec } from '../support/samples.ts';

const hook = triggerId('webhook', 'hook');
const DAY = 86_400_000;

let ledger: MemoryLedger;

beforeEach(() => {
  ledger = new MemoryLedger();
});

async function run(source: RunSource, admittedAt: number): Promise<void> {
  const admission = sampleAdmission(sampleSpec(), { trigger: hook, source, admittedAt, dueAt: admittedAt });
  await ledger.runs.admit({ admissions: [admission] });
}

async function count(verdict: string, lastAt: number): Promise<void> {
  const day = new Date(lastAt).toISOString().slice(0, 10);
  await ledger.deliveries.count([{ trigger: hook, day, verdict, reason: null, count: 1, lastAt }]);
}

test('there is none at first', async () => {
  expect(await lastDelivery(ledger, hook, 0)).toBeUndefined();
});

test('is the newest run that a sender started, whoever started others since', async () => {
  await run('webhook', 10);
  await run('webhook', 20);
  await run('manual', 30);
  await run('retry', 40);
  expect(await lastDelivery(ledger, hook, 0)).toBe(20);
});

test('is counted where its run is gone, also one that was sent before, and no request that was refused', async () => {
  await run('webhook', 10);
  await count('accepted', 20);
  await count('duplicate', DAY + 30);
  await count('unauthorized', DAY + 40);
  expect(await lastDelivery(ledger, hook, 15)).toBe(DAY + 30);
});
