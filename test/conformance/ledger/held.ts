import { describe, expect, test } from 'vitest';
import type { Admission } from '../../../src/core/admission.ts';
import { chatKey } from '../../../src/core/message.ts';
import type { Ledger } from '../../../src/core/ledger.ts';
import type { MissedWord } from '../../../src/core/trigger.ts';
import { sampleSpec } from '../../support/samples.ts';
import {
  HOUR,
  T0,
  admit,
  claimOne,
  cron,
  cronA,
  cronB,
  id,
  openFor,
  settlement,
  spec,
  states,
} from './bench.ts';
import type { StoreKind } from './bench.ts';
import { home, message } from './messages.ts';

const held = (n: number, change: Partial<Admission> = {}): Admission =>
  cron(n, { state: 'scheduled', held: 'paused', reason: 'paused; policy all', ...change });
const missed = (n: number, change: Partial<Admission> = {}): Admission =>
  cron(n, { state: 'missed', rule: 'ask', reason: 'down; policy ask', admittedAt: T0 + HOUR, ...change });
/** The same by this rule, or with none noted. */
function missedBy(n: number, rule: MissedWord | undefined): Admission {
  const { rule: _, ...row } = missed(n);
  return rule === undefined ? row : { ...row, rule };
}

/** Stands for the rule of a row that somebody had made up. */
const MADE_UP = 'made up';

