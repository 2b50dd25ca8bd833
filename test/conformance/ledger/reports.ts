/** What every ledger promises about reports: written with what they tell, whichever call that is, and kept until dropped. */
import { describe, expect, test } from 'vitest';
import type { Admission } from '../../../src/core/admission.ts';
import type { Ledger } from '../../../src/core/ledger.ts';
import type { StoredReport } from '../../../src/core/report-ledger.ts';
import type { ReportTargets } from '../../../src/core/report-target.ts';
import type { Settlement } from '../../../src/core/run-ledger.ts';
import type { StoreKind } from './bench.ts';
import {
  T0,
  admit,
  boot1,
  claimOne,
  delivery,
  hook,
  id,
  openFor,
  openStore,
  settlement,
  spec,
} from './bench.ts';

const target = (name: string): ReportTargets[keyof ReportTargets] & object => ({
  url: `https://example.com/${name}`,
  allowPrivate: [],
});

/** Everything is asked for. */
const reports: ReportTargets = {
  start: target('start'),
  success: target('success'),
  failure: target('failure'),
  callback: { ...target('callback'), secret: '{{secrets.x}}', allowPrivate: ['10.0.0.0/8'] },
};

const asking = { ...spec, trigger: hook, reports };
const told = (n: number, change: Partial<Admission> = {}): Admission =>
  delivery(n, { spec: asking, ...change });

/** All that waits, by its number. */
async function owed(ledger: Ledger): Promise<readonly StoredReport[]> {
  const { lanes } = await ledger.reports.lanes(0);
  const found: StoredReport[] = [];
  for (const lane of lanes) {
    for (
      let one = await ledger.reports.first(lane);
      one !== undefined;
      one = await ledger.reports.first(lane)
    ) {
      found.push(one);
      await ledger.reports.drop(one.seq);
    }
  }
  return found.sort((a, b) => a.seq - b.seq);
}

const kinds = async (ledger: Ledger): Promise<readonly string[]> =>
  (await owed(ledger)).map(({ kind, facts }) => `${kind} ${facts.state}`);

async function end(ledger: Ledger, change: Partial<Settlement> = {}): Promise<void> {
  expect(await ledger.runs.settle(settlement(await claimOne(ledger, hook), change))).toBe(true);
}

