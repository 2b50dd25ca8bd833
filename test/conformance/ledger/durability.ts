/** What every ledger that outlives its process promises to hold after it was opened again. */
import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../../src/core/ledger.ts';
import { chatKey } from '../../../src/core/message.ts';
import type { StoreKind } from './bench.ts';
import { counted } from './deliveries.ts';
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
  hook,
  id,
  openStore,
  payload,
  settlement,
  spec,
} from './bench.ts';
import { drain, end, group, home, message, postAndSend, report, takeOne } from './messages.ts';

/** Stores without `reopen` keep nothing, by their nature; the suite is for the others. */
export function durabilitySuite(kind: StoreKind): void {
  async function reopened(write: (ledger: Ledger) => Promise<void>): Promise<Ledger> {
    const store = await openStore(kind);
    await write(store.ledger);
    if (store.reopen === undefined) throw new TypeError(`${kind.name} keeps nothing`);
    return store.reopen();
  }

  describe('opened again', () => {
    test('counts of deliveries are there, and go on', async () => {
      const { deliveries } = await reopened((before) => before.deliveries.count([counted({ count: 2 })]));
      await deliveries.count([counted()]);
      expect(await deliveries.deliveryCounts({})).toEqual([counted({ count: 3 })]);
    });

    test('a row in its window is there, ready when it was, and its burst goes on', async () => {
      const coalesce = { key: 'a', windowMs: 30_000, maxWaitMs: 60_000 };
      const ledger = await reopened(async (before) => {
        await admit(before, delivery(1, { state: 'scheduled', admittedAt: T0, coalesce }));
      });
      const { nextReadyAt } = await ledger.runs.promote(T0, () => false);
      expect(nextReadyAt).toBe(T0 + 30_000);
      const next = delivery(2, { state: 'scheduled', admittedAt: T0 + 50_000, coalesce });
      expect(await admit(ledger, next)).toMatchObject([{ superseded: [{ run: id(1) }] }]);
      const later = await ledger.runs.promote(T0, () => false);
      expect(later.nextReadyAt).toBe(T0 + 60_000);
    });

    test('runs with payloads, specifications, attempts and counts are there', async () => {
      const ledger = await reopened(async (before) => {
        await admit(before, cron(1), cron(2), cron(3, { state: 'scheduled', dueAt: T0 + HOUR }));
        await admit(before, delivery(4, { payload: payload('kept') }));
        await before.runs.settle(settlement(await claimOne(before), { state: 'failed', reason: 'exit 1' }));
        await claimOne(before);
      });
      expect((await ledger.runs.list({ limit: 9 })).map((run) => [run.id, run.state])).toEqual([
        [id(4), 'queued'],
        [id(3), 'scheduled'],
        [id(2), 'running'],
        [id(1), 'failed'],
      ]);
      expect(await ledger.runs.counts()).toEqual({ scheduled: 1, queued: 1, running: 1 });
      expect(await ledger.runs.countsOf(cronA)).toEqual({ scheduled: 1, queued: 0, running: 1 });
      expect(await ledger.runs.waiting()).toEqual([{ trigger: hook, spec }]);
      expect((await ledger.runs.get(id(1)))?.attempts).toMatchObject([{ number: 1, reason: 'exit 1' }]);
      expect(await ledger.runs.spec(id(1))).toEqual(spec);
      expect((await claimOne(ledger, hook)).payload?.body.byteLength).toBe(4);
      expect((await ledger.runs.orphans(boot2)).map((orphan) => orphan.id)).toEqual([id(2), id(4)]);
    });

    test('moments and deliveries are still known', async () => {
      const ledger = await reopened(async (before) => {
        await admit(before, cron(1), delivery(2, { delivery: { id: 'd', bodyHash: 'h' } }));
      });
      const answers = await admit(
        ledger,
        cron(3, { dueAt: T0 + 1 }),
        delivery(4, { delivery: { id: 'd', bodyHash: 'h' } }),
      );
      expect(answers).toEqual([
        { kind: 'duplicate', run: id(1), sameBody: true },
        { kind: 'duplicate', run: id(2), sameBody: true },
      ]);
    });

    test('pauses, armed and spent crons, and the cursor are still known', async () => {
      const pause = { trigger: cronB, since: T0, until: T0 + HOUR, by: 'me' };
      const ledger = await reopened(async (before) => {
        await before.triggers.pause(pause);
        await before.triggers.arm(new Map([[cronA, 'h1']]), T0);
        await before.runs.admit({ admissions: [cron(1, { spends: 'h1' })], accountedUntil: T0 + 7 });
      });
      expect(await ledger.triggers.pauses()).toEqual([pause]);
      expect((await ledger.triggers.cronStates()).get(cronA)).toEqual({
        armHash: 'h1',
        armedAt: T0,
        spent: true,
      });
      expect(await ledger.triggers.accountedUntil()).toBe(T0 + 7);
    });

    test('lives and configurations are still known', async () => {
      const ledger = await reopened(async (before) => {
        await before.service.beginBoot({ id: boot1, at: T0, version: '1' });
        await before.service.addRevision({ hash: 'h', text: 't', at: T0 });
      });
      expect((await ledger.service.boots(9)).map((boot) => boot.id)).toEqual([boot1]);
      expect(await ledger.service.addRevision({ hash: 'i', text: 'u', at: T0 })).toBe(2);
    });

    test('updates and memories are still known, and messages are where they were', async () => {
      const ledger = await reopened(async (before) => {
        await before.chat.received({ account: '42', update: 7, answers: [message('a')], at: T0 });
        await before.chat.remember('menu', 'of today');
        await postAndSend(before, message('b', { to: group }));
        await before.chat.post([message('c'), message('d')], T0);
        await takeOne(before);
      });
      expect(await ledger.chat.lastUpdate('42', T0)).toBe(7);
      const again = { account: '42', update: 7, answers: [message('twice')], at: T0 };
      expect(await ledger.chat.received(again)).toBe(false);
      expect(await ledger.chat.memories('')).toEqual(new Map([['menu', 'of today']]));
      expect((await ledger.chat.sendingMessages('default')).map(({ key }) => key)).toEqual(['a']);
      expect(await ledger.chat.messageAt(group, 501)).toMatchObject({ key: 'b', state: 'sent' });
      expect(await drain(ledger)).toEqual(['c', 'd']);
    });

    test('what a dead process was sending is ended by the next one', async () => {
      const ledger = await reopened(async (before) => {
        await before.chat.post([message('a')], T0);
        await takeOne(before);
      });
      const [left] = await ledger.chat.sendingMessages('default');
      expect(await end(ledger, left!, { kind: 'unknown', reason: 'the service died' })).toMatchObject({
        state: 'unknown',
        attempts: 1,
      });
    });

    test('chats of runs, requests and what agents consumed are still known', async () => {
      const asked = { request: '42/7', spec: { ...spec, chat: home } };
      const ledger = await reopened(async (before) => {
        await admit(before, cron(1, asked));
        await before.runs.settle(settlement(await claimOne(before), { agent: report() }));
      });
      expect((await ledger.runs.list({ chat: chatKey(home), limit: 9 })).map((run) => run.id)).toEqual([
        id(1),
      ]);
      expect(await admit(ledger, cron(2, asked))).toMatchObject([{ kind: 'duplicate', run: id(1) }]);
      expect(await ledger.usage.usage({ since: 0 })).toMatchObject([{ engine: 'claude', runs: 1 }]);
      expect((await ledger.usage.lastSession({ lane: spec.trigger, engine: 'claude' }))?.run).toBe(id(1));
    });

    test('what was written but not awaited when the store was closed is there', async () => {
      let acknowledged: Promise<unknown> = Promise.resolve();
      const ledger = await reopened(async (before) => {
        acknowledged = admit(before, cron(1));
      });
      await acknowledged;
      expect((await ledger.runs.get(id(1)))?.state).toBe('queued');
    });
  });
}