/** What a ledger promises about moments that are held back, and about those that were missed. */
export function heldSuite(kind: StoreKind): void {
  describe('held moments', () => {
    test('are made ready by no time, and counted as scheduled', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, held(1), cron(2, { state: 'scheduled' }));
      expect(await ledger.runs.promote(T0 + HOUR, () => false)).toEqual({
        promoted: [{ trigger: cronA, spec }],
        nextReadyAt: undefined,
      });
      expect(await states(ledger)).toEqual(['scheduled', 'queued']);
      expect(await ledger.runs.countsOf(cronA)).toEqual({ scheduled: 1, queued: 1, running: 0 });
    });

    test('are those, too, that were delayed until a time at which nobody was there', async () => {
      const ledger = await openFor(kind);
      const delayed = (n: number, readyAt: number, change: Partial<Admission> = {}): Admission =>
        cron(n, { state: 'scheduled', readyAt, reason: 'jitter 1s', ...change });
      await admit(
        ledger,
        ...[delayed(1, T0 + 50), delayed(2, T0 + 60), delayed(3, T0 + 90), delayed(4, T0 + 91)],
        delayed(5, T0 + 70, { source: 'manual' }),
        held(6),
      );
      expect(await ledger.runs.holdDelayed({ after: T0 + 50, until: T0 + 90 })).toBe(2);
      const moments = await ledger.runs.heldMoments();
      expect(moments.map(({ run, cause }) => [run, cause])).toEqual([
        [id(2), 'down'],
        [id(3), 'down'],
        [id(6), 'paused'],
      ]);
      const { nextReadyAt } = await ledger.runs.promote(T0 + 90, () => false);
      expect(nextReadyAt).toBe(T0 + 91);
      expect(await states(ledger)).toEqual([
        ...['queued', 'scheduled', 'scheduled', 'scheduled', 'queued', 'scheduled'],
      ]);
    });

    test('are no run that waits to be tried again', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1));
      await ledger.runs.settle(settlement(await claimOne(ledger), { state: 'scheduled', readyAt: T0 + 60 }));
      expect(await ledger.runs.holdDelayed({ after: T0, until: T0 + 90 })).toBe(0);
      expect(await ledger.runs.heldMoments()).toEqual([]);
    });

    test('are told with what holds them, the oldest due first', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, held(2), held(1, { held: 'down' }), held(3, { trigger: cronB }), cron(4));
      const of = { trigger: cronA, cause: 'paused' };
      expect(await ledger.runs.heldMoments(cronA)).toEqual([
        { ...of, run: id(1), dueAt: T0 + 1, cause: 'down' },
        { ...of, run: id(2), dueAt: T0 + 2 },
      ]);
      expect((await ledger.runs.heldMoments()).map(({ run }) => run)).toEqual([1, 2, 3].map(id));
    });

    test('are released together, with what is said of it, and only once', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, held(1), held(2), cron(3, { trigger: cronB }));
      const verdicts = [
        { run: id(1), kind: 'missed', rule: 'last', reason: 'paused; policy last' },
        { run: id(2), kind: 'queued', reason: '1m late: paused' },
        { run: id(3), kind: 'missed', rule: 'last', reason: 'it is not held' },
      ] as const;
      const release = { at: T0 + HOUR, verdicts, messages: [message('notice:missed')] };
      expect(await ledger.runs.release(release)).toEqual({
        done: verdicts.slice(0, 2),
        queued: [{ trigger: cronA, spec }],
      });
      expect(await ledger.runs.get(id(1))).toMatchObject({
        ...{ state: 'missed', reason: 'paused; policy last', endedAt: T0 + HOUR },
      });
      expect(await ledger.runs.get(id(2))).toMatchObject({ state: 'queued', reason: '1m late: paused' });
      expect(await states(ledger, cronB)).toEqual(['queued']);
      expect(await ledger.chat.message('notice:missed')).toMatchObject({ state: 'waiting' });
      expect((await ledger.runs.release(release)).done).toEqual([]);
      expect(await ledger.runs.heldMoments()).toEqual([]);
      expect(await ledger.runs.countsOf(cronA)).toEqual({ scheduled: 0, queued: 1, running: 0 });
    });

    test('are taken over by an admission of the same moment that nothing holds', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, held(1), held(2), held(3), held(4));
      const answers = await admit(
        ledger,
        cron(11, { dueAt: T0 + 1, state: 'missed', rule: 'last', reason: 'down', admittedAt: T0 + HOUR }),
        cron(12, { dueAt: T0 + 2, reason: '1m late', limit: { kind: 'live', max: 3 } }),
        cron(13, { dueAt: T0 + 3, limit: { kind: 'live', max: 1 } }),
        held(14, { dueAt: T0 + 4 }),
      );
      expect(answers).toEqual([
        { kind: 'admitted', run: id(1), state: 'missed' },
        { kind: 'admitted', run: id(2), state: 'queued' },
        {
          ...{ kind: 'admitted', run: id(3), state: 'skipped' },
          reason: 'overlap: 0 running, 2 waiting',
        },
        { kind: 'duplicate', run: id(4), sameBody: true },
      ]);
      expect(await states(ledger)).toEqual(['missed', 'queued', 'skipped', 'scheduled']);
      expect(await ledger.runs.get(id(1))).toMatchObject({ reason: 'down', endedAt: T0 + HOUR });
      expect(await ledger.runs.missedAt({})).toMatchObject({ at: T0 + HOUR, rows: [{ rule: 'last' }] });
      expect(await ledger.runs.countsOf(cronA)).toEqual({ scheduled: 1, queued: 1, running: 0 });
    });

    test('can be cancelled, and what waits for its next attempt is none', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, held(1), cron(2));
      await ledger.runs.dismiss(id(1), { state: 'cancelled', at: T0 + HOUR, reason: 'cancelled' });
      await ledger.runs.settle(
        settlement(await claimOne(ledger), { state: 'scheduled', readyAt: T0 + HOUR }),
      );
      expect(await ledger.runs.heldMoments()).toEqual([]);
    });
  });

  describe('what was missed at one moment', () => {
    /** Of two triggers at one moment, one told in a chat, and of one at a later moment. */
    async function missedTwice(): Promise<Ledger> {
      const ledger = await openFor(kind);
      await admit(
        ledger,
        ...[missed(1), missed(2), missed(3, { trigger: cronB, spec: { ...sampleSpec(), chat: home } })],
        ...[missed(4, { admittedAt: T0 + 2 * HOUR }), cron(5, { state: 'skipped' }), held(6)],
      );
      return ledger;
    }
    const about = { reason: 'down; policy ask', rule: 'ask', madeUp: 0 };
    const ofA = { ...about, trigger: cronA, missed: 2, firstDueAt: T0 + 1, lastDueAt: T0 + 2 };
    const ofB = { ...about, trigger: cronB, missed: 1, firstDueAt: T0 + 3, lastDueAt: T0 + 3 };

    test('is found again, trigger by trigger, or as the last that there was', async () => {
      const { runs } = await missedTwice();
      expect(await runs.missedAt({ at: T0 + HOUR })).toEqual({ at: T0 + HOUR, rows: [ofA, ofB] });
      expect(await runs.missedAt({})).toMatchObject({ at: T0 + 2 * HOUR, rows: [{ trigger: cronA }] });
      expect(await runs.missedAt({ at: T0 })).toBeUndefined();
      const chat = chatKey(home);
      expect(await runs.missedAt({ chat })).toEqual({ at: T0 + HOUR, rows: [ofB] });
      expect(await runs.missedAt({ chat, at: T0 + 2 * HOUR })).toBeUndefined();
    });

    test('is the moment at which it was judged: later than what was admitted after it', async () => {
      const { runs } = await missedTwice();
      const verdict = { run: id(6), kind: 'missed', rule: 'ask', reason: 'paused; policy ask' } as const;
      await runs.release({ at: T0 + 3 * HOUR, verdicts: [verdict], messages: [] });
      expect(await runs.missedAt({})).toMatchObject({ at: T0 + 3 * HOUR, rows: [{ missed: 1 }] });
    });

    test('are runs, of which the last due come first', async () => {
      const { runs } = await missedTwice();
      const query = { at: T0 + HOUR, trigger: cronA };
      const idsOf = async (limit: number): Promise<readonly string[]> =>
        (await runs.missedRuns({ ...query, limit })).map((run) => run.id);
      expect(await idsOf(9)).toEqual([id(2), id(1)]);
      expect(await idsOf(1)).toEqual([id(2)]);
    });

    test('are those runs that nobody made up or left out yet, whatever number is asked for', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, missedBy(1, undefined), missed(2), missed(3), missedBy(4, 'skip'));
      const left = async (limit: number): Promise<readonly string[]> =>
        (await ledger.runs.missedRuns({ at: T0 + HOUR, trigger: cronA, limit })).map((run) => run.id);
      expect(await left(1)).toEqual([id(3)]);
      await ledger.runs.madeUpBy([{ missed: id(3), by: id(20) }]);
      expect(await left(1)).toEqual([id(2)]);
      expect(await left(9)).toEqual([id(2), id(1)]);
      await ledger.runs.leaveOut({ at: T0 + HOUR });
      expect(await left(9)).toEqual([]);
    });

    test.each([
      { rules: ['skip'], rule: 'skip' },
      { rules: ['ask', 'skip'], rule: 'ask' },
      { rules: ['last', 'skip'], rule: 'last' },
      { rules: ['all', 'skip'], rule: 'all' },
      { rules: ['last', 'ask'], rule: 'ask' },
      { rules: ['last', 'ask', 'skip', 'all'], rule: 'all' },
      { rules: [undefined], rule: 'last' },
      { rules: [undefined, 'skip'], rule: 'last' },
      { rules: [undefined, 'ask'], rule: 'ask' },
      { rules: ['ask', 'skip', MADE_UP], rule: 'ask' },
      { rules: ['skip', MADE_UP], rule: 'skip' },
      { rules: ['last', MADE_UP], rule: 'last' },
      { rules: [MADE_UP], rule: 'last' },
    ] as const)('of rows by $rules, is by the rule $rule, in any order', async ({ rules, rule }) => {
      for (const order of [rules, rules.toReversed()]) {
        const ledger = await openFor(kind);
        const rows = order.map((one, n) => missedBy(n + 1, one === MADE_UP ? 'ask' : one));
        await admit(ledger, ...rows);
        const by = id(50);
        const pairs = order.flatMap((one, n) => (one === MADE_UP ? [{ missed: id(n + 1), by }] : []));
        await ledger.runs.madeUpBy(pairs);
        const found = await ledger.runs.missedAt({ at: T0 + HOUR });
        expect(found?.rows).toMatchObject([{ missed: order.length, madeUp: pairs.length, rule }]);
      }
    });

    test('is left out when somebody says so, once', async () => {
      const { runs } = await missedTwice();
      expect(await runs.leaveOut({ at: T0 + HOUR, chat: chatKey(home) })).toBe(1);
      expect(await runs.leaveOut({ at: T0 + HOUR })).toBe(2);
      expect(await runs.leaveOut({ at: T0 + HOUR })).toBe(0);
      const left = { rule: 'skip', reason: 'down; policy ask; left out' };
      expect((await runs.missedAt({ at: T0 + HOUR }))?.rows).toEqual([
        { ...ofA, ...left },
        { ...ofB, ...left },
      ]);
      expect((await runs.get(id(1)))?.state).toBe('missed');
    });

    test('is noted as made up, one by one, and nobody is asked about those any more', async () => {
      const { runs } = await missedTwice();
      await runs.madeUpBy([
        { missed: id(1), by: id(20) },
        { missed: id(5), by: id(21) },
      ]);
      await runs.madeUpBy([{ missed: id(1), by: id(22) }]);
      expect((await runs.get(id(1)))?.reason).toBe(`down; policy ask; made up by ${id(20)}`);
      expect((await runs.get(id(5)))?.reason).toBeNull();
      expect((await runs.missedAt({ at: T0 + HOUR }))?.rows[0]).toMatchObject({
        missed: 2,
        madeUp: 1,
        rule: 'ask',
      });
      expect(await runs.leaveOut({ at: T0 + HOUR })).toBe(2);
    });
  });
}
