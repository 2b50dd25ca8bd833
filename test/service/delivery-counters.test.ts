import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { triggerId } from '../../src/core/ids.ts';
import type { DeliveryCount, DeliveryLedger } from '../../src/core/delivery-ledger.ts';
import { silentLog } from '../../src/core/log.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { DeliveryCounters, totalsOf } from '../../src/service/delivery-counters.ts';
import type { Bus } from '../../src/telemetry/bus.ts';
import { createBus } from '../../src/telemetry/bus.ts';
import { FakeClock } from '../support/fake-clock.ts';

const hook = triggerId('webhook', 'hook');

describe('counters of deliveries', () => {
  let clock: FakeClock;
  let bus: Bus;
  let ledger: DeliveryLedger;
  let counters: DeliveryCounters;
  /** What the store was asked to write, call by call. */
  let written: Array<readonly DeliveryCount[]>;
  /** What a write waits for, or fails with. */
  let store: Promise<void>;

  beforeEach(() => {
    clock = new FakeClock();
    bus = createBus(silentLog);
    written = [];
    store = Promise.resolve();
    const { deliveries } = new MemoryLedger();
    ledger = {
      deliveryCounts: (filter) => deliveries.deliveryCounts(filter),
      forget: (bounds) => deliveries.forget(bounds),
      async count(rows) {
        written.push(rows);
        await store;
        await deliveries.count(rows);
      },
    };
    counters = new DeliveryCounters({ ledger, subscribe: bus.subscribe, clock, log: silentLog });
  });

  afterEach(() => counters[Symbol.asyncDispose]());

  function hear(verdict: string, reason: string | null = null): void {
    bus.publish({ kind: 'delivery', trigger: hook, status: 200, verdict, reason, at: clock.now() });
  }

  async function stored(): Promise<Readonly<Record<string, number>>> {
    return totalsOf(await ledger.deliveryCounts({}));
  }

  async function shown(): Promise<Readonly<Record<string, number>>> {
    return totalsOf(await counters.deliveryCounts({ trigger: hook, sinceDay: '2026-01-01' }));
  }

  it('write once, ten seconds after the first of many deliveries, and rest while there are none', async () => {
    expect(clock.pending).toBe(0);
    hear('accepted');
    hear('accepted');
    await clock.advance(9_999);
    hear('filtered', 'no event header');
    expect(written).toEqual([]);
    await clock.advance(1);
    const lastAt = clock.now() - 10_000;
    expect(written).toEqual([
      [
        { trigger: hook, day: '2026-01-01', verdict: 'accepted', reason: null, count: 2, lastAt },
        {
          ...{ trigger: hook, day: '2026-01-01', verdict: 'filtered', reason: 'no event header' },
          ...{ count: 1, lastAt: clock.now() - 1 },
        },
      ],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('count a delivery on the UTC day it came', async () => {
    await clock.set(Date.UTC(2026, 0, 1, 23, 59, 59, 999));
    hear('accepted');
    await clock.advance(1);
    hear('accepted');
    await clock.advance(10_000);
    expect(written[0]?.map(({ day, count }) => [day, count])).toEqual([
      ['2026-01-01', 1],
      ['2026-01-02', 1],
    ]);
  });

  it('keep what the store did not take and write it with the next beat', async () => {
    hear('unauthorized', 'wrong signature');
    store = Promise.reject(new AppError('unavailable', 'disk full'));
    store.catch(() => {});
    await clock.advance(10_000);
    expect(await stored()).toEqual({});
    store = Promise.resolve();
    hear('unauthorized', 'wrong signature');
    await clock.advance(10_000);
    expect(await stored()).toEqual({ unauthorized: 2 });
    expect(clock.pending).toBe(0);
  });

  it('write one at a time, however long the store takes, and lose nothing that comes meanwhile', async () => {
    const slow = Promise.withResolvers<void>();
    store = slow.promise;
    hear('accepted');
    await clock.advance(10_000);
    hear('accepted');
    await clock.advance(60_000);
    expect(written).toHaveLength(1);
    slow.resolve();
    await clock.advance(0);
    await clock.advance(10_000);
    expect(written).toHaveLength(2);
    expect(await stored()).toEqual({ accepted: 2 });
  });

  it('show what is not written yet, and each delivery once while it is written', async () => {
    hear('filtered', 'no event header');
    expect(await shown()).toEqual({ filtered: 1 });
    const slow = Promise.withResolvers<void>();
    store = slow.promise;
    await clock.advance(10_000);
    hear('filtered', 'no event header');
    const during = shown();
    slow.resolve();
    expect(await during).toEqual({ filtered: 2 });
    await clock.advance(10_000);
    expect(await shown()).toEqual({ filtered: 2 });
  });

  it('write what is left when the service stops, and hear nothing more', async () => {
    hear('accepted');
    await counters[Symbol.asyncDispose]();
    expect(await stored()).toEqual({ accepted: 1 });
    hear('accepted');
    expect(clock.pending).toBe(0);
    expect(await shown()).toEqual({ accepted: 1 });
  });

  it('stay small under a sender who gives a new reason each time', async () => {
    for (let n = 0; n < 1_000; n += 1) hear('unauthorized', `timestamp off by ${n} s`);
    await clock.advance(10_000);
    expect(written[0]).toHaveLength(51);
    expect(await stored()).toEqual({ unauthorized: 1_000 });
  });
});
