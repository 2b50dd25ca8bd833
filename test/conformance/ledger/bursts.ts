/** What every ledger promises about bursts of deliveries: the newest runs, once its window is over, and names itself. */
import { describe, expect, test } from 'vitest';
import type { Admission, Burst } from '../../../src/core/admission.ts';
import { triggerId } from '../../../src/core/ids.ts';
import type { Ledger } from '../../../src/core/ledger.ts';
import type { StoreKind } from './bench.ts';
import {
  HOUR,
  T0,
  admit,
  boot2,
  claimOne,
  delivery,
  hook,
  id,
  openFor,
  settlement,
  spec,
  states,
} from './bench.ts';

const SECOND = 1_000;
const held = (): boolean => false;

/** The nth delivery, `atS` seconds after T0, of the burst `a` unless told otherwise. */
function burst(n: number, atS: number, change: Partial<Admission> & { of?: Partial<Burst> } = {}): Admission {
  const { of, ...rest } = change;
  const at = T0 + atS * SECOND;
  const coalesce = { key: 'a', windowMs: 30 * SECOND, maxWaitMs: 60 * SECOND, ...of };
  return delivery(n, { dueAt: at, admittedAt: at, state: 'scheduled', coalesce, ...rest });
}

async function readyAtS({ runs }: Ledger): Promise<number | undefined> {
  const { nextReadyAt } = await runs.promote(T0, held);
  return nextReadyAt === undefined ? undefined : (nextReadyAt - T0) / SECOND;
}

