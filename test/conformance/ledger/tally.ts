/** What every ledger promises about counting the due moments of a cron. */
import { expect, test } from 'vitest';
import { NOTHING_DUE } from '../../../src/core/tally.ts';
import type { Admission } from '../../../src/core/admission.ts';
import type { StoreKind } from './bench.ts';
import {
  T0,
  admit,
  boot1,
  claimOne,
  cron,
  cronA,
  cronB,
  delivery,
  hook,
  id,
  openFor,
  settlement,
} from './bench.ts';

/** Skipped by the store itself: one run at a time, and one runs. */
function tooMany(n: number): Admission {
  return cron(n, { limit: { kind: 'live', max: 1 } });
}

export function tallySuite(kind: StoreKind): void {
  test('each moment counts once, by what became of it', async () => {
    const ledger = await openFor(kind);
    for (const [n, state] of (['succeeded', 'failed', 'cancelled', 'scheduled'] as const).entries()) {
      await admit(ledger, cron(n + 1));
      await ledger.runs.settle(settlement(await claimOne(ledger), { state, readyAt: T0 * 2 }));
    }
    await admit(ledger, cron(5));
    await claimOne(ledger);
    await admit(ledger, tooMany(6), tooMany(7), cron(8, { state: 'skipped', reason: 'paused; policy skip' }));
    await admit(ledger, cron(9, { state: 'missed' }), cron(10), cron(11));
    await ledger.runs.dismiss(id(10), { state: 'cancelled', at: T0 + 20, reason: 'why' });
    await admit(ledger, cron(12, { limit: { kind: 'replace' } }), cron(13, { state: 'scheduled' }));
    expect(await ledger.runs.tally(cronA, T0)).toEqual({
      due: 13,
      // Among them the one that waited for its second attempt when 12 took its place.
      ran: 5,
      waiting: 2,
      skipped: 3,
      overlapped: 2,
      missed: 1,
      superseded: 1,
      cancelled: 1,
    });
  });

  test('one that was denied when it was about to begin is skipped, and did not run', async () => {
    const ledger = await openFor(kind);
    await admit(ledger, cron(1));
    const denial = settlement(await claimOne(ledger), { state: 'skipped', reason: 'hook x denied: no' });
    expect(await ledger.runs.settle(denial)).toBe(true);
    const { due, ran, skipped } = await ledger.runs.tally(cronA, T0);
    expect({ due, ran, skipped }).toEqual({ due: 1, ran: 0, skipped: 1 });
  });

  test('from a moment on, that one included, and of one trigger', async () => {
    const ledger = await openFor(kind);
    await admit(ledger, cron(1), cron(2), cron(3), cron(4, { trigger: cronB }));
    const due = async (n: number): Promise<number> => (await ledger.runs.tally(cronA, T0 + n)).due;
    expect(await Promise.all([1, 2, 3, 4].map(due))).toEqual([3, 2, 1, 0]);
    expect((await ledger.runs.tally(cronB, T0)).waiting).toBe(1);
    expect(await ledger.runs.tally(cronA, T0 + 4)).toEqual(NOTHING_DUE);
  });

  test('what people and senders start is no moment of a schedule', async () => {
    const ledger = await openFor(kind);
    await admit(
      ledger,
      cron(1, { source: 'manual' }),
      cron(2, { source: 'retry', origin: id(1) }),
      delivery(3),
    );
    await ledger.runs.claim({ owner: boot1, now: T0, lanes: [{ trigger: hook, max: 1 }] });
    expect(await ledger.runs.tally(cronA, 0)).toEqual(NOTHING_DUE);
    expect(await ledger.runs.tally(hook, 0)).toEqual(NOTHING_DUE);
  });
}
