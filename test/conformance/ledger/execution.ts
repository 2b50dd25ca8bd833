/** What every ledger promises about execution: claims in order, leases that fence, orphans handed back. */
import { describe, expect, test } from 'vitest';
import { triggerId } from '../../../src/core/ids.ts';
import { sampleSpec } from '../../support/samples.ts';
import type { StoreKind } from './bench.ts';
import { message } from './messages.ts';
import {
  HOUR,
  T0,
  admit,
  boot1,
  boot2,
  claimOne,
  cron,
  cronA,
  cronB,
  delivery,
  finish,
  hook,
  id,
  openFor,
  payload,
  settlement,
  spec,
  states,
} from './bench.ts';

export function executionSuite(kind: StoreKind): void {
  describe('claim', () => {
    test('the oldest due come first, then the first admitted', async () => {
      const ledger = await openFor(kind);
      await admit(
        ledger,
        delivery(1, { dueAt: T0 + 9 }),
        delivery(2, { dueAt: T0 + 3 }),
        delivery(3, { dueAt: T0 + 3 }),
        delivery(4, { dueAt: T0 + 1 }),
      );
      const claimed = await ledger.runs.claim({ owner: boot1, now: T0, lanes: [{ trigger: hook, max: 3 }] });
      expect(claimed.map((run) => run.id)).toEqual([id(4), id(2), id(3)]);
      expect(await ledger.runs.countsOf(hook)).toEqual({ scheduled: 0, queued: 1, running: 3 });
    });

    test('each lane gives at most its own number, in the order listed', async () => {
      const ledger = await openFor(kind);
      await admit(
        ledger,
        cron(1),
        cron(2),
        cron(3),
        cron(4, { trigger: cronB }),
        cron(5, { trigger: cronB }),
      );
      const claimed = await ledger.runs.claim({
        owner: boot1,
        now: T0,
        lanes: [
          { trigger: cronB, max: 1 },
          { trigger: cronA, max: 2 },
          { trigger: triggerId('cron', 'none'), max: 3 },
          { trigger: cronB, max: 0 },
        ],
      });
      expect(claimed.map((run) => run.id)).toEqual([id(4), id(1), id(2)]);
    });

    test('a claim holds everything that the attempt needs', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, delivery(1, { payload: payload('x'), revision: 4 }));
      const run = await claimOne(ledger, hook, T0 + 50);
      expect({ ...run, payload: Buffer.from(run.payload?.body ?? []).toString() }).toEqual({
        id: id(1),
        trigger: hook,
        source: 'webhook',
        dueAt: T0 + 1,
        admittedAt: T0 + 1,
        revision: 4,
        reason: null,
        spec,
        payload: 'x',
        attempt: 1,
        firstStartedAt: T0 + 50,
        owner: boot1,
      });
      expect(await ledger.runs.get(id(1))).toMatchObject({
        state: 'running',
        startedAt: T0 + 50,
        attempts: [
          {
            number: 1,
            startedAt: T0 + 50,
            endedAt: null,
            exitCode: null,
            endedBy: null,
            reason: null,
          },
        ],
      });
    });

    test('what is claimed is not claimed again, and what is scheduled is not claimed at all', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1), cron(2, { state: 'scheduled' }));
      const request = { owner: boot1, now: T0, lanes: [{ trigger: cronA, max: 9 }] };
      const [first, second] = await Promise.all([ledger.runs.claim(request), ledger.runs.claim(request)]);
      expect([first.length, second.length]).toEqual([1, 0]);
    });

    test('a lane without a bound gives all', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1), cron(2));
      const lanes = [{ trigger: cronA, max: Infinity }];
      expect(await ledger.runs.claim({ owner: boot1, now: T0, lanes })).toHaveLength(2);
    });

    test('waiting names the triggers with queued runs and no others', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1), cron(2, { trigger: cronB, state: 'scheduled' }), delivery(3), delivery(4));
      await claimOne(ledger);
      expect(await ledger.runs.waiting()).toEqual([{ trigger: hook, spec }]);
    });

    test('waiting gives the spec of the run that is claimed next: the oldest due, then the first admitted', async () => {
      const ledger = await openFor(kind);
      const [young, older, oldest] = [sampleSpec('young'), sampleSpec('older'), sampleSpec('oldest')];
      await admit(
        ledger,
        delivery(1, { dueAt: T0 + 9, spec: young }),
        delivery(2, { dueAt: T0 + 3, spec: oldest }),
        delivery(3, { dueAt: T0 + 3, spec: older }),
        delivery(4, { dueAt: T0 + 1, spec: young, state: 'scheduled' }),
      );
      for (const spec of [oldest, older, young]) {
        expect(await ledger.runs.waiting()).toEqual([{ trigger: hook, spec }]);
        expect((await claimOne(ledger, hook)).spec).toEqual(spec);
      }
      expect(await ledger.runs.waiting()).toEqual([]);
    });
  });

  describe('settle', () => {
    test.each(['succeeded', 'failed', 'cancelled'] as const)(
      '%s ends the run and its attempt',
      async (state) => {
        const ledger = await openFor(kind);
        await admit(ledger, cron(1));
        const run = await claimOne(ledger, cronA, T0 + 50);
        const end = { state, exitCode: 3, endedBy: 'timeout', reason: 'too long', endedAt: T0 + 90 } as const;
        expect(await ledger.runs.settle(settlement(run, end))).toBe(true);
        expect(await ledger.runs.get(id(1))).toMatchObject({
          state,
          reason: 'too long',
          startedAt: T0 + 50,
          endedAt: T0 + 90,
          attempts: [
            {
              number: 1,
              startedAt: T0 + 50,
              endedAt: T0 + 90,
              exitCode: 3,
              endedBy: 'timeout',
              reason: 'too long',
            },
          ],
        });
        expect(await ledger.runs.counts()).toEqual({ scheduled: 0, queued: 0, running: 0 });
      },
    );

    test('a retry waits for its moment; the run shows the newest reason, each attempt its own', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1));
      const first = await claimOne(ledger, cronA, T0 + 50);
      await ledger.runs.settle(
        settlement(first, { state: 'scheduled', readyAt: T0 + 500, exitCode: 1, reason: 'exit 1' }),
      );
      expect(await ledger.runs.get(id(1))).toMatchObject({
        state: 'scheduled',
        endedAt: null,
        reason: 'exit 1',
      });
      expect((await ledger.runs.promote(T0 + 499, () => false)).nextReadyAt).toBe(T0 + 500);
      await ledger.runs.promote(T0 + 500, () => false);
      const second = await claimOne(ledger, cronA, T0 + 501);
      expect(second).toMatchObject({ attempt: 2, firstStartedAt: T0 + 50 });
      await ledger.runs.settle(settlement(second, { state: 'failed', exitCode: 2, reason: 'exit 2' }));
      const run = await ledger.runs.get(id(1));
      expect(run?.reason).toBe('exit 2');
      expect(run?.startedAt).toBe(T0 + 50);
      expect(run?.attempts.map(({ number, exitCode, reason }) => [number, exitCode, reason])).toEqual([
        [1, 1, 'exit 1'],
        [2, 2, 'exit 2'],
      ]);
    });

    test('an interrupted run waits again as the oldest it is', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1), cron(2));
      const run = await claimOne(ledger);
      await ledger.runs.settle(settlement(run, { state: 'queued', endedBy: 'drain', reason: 'stopped' }));
      expect(await ledger.runs.countsOf(cronA)).toEqual({ scheduled: 0, queued: 2, running: 0 });
      expect((await claimOne(ledger)).id).toBe(id(1));
    });

    test('another owner, another attempt, or a lease that has ended writes nothing', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1));
      const run = await claimOne(ledger);
      const attempts = [
        settlement(run, { owner: boot2 }),
        settlement(run, { attempt: 2 }),
        settlement(run, { attempt: 0 }),
        settlement(run, { run: id(7) }),
      ];
      for (const lost of attempts) expect(await ledger.runs.settle(lost)).toBe(false);
      expect(await ledger.runs.get(id(1))).toMatchObject({ state: 'running', attempts: [{ endedAt: null }] });
      await ledger.runs.settle(settlement(run, { state: 'queued' }));
      expect(await ledger.runs.settle(settlement(run))).toBe(false);
      const again = await claimOne(ledger);
      expect(await ledger.runs.settle(settlement(run, { state: 'failed' }))).toBe(false);
      expect(await ledger.runs.settle(settlement(again))).toBe(true);
      expect(await ledger.runs.settle(settlement(again, { state: 'failed' }))).toBe(false);
      expect(await states(ledger)).toEqual(['succeeded']);
    });
  });

  describe('orphans', () => {
    test('runs of every other owner are handed back, and settled under it', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1), cron(2, { trigger: cronB }), delivery(3));
      await claimOne(ledger);
      await ledger.runs.claim({ owner: boot2, now: T0, lanes: [{ trigger: cronB, max: 1 }] });
      expect(await ledger.runs.orphans(boot2)).toEqual([
        { id: id(1), trigger: cronA, attempt: 1, owner: boot1, spec },
      ]);
      const [orphan] = await ledger.runs.orphans(boot2);
      const settled = await ledger.runs.settle(
        settlement(orphan as never, { run: orphan?.id ?? id(0), state: 'failed', endedBy: 'crash' }),
      );
      expect(settled).toBe(true);
      expect(await ledger.runs.orphans(boot2)).toEqual([]);
      expect((await ledger.runs.orphans(boot1)).map(({ id: run }) => run)).toEqual([id(2)]);
    });
  });

  describe('dismiss', () => {
    test.each([
      ['queued', 'cancelled'],
      ['scheduled', 'cancelled'],
      ['queued', 'missed'],
      ['scheduled', 'skipped'],
    ] as const)('a %s run ends as %s, with the reason', async (from, state) => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1, { state: from }));
      const met = await ledger.runs.dismiss(id(1), { state, at: T0 + 9, reason: 'why' });
      expect(met).toEqual({ kind: 'done' });
      expect(await ledger.runs.get(id(1))).toMatchObject({ state, reason: 'why', endedAt: T0 + 9 });
      expect(await ledger.runs.counts()).toEqual({ scheduled: 0, queued: 0, running: 0 });
      const later = await ledger.runs.promote(T0 * 2, () => false);
      expect(later).toEqual({ promoted: [], nextReadyAt: undefined });
    });

    test('tells chats with it, and nothing where it ended nothing', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1), cron(2));
      await claimOne(ledger);
      const dismissal = { state: 'cancelled', at: T0 + 9, reason: 'why' } as const;
      await ledger.runs.dismiss(id(1), { ...dismissal, messages: [message('running')] });
      await ledger.runs.dismiss(id(2), { ...dismissal, messages: [message('waited')] });
      expect(await ledger.chat.message('running')).toBeUndefined();
      expect(await ledger.chat.message('waited')).toMatchObject({ state: 'waiting', createdAt: T0 + 9 });
    });

    test('a running run is reported and goes on', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1));
      const run = await claimOne(ledger);
      expect(await ledger.runs.dismiss(id(1), { state: 'cancelled', at: T0, reason: 'x' })).toEqual({
        kind: 'running',
      });
      expect(await ledger.runs.settle(settlement(run))).toBe(true);
    });

    test('a finished run keeps its state for good', async () => {
      const ledger = await openFor(kind);
      await finish(ledger, cron(1), T0 + 10);
      await admit(ledger, cron(2, { state: 'missed' }));
      const dismissal = { state: 'cancelled', at: T0 + 20, reason: 'x' } as const;
      expect(await ledger.runs.dismiss(id(1), dismissal)).toEqual({ kind: 'finished', state: 'succeeded' });
      expect(await ledger.runs.dismiss(id(2), dismissal)).toEqual({ kind: 'finished', state: 'missed' });
      expect(await ledger.runs.get(id(1))).toMatchObject({ reason: null, endedAt: T0 + 10 });
    });

    test('an unknown run is reported as such', async () => {
      const ledger = await openFor(kind);
      expect(await ledger.runs.dismiss(id(1), { state: 'cancelled', at: T0, reason: 'x' })).toEqual({
        kind: 'unknown',
      });
    });
  });

  describe('promote', () => {
    test('what is ready is queued; the answer names the triggers once, and the next moment', async () => {
      const ledger = await openFor(kind);
      await admit(
        ledger,
        cron(1, { state: 'scheduled', dueAt: T0 + 10 }),
        cron(2, { state: 'scheduled', dueAt: T0 + 20 }),
        cron(3, { state: 'scheduled', dueAt: T0 + 5, trigger: cronB }),
        cron(4, { state: 'scheduled', dueAt: T0 + 40, trigger: cronB }),
        cron(5, { state: 'scheduled', dueAt: T0 + 30, trigger: cronB }),
      );
      const { promoted, nextReadyAt } = await ledger.runs.promote(T0 + 20, () => false);
      expect(promoted.toSorted((a, b) => (a.trigger < b.trigger ? -1 : 1))).toEqual([
        { trigger: cronA, spec },
        { trigger: cronB, spec },
      ]);
      expect(nextReadyAt).toBe(T0 + 30);
      expect(await states(ledger)).toEqual(['queued', 'queued']);
      expect(await states(ledger, cronB)).toEqual(['queued', 'scheduled', 'scheduled']);
      expect(await ledger.runs.promote(T0 + 29, () => false)).toEqual({
        promoted: [],
        nextReadyAt: T0 + 30,
      });
    });

    test('rows of held triggers stay, also when they are ready, and are queued once released', async () => {
      const ledger = await openFor(kind);
      await admit(
        ledger,
        cron(1, { state: 'scheduled' }),
        cron(2, { state: 'scheduled', trigger: cronB }),
        cron(3, { state: 'scheduled', dueAt: T0 + 60 }),
      );
      const held = await ledger.runs.promote(T0 + 50, (trigger) => trigger === cronA);
      expect(held).toEqual({ promoted: [{ trigger: cronB, spec }], nextReadyAt: T0 + 60 });
      expect(await states(ledger)).toEqual(['scheduled', 'scheduled']);
      const released = await ledger.runs.promote(T0 + 70, () => false);
      expect(released).toEqual({ promoted: [{ trigger: cronA, spec }], nextReadyAt: undefined });
    });

    test('a one-shot that is more than a minute late says so, a pause having held it or not, unless it has a reason', async () => {
      const ledger = await openFor(kind);
      const later = { state: 'scheduled', source: 'at' } as const;
      await admit(
        ledger,
        cron(1, later),
        cron(2, { ...later, dueAt: T0 + HOUR - 60_000 }),
        cron(3, { ...later, reason: 'why' }),
        cron(4, { ...later, source: 'cron' }),
        cron(5, { ...later, trigger: cronB }),
      );
      await ledger.runs.promote(T0 + 10, (trigger) => trigger === cronA);
      await ledger.runs.promote(T0 + HOUR, () => false);
      const claimed = await ledger.runs.claim({
        owner: boot1,
        now: T0 + HOUR,
        lanes: [cronA, cronB].map((trigger) => ({ trigger, max: 9 })),
      });
      const reasons = new Map(claimed.map((run) => [run.id, run.reason]));
      expect([1, 2, 3, 4, 5].map((n) => reasons.get(id(n)))).toEqual([
        '59m 59s late',
        null,
        'why',
        null,
        null,
      ]);
    });

    test('nor does one say so that waited for another attempt', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1, { source: 'at' }));
      const run = await claimOne(ledger);
      await ledger.runs.settle(settlement(run, { state: 'scheduled', readyAt: T0 + HOUR }));
      await ledger.runs.promote(T0 + HOUR, () => false);
      expect(await ledger.runs.get(id(1))).toMatchObject({ state: 'queued', reason: null });
    });

    test('what is promoted comes with the spec of the oldest that waits, also of one that waited before', async () => {
      const ledger = await openFor(kind);
      const [before, ready] = [sampleSpec('before'), sampleSpec('ready')];
      await admit(
        ledger,
        cron(1, { dueAt: T0 + 5, spec: before }),
        cron(2, { dueAt: T0 + 8, spec: ready, state: 'scheduled' }),
        cron(3, { dueAt: T0 + 8, spec: ready, state: 'scheduled', trigger: cronB }),
        cron(4, { dueAt: T0 + 9, spec: before, trigger: cronB }),
      );
      const { promoted } = await ledger.runs.promote(T0 + 8, () => false);
      expect(promoted.toSorted((a, b) => (a.trigger < b.trigger ? -1 : 1))).toEqual([
        { trigger: cronA, spec: before },
        { trigger: cronB, spec: ready },
      ]);
    });
  });
}