export function burstSuite(kind: StoreKind): void {
  test('a delivery waits for the end of its window, says until when, and is queued then', async () => {
    const ledger = await openFor(kind);
    const reason = 'coalescing until 2026-01-01 00:00:30 UTC';
    expect(await admit(ledger, burst(1, 0))).toEqual([
      { kind: 'admitted', run: id(1), state: 'scheduled', reason },
    ]);
    expect(await ledger.runs.get(id(1))).toMatchObject({ state: 'scheduled', reason, dueAt: T0 });
    const early = await ledger.runs.promote(T0 + 30 * SECOND - 1, held);
    expect(early).toEqual({ promoted: [], nextReadyAt: T0 + 30 * SECOND });
    const onTime = await ledger.runs.promote(T0 + 30 * SECOND, held);
    expect(onTime).toEqual({ promoted: [{ trigger: hook, spec }], nextReadyAt: undefined });
    expect(await ledger.runs.get(id(1))).toMatchObject({ state: 'queued', reason: null });
    expect((await claimOne(ledger, hook)).reason).toBeNull();
  });

  test('the newest takes the place of those before it, which name it, and begins the window anew', async () => {
    const ledger = await openFor(kind);
    await admit(ledger, burst(1, 0));
    const reason = (n: number): string => `superseded by ${id(n)}`;
    expect(await admit(ledger, burst(2, 10), burst(3, 20))).toMatchObject([
      { run: id(2), superseded: [{ run: id(1), reason: reason(2) }] },
      { run: id(3), superseded: [{ run: id(2), reason: reason(3) }] },
    ]);
    expect(await states(ledger, hook)).toEqual(['superseded', 'superseded', 'scheduled']);
    expect(await ledger.runs.get(id(1))).toMatchObject({ reason: reason(2), endedAt: T0 + 10 * SECOND });
    expect(await readyAtS(ledger)).toBe(50);
    expect(await ledger.runs.counts()).toEqual({ scheduled: 1, queued: 0, running: 0 });
  });

  test('a steady stream runs at least every longest wait', async () => {
    const ledger = await openFor(kind);
    const ran: string[] = [];
    for (let n = 1; n <= 24; n += 1) {
      const now = T0 + n * 10 * SECOND;
      await admit(ledger, burst(n, n * 10));
      await ledger.runs.promote(now, held);
      for (const run of await ledger.runs.claim({
        owner: boot2,
        now,
        lanes: [{ trigger: hook, max: 9 }],
      })) {
        await ledger.runs.settle(settlement(run, { endedAt: now }));
        ran.push(run.id);
      }
    }
    // The burst began with 1, 8 and 15: the last delivery within a minute of it is the one that runs.
    expect(ran).toEqual([7, 14, 21].map(id));
  });

  test('one that waits in the queue because another runs is replaced, and the burst keeps its beginning', async () => {
    const ledger = await openFor(kind);
    await admit(ledger, burst(1, 0));
    await ledger.runs.promote(T0 + 30 * SECOND, held);
    await admit(ledger, burst(2, 45));
    expect(await states(ledger, hook)).toEqual(['superseded', 'scheduled']);
    expect(await readyAtS(ledger)).toBe(60);
  });

  test('where the longest wait is over already, the newest is ready when it comes', async () => {
    const ledger = await openFor(kind);
    await admit(ledger, burst(1, 0));
    await ledger.runs.promote(T0 + 30 * SECOND, held);
    const [answer] = await admit(ledger, burst(2, 3_600));
    expect(answer).toMatchObject({ reason: 'coalescing until 2026-01-01 01:00:00 UTC' });
    const { promoted } = await ledger.runs.promote(T0 + HOUR, held);
    expect(promoted).toHaveLength(1);
    expect(await states(ledger, hook)).toEqual(['superseded', 'queued']);
  });

  test('a clock that was set back begins the longest wait anew', async () => {
    const ledger = await openFor(kind);
    await admit(ledger, burst(1, 3_600));
    await admit(ledger, burst(2, 0));
    await admit(ledger, burst(3, 20));
    await admit(ledger, burst(4, 40));
    expect(await readyAtS(ledger)).toBe(60);
  });

  test('one that runs is left alone, and so is its next attempt; the next delivery begins a new burst', async () => {
    const ledger = await openFor(kind);
    await admit(ledger, burst(1, 0));
    await ledger.runs.promote(T0 + 30 * SECOND, held);
    const run = await claimOne(ledger, hook);
    expect(await admit(ledger, burst(2, 50))).toMatchObject([{ run: id(2), state: 'scheduled' }]);
    expect(await readyAtS(ledger)).toBe(80);
    await ledger.runs.settle(settlement(run, { state: 'scheduled', reason: 'exit 1', readyAt: T0 + HOUR }));
    await admit(ledger, burst(3, 60));
    expect(await states(ledger, hook)).toEqual(['scheduled', 'superseded', 'scheduled']);
    await ledger.runs.promote(T0 + HOUR, held);
    expect(await ledger.runs.get(id(1))).toMatchObject({ state: 'queued', reason: 'exit 1' });
    await admit(ledger, burst(4, 3_700));
    expect(await states(ledger, hook)).toEqual(['queued', 'superseded', 'superseded', 'scheduled']);
  });

  test('one that was cancelled in its window is no part of the burst any more', async () => {
    const ledger = await openFor(kind);
    await admit(ledger, burst(1, 0));
    await ledger.runs.dismiss(id(1), { state: 'cancelled', at: T0 + SECOND, reason: 'by hand' });
    const [answer] = await admit(ledger, burst(2, 40));
    expect(answer).not.toHaveProperty('superseded');
    expect(await readyAtS(ledger)).toBe(70);
    expect(await ledger.runs.get(id(1))).toMatchObject({ state: 'cancelled', reason: 'by hand' });
  });

  test('other keys, other triggers and what has no burst are left alone', async () => {
    const ledger = await openFor(kind);
    const other = triggerId('webhook', 'other');
    await admit(ledger, burst(1, 0, { of: { key: 'b' } }), burst(2, 0, { of: { key: '' } }));
    await admit(ledger, burst(3, 0, { trigger: other }), delivery(4), delivery(5, { source: 'replay' }));
    await admit(ledger, burst(6, 1), burst(7, 2, { of: { key: '' } }));
    expect(await states(ledger, hook)).toEqual([
      ...['scheduled', 'superseded', 'queued', 'queued'],
      ...['scheduled', 'scheduled'],
    ]);
    expect(await states(ledger, other)).toEqual(['scheduled']);
  });

  test('a delivery that came before changes no window', async () => {
    const ledger = await openFor(kind);
    const sent = { delivery: { id: 'd', bodyHash: 'h' } };
    await admit(ledger, burst(1, 0, sent));
    await admit(ledger, burst(2, 5));
    const again = await admit(
      ledger,
      burst(3, 20, sent),
      burst(4, 20, { delivery: { id: 'd', bodyHash: 'x' } }),
    );
    expect(again).toEqual([
      { kind: 'duplicate', run: id(1), sameBody: true },
      { kind: 'duplicate', run: id(1), sameBody: false },
    ]);
    expect(await states(ledger, hook)).toEqual(['superseded', 'scheduled']);
    expect(await readyAtS(ledger)).toBe(35);
  });

  test('a row that is born as skipped joins nothing', async () => {
    const ledger = await openFor(kind);
    await admit(ledger, burst(1, 0));
    const left = burst(2, 5, { state: 'skipped', reason: 'budget' });
    expect(await admit(ledger, left)).toEqual([{ kind: 'admitted', run: id(2), state: 'skipped' }]);
    expect(await states(ledger, hook)).toEqual(['scheduled', 'skipped']);
    expect(await ledger.runs.get(id(2))).toMatchObject({ reason: 'budget', endedAt: T0 + 5 * SECOND });
  });

  test('a held trigger keeps its row, which is queued once it is held no more', async () => {
    const ledger = await openFor(kind);
    await admit(ledger, burst(1, 0));
    expect((await ledger.runs.promote(T0 + HOUR, () => true)).promoted).toEqual([]);
    expect(await states(ledger, hook)).toEqual(['scheduled']);
    expect((await ledger.runs.promote(T0 + HOUR, held)).promoted).toHaveLength(1);
  });

  describe('bounded as pending', () => {
    const limit = { kind: 'pending', max: 2 } as const;

    test('rows in their window count, and what is replaced makes room', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, burst(1, 0, { limit }), burst(2, 0, { limit, of: { key: 'b' } }));
      const full = await admit(ledger, burst(3, 1, { limit, of: { key: 'c' } }), delivery(4, { limit }));
      expect(full).toEqual([
        { kind: 'refused', waiting: 2 },
        { kind: 'refused', waiting: 2 },
      ]);
      expect(await admit(ledger, burst(5, 2, { limit }))).toMatchObject([
        { state: 'scheduled', superseded: [{ run: id(1) }] },
      ]);
      expect(await states(ledger, hook)).toEqual(['superseded', 'scheduled', 'scheduled']);
    });

    test('one that is refused ends none', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, delivery(1), delivery(2), burst(3, 0));
      expect(await admit(ledger, burst(4, 1, { limit }))).toEqual([{ kind: 'refused', waiting: 2 }]);
      expect(await states(ledger, hook)).toEqual(['queued', 'queued', 'scheduled']);
      expect(await readyAtS(ledger)).toBe(30);
    });
  });
}
