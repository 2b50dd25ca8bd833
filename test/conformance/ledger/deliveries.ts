/** What every ledger promises of the counts of deliveries. */
import { describe, expect, test } from 'vitest';
import { triggerId } from '../../../src/core/ids.ts';
import type { DeliveryCount } from '../../../src/core/delivery-ledger.ts';
import type { Ledger } from '../../../src/core/ledger.ts';
import type { StoreKind } from './bench.ts';
import { HOUR, T0, hook, openFor } from './bench.ts';

const DAY = 24 * HOUR;
const FIRST_DAY = '2026-01-01';
const otherHook = triggerId('webhook', 'other');

/** One filtered delivery of `hook` on the first day, unless changed. */
export function counted(change: Partial<DeliveryCount> = {}): DeliveryCount {
  const key = { trigger: hook, day: FIRST_DAY, verdict: 'filtered', reason: null };
  return { ...key, count: 1, lastAt: T0, ...change };
}

async function all(ledger: Ledger): Promise<readonly DeliveryCount[]> {
  return ledger.deliveries.deliveryCounts({});
}

function byReason(rows: readonly DeliveryCount[]): ReadonlyMap<string | null, number> {
  return new Map(rows.map(({ reason, count }) => [reason, count]));
}

export function deliverySuite(kind: StoreKind): void {
  describe('counts', () => {
    test('add up by trigger, day, verdict and reason, in one call or in several; the last moment stays', async () => {
      const ledger = await openFor(kind);
      await ledger.deliveries.count([
        counted({ count: 2, lastAt: T0 + 9 }),
        counted({ count: 3, lastAt: T0 + 5 }),
        counted({ reason: 'no event header' }),
      ]);
      await ledger.deliveries.count([counted({ lastAt: T0 + 7 }), counted({ verdict: 'unauthorized' })]);
      const rows = await all(ledger);
      expect(rows).toHaveLength(3);
      expect(rows).toEqual(
        expect.arrayContaining([
          counted({ count: 6, lastAt: T0 + 9 }),
          counted({ reason: 'no event header' }),
          counted({ verdict: 'unauthorized' }),
        ]),
      );
    });

    test('are shown by trigger and from a day on, oldest day first', async () => {
      const ledger = await openFor(kind);
      const days = ['2026-01-03', '2026-01-01', '2026-01-02'];
      await ledger.deliveries.count(days.map((day) => counted({ day })));
      await ledger.deliveries.count([counted({ trigger: otherHook, day: '2026-01-02' })]);
      const shown = async (
        filter: Parameters<Ledger['deliveries']['deliveryCounts']>[0],
      ): Promise<readonly string[]> => (await ledger.deliveries.deliveryCounts(filter)).map(({ day }) => day);
      expect(await shown({})).toEqual(['2026-01-01', '2026-01-02', '2026-01-02', '2026-01-03']);
      expect(await shown({ sinceDay: '2026-01-02' })).toEqual(['2026-01-02', '2026-01-02', '2026-01-03']);
      expect(await shown({ trigger: hook })).toEqual(['2026-01-01', '2026-01-02', '2026-01-03']);
      expect(await shown({ trigger: hook, sinceDay: '2026-01-02' })).toEqual(['2026-01-02', '2026-01-03']);
    });

    test('tell 50 reasons of a trigger and day apart and count the rest as other', async () => {
      const ledger = await openFor(kind);
      const reasons = Array.from({ length: 60 }, (_, n) => `timestamp off by ${n} s`);
      await ledger.deliveries.count(reasons.map((reason) => counted({ reason })));
      await ledger.deliveries.count([
        counted({ reason: 'timestamp off by 0 s' }),
        counted({ reason: 'timestamp off by 59 s' }),
        counted({ day: '2026-01-02', reason: 'elsewhere' }),
        counted({ trigger: otherHook, reason: 'elsewhere' }),
      ]);
      const rows = await all(ledger);
      const told = byReason(rows.filter(({ trigger, day }) => trigger === hook && day === FIRST_DAY));
      expect(told.size).toBe(51);
      expect(told.get('other')).toBe(11);
      expect(told.get('timestamp off by 0 s')).toBe(2);
      expect(rows.filter(({ reason }) => reason === 'elsewhere')).toHaveLength(2);
    });

    test('keep 200 characters of a reason and take an empty one for none', async () => {
      const ledger = await openFor(kind);
      const long = 'x'.repeat(199);
      await ledger.deliveries.count([
        counted({ reason: `${long}yz` }),
        counted({ reason: `${long}y` }),
        counted({ reason: `${long}\u{1f600}` }),
        counted({ reason: `${long}\u{1f600}` }),
        counted({ reason: '' }),
        counted(),
      ]);
      expect(byReason(await all(ledger))).toEqual(
        new Map<string | null, number>([
          [`${long}y`, 2],
          [`${long}\ufffd`, 2],
          [null, 2],
        ]),
      );
    });

    test('of days that are over go a few at a time, oldest first; the day under way stays', async () => {
      const { deliveries } = await openFor(kind);
      const days = ['2026-01-01', '2026-01-02', '2026-01-03'];
      await deliveries.count(days.map((day) => counted({ day })));
      const before = T0 + 2 * DAY + HOUR;
      expect(await deliveries.forget({ before, limit: 1 })).toBe(1);
      expect((await deliveries.deliveryCounts({})).map(({ day }) => day)).toEqual(days.slice(1));
      expect(await deliveries.forget({ before, limit: 9 })).toBe(1);
      expect(await deliveries.forget({ before, limit: 9 })).toBe(0);
      expect((await deliveries.deliveryCounts({})).map(({ day }) => day)).toEqual(['2026-01-03']);
    });
  });
}