/** Declares the tests. */
export function reportSuite(kind: StoreKind): void {
  describe('of a run', () => {
    test('that begins and succeeds, complete without its row', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, told(1));
      expect(await owed(ledger)).toEqual([]);
      await end(ledger, { reason: 'fine', exitCode: 0 });
      const [start, success, callback] = await owed(ledger);
      expect(start).toMatchObject({ kind: 'start', attempts: 0, createdAt: T0 + 1_000, nextAt: T0 + 1_000 });
      expect(start?.facts).toMatchObject({ state: 'running', attempt: 1, endedAt: null, exitCode: null });
      expect(success).toMatchObject({ kind: 'success', url: 'https://example.com/success' });
      expect(callback).toEqual({
        ...reports.callback,
        kind: 'callback',
        seq: expect.any(Number) as number,
        attempts: 0,
        createdAt: T0 + 5_000,
        nextAt: T0 + 5_000,
        facts: {
          run: id(1),
          trigger: hook,
          lane: hook,
          source: 'webhook',
          state: 'succeeded',
          reason: 'fine',
          exitCode: 0,
          attempt: 1,
          startedAt: T0 + 1_000,
          endedAt: T0 + 5_000,
        },
      });
    });

    test('once, however many attempts it takes', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, told(1));
      await end(ledger, { state: 'scheduled', readyAt: T0 + 6_000, exitCode: 1 });
      expect(await kinds(ledger)).toEqual(['start running']);
      await ledger.runs.promote(T0 + 6_000, () => false);
      await end(ledger, { state: 'failed', exitCode: 9 });
      const [failure, callback] = await owed(ledger);
      expect([failure?.kind, callback?.kind]).toEqual(['failure', 'callback']);
      expect(callback?.facts).toMatchObject({ attempt: 2, exitCode: 9, startedAt: T0 + 1_000 });
    });

    test('none where its lease was lost', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, told(1));
      const run = await claimOne(ledger, hook);
      await owed(ledger);
      expect(await ledger.runs.settle(settlement(run, { attempt: 2 }))).toBe(false);
      expect(await owed(ledger)).toEqual([]);
    });

    test('a failure that was cancelled under way, or between two attempts; only the result that never began', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, told(1), told(2), told(3));
      await end(ledger, { state: 'cancelled' });
      await end(ledger, { state: 'scheduled', readyAt: T0 + 6_000 });
      await owed(ledger);
      const dismissal = { state: 'cancelled', at: T0 + 5_500, reason: 'no more' } as const;
      await ledger.runs.dismiss(id(2), dismissal);
      expect(await kinds(ledger)).toEqual(['failure cancelled', 'callback cancelled']);
      await ledger.runs.dismiss(id(3), dismissal);
      const [callback, ...others] = await owed(ledger);
      expect(others).toEqual([]);
      expect(callback?.facts).toMatchObject({
        run: id(3),
        state: 'cancelled',
        reason: 'no more',
        attempt: 0,
      });
    });

    test('that another took the place of, or that was born at its end', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, told(1));
      await admit(ledger, told(2, { limit: { kind: 'newest', keep: 1 } }));
      expect(await kinds(ledger)).toEqual(['callback superseded']);
      await admit(ledger, told(3, { limit: { kind: 'live', max: 1 } }));
      const [callback] = await owed(ledger);
      expect(callback?.facts).toMatchObject({ run: id(3), state: 'skipped', endedAt: T0 + 3 });
    });

    test('none that asks for none', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, delivery(1));
      await end(ledger);
      expect(await ledger.reports.lanes(0)).toEqual({ lanes: [], newest: 0 });
    });
  });

  describe('that wait', () => {
    test('are found by what was written last, and each by its time', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, told(1), told(2));
      await end(ledger);
      const { lanes, newest } = await ledger.reports.lanes(0);
      expect([...lanes].sort()).toEqual([`callback ${hook} 1`, `ping ${hook}`]);
      expect(await ledger.reports.lanes(newest)).toEqual({ lanes: [], newest });
      await end(ledger);
      expect((await ledger.reports.lanes(newest)).lanes).toHaveLength(2);
      const first = await ledger.reports.first(`callback ${hook} 1`);
      expect(first?.facts.run).toBe(id(1));
      expect(await ledger.reports.again(first?.seq ?? 0, T0 + 99_000)).toBe(true);
      expect(await ledger.reports.first(`callback ${hook} 1`)).toMatchObject({
        attempts: 1,
        nextAt: T0 + 99_000,
      });
      expect((await ledger.reports.first(`callback ${hook} 2`))?.facts.run).toBe(id(2));
    });

    test('are gone once dropped; what is gone is not tried again', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, told(1));
      await end(ledger);
      const first = await ledger.reports.first(`callback ${hook} 1`);
      await ledger.reports.drop(first?.seq ?? 0);
      expect(await ledger.reports.first(`callback ${hook} 1`)).toBeUndefined();
      expect(await ledger.reports.again(first?.seq ?? 0, T0)).toBe(false);
    });

    test('are kept with their run when they are given up, for as long as that is there', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, told(1), told(2));
      await end(ledger);
      await end(ledger);
      const lane = `callback ${hook} 1`;
      const { seq } = (await ledger.reports.first(lane)) ?? { seq: 0 };
      await ledger.reports.again(seq, T0 + 5_000);
      await ledger.reports.giveUp(seq, { reason: 'answered 410', at: T0 + 6_000 });
      await ledger.reports.giveUp(seq, { reason: 'it is gone already', at: T0 + 7_000 });
      expect(await ledger.reports.first(lane)).toBeUndefined();
      expect(await ledger.reports.lostOf(id(1))).toEqual([
        { kind: 'callback', attempts: 2, reason: 'answered 410', at: T0 + 6_000 },
      ]);
      expect(await ledger.reports.lostOf(id(2))).toEqual([]);
      await ledger.runs.prune({ endedBefore: T0 + 9_000, keep: 0, limit: 9, now: T0 + 9_000 });
      expect(await ledger.reports.lostOf(id(1))).toEqual([]);
      const later = await ledger.reports.first(`callback ${hook} 2`);
      await ledger.reports.giveUp(later?.seq ?? 0, { reason: 'its run is gone', at: T0 + 9_000 });
      expect(await ledger.reports.first(`callback ${hook} 2`)).toBeUndefined();
      expect(await ledger.reports.lostOf(id(2))).toEqual([]);
    });

    test('give way to a later end once they were tried, before it comes or after', async () => {
      const ledger = await openFor(kind);
      const lane = `ping ${hook}`;
      await admit(ledger, told(1), told(2));
      await end(ledger, { state: 'failed' });
      const start = await ledger.reports.first(lane);
      expect(start?.kind).toBe('start');
      expect(await ledger.reports.again(start?.seq ?? 0, T0 + 9_000)).toBe(false);
      const failure = await ledger.reports.first(lane);
      expect(failure?.kind).toBe('failure');
      expect(await ledger.reports.again(failure?.seq ?? 0, T0 + 9_000)).toBe(true);
      const run = await claimOne(ledger, hook);
      // A start is no end: the failure is still worth telling.
      expect(await ledger.reports.first(lane)).toMatchObject({ kind: 'start', facts: { run: id(2) } });
      await ledger.runs.settle(settlement(run));
      expect((await owed(ledger)).map((one) => one.kind)).toEqual([
        'callback',
        'start',
        'success',
        'callback',
      ]);
    });

    test('go with one that could not be sent where a later end outdates them all', async () => {
      const ledger = await openFor(kind);
      const lane = `ping ${hook}`;
      await admit(ledger, ...[1, 2, 3, 4].map((n) => told(n)));
      for (let n = 1; n <= 3; n += 1) await end(ledger);
      await claimOne(ledger, hook, T0 + 9_000);
      const first = await ledger.reports.first(lane);
      expect(await ledger.reports.again(first?.seq ?? 0, T0 + 9_000)).toBe(false);
      const pings = (await owed(ledger)).filter((one) => one.kind !== 'callback');
      expect(pings.map((one) => [one.kind, one.facts.run])).toEqual([
        ['success', id(3)],
        ['start', id(4)],
      ]);
    });

    test('outlive the run that they tell of', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, told(1));
      await end(ledger);
      const gone = await ledger.runs.prune({ endedBefore: T0 + 9_000, keep: 0, limit: 9, now: T0 + 9_000 });
      expect(gone).toEqual([id(1)]);
      expect(await owed(ledger)).toHaveLength(3);
    });
  });

  test('and has them again when it is opened again, with numbers that are never used twice', async ({
    skip,
  }) => {
    const { ledger, reopen } = await openStore(kind);
    if (reopen === undefined) return skip('nothing outlives the process');
    await admit(ledger, told(1), told(2));
    await end(ledger);
    const before = await ledger.reports.lanes(0);
    for (const lane of before.lanes) {
      const first = await ledger.reports.first(lane);
      if (lane.startsWith('callback')) await ledger.reports.drop(first?.seq ?? 0);
    }
    const again = await reopen();
    expect((await again.reports.first(`ping ${hook}`))?.kind).toBe('start');
    await again.runs.claim({ owner: boot1, now: T0 + 7_000, lanes: [{ trigger: hook, max: 1 }] });
    expect((await again.reports.lanes(before.newest)).newest).toBe(before.newest + 1);
  });
}
