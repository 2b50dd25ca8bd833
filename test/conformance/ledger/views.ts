/** What every ledger promises about reading and retention. */
import { describe, expect, test } from 'vitest';
import type { RunSpec } from '../../../src/core/action.ts';
import type { Ledger } from '../../../src/core/ledger.ts';
import type { RunFilter } from '../../../src/core/run-ledger.ts';
import type { Destination } from '../../../src/core/message.ts';
import { chatKey } from '../../../src/core/message.ts';
import { sampleSpec } from '../../support/samples.ts';
import type { StoreKind } from './bench.ts';
import {
  HOUR,
  T0,
  admit,
  boot1,
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
} from './bench.ts';
import { elsewhere, group, home, topic } from './messages.ts';

export function viewSuite(kind: StoreKind): void {
  describe('list', () => {
    test('newest admission first, whatever the due time, with filters and pages', async () => {
      const ledger = await openFor(kind);
      await finish(ledger, cron(1), T0 + 10);
      await admit(
        ledger,
        cron(2, { dueAt: T0 + HOUR, state: 'scheduled' }),
        cron(3, { trigger: cronB, state: 'missed' }),
        cron(4, { dueAt: T0 - HOUR }),
        cron(5, { state: 'skipped' }),
        cron(6, { trigger: cronB }),
      );
      const ids = (filter: RunFilter): Promise<readonly string[]> => idsOf(ledger, filter);
      expect(await ids({ limit: 10 })).toEqual([6, 5, 4, 3, 2, 1].map(id));
      expect(await ids({ limit: 2 })).toEqual([6, 5].map(id));
      expect(await ids({ limit: 2, before: id(5) })).toEqual([4, 3].map(id));
      expect(await ids({ limit: 10, trigger: cronA })).toEqual([5, 4, 2, 1].map(id));
      expect(await ids({ limit: 1, trigger: cronA, before: id(5) })).toEqual([id(4)]);
      expect(await ids({ limit: 10, state: 'queued' })).toEqual([6, 4].map(id));
      expect(await ids({ limit: 10, state: 'missed' })).toEqual([id(3)]);
      expect(await ids({ limit: 10, state: 'succeeded' })).toEqual([id(1)]);
      expect(await ids({ limit: 10, state: 'succeeded', trigger: cronA, before: id(3) })).toEqual([id(1)]);
      expect(await ids({ limit: 10, state: 'skipped', trigger: cronA })).toEqual([id(5)]);
      expect(await ids({ limit: 10, state: 'skipped', trigger: cronB })).toEqual([]);
      expect(await ids({ limit: 10, state: 'queued', trigger: cronB })).toEqual([id(6)]);
      expect(await ids({ limit: 10, state: 'scheduled', trigger: cronA })).toEqual([id(2)]);
      expect(await ids({ limit: 10, state: 'running' })).toEqual([]);
    });

    test('every state can be asked for, of all and of one trigger', async () => {
      const ledger = await openFor(kind);
      const settled = ['succeeded', 'failed', 'cancelled'] as const;
      for (const [n, state] of settled.entries()) {
        await admit(ledger, cron(n + 1));
        await ledger.runs.settle(settlement(await claimOne(ledger), { state }));
      }
      await admit(ledger, cron(4));
      await claimOne(ledger);
      await admit(ledger, cron(5));
      await admit(
        ledger,
        cron(6, { limit: { kind: 'replace' } }),
        cron(7, { state: 'scheduled' }),
        cron(8, { state: 'skipped' }),
        cron(9, { state: 'missed' }),
      );
      const all = [
        'succeeded',
        'failed',
        'cancelled',
        'running',
        'superseded',
        'queued',
        'scheduled',
        'skipped',
        'missed',
      ] as const;
      const found = await Promise.all(all.map((state) => idsOf(ledger, { state, limit: 9 })));
      expect(found).toEqual(all.map((_, n) => [id(n + 1)]));
      const ofTrigger = await Promise.all(
        all.map((state) => idsOf(ledger, { state, trigger: cronA, limit: 9 })),
      );
      expect(ofTrigger).toEqual(found);
    });

    test('of a chat: the runs that it is told of, with states and pages, its topics together', async () => {
      const ledger = await openFor(kind);
      const told = (chat: Destination): { spec: RunSpec } => ({ spec: { ...sampleSpec(), chat } });
      await finish(ledger, cron(1, told(home)), T0 + 10);
      await admit(
        ledger,
        cron(2),
        cron(3, told(home)),
        cron(4, { ...told(topic), trigger: cronB }),
        cron(5, told(elsewhere)),
        cron(6, { ...told(home), state: 'scheduled', dueAt: T0 + HOUR }),
        cron(7, { ...told(home), state: 'missed' }),
        cron(8, told(group)),
        cron(9, { ...told(home), state: 'skipped' }),
      );
      await claimOne(ledger, cronB);
      const ids = (filter: Omit<RunFilter, 'chat'>, chat = home): Promise<readonly string[]> =>
        idsOf(ledger, { ...filter, chat: chatKey(chat) });
      expect(await ids({ limit: 10 })).toEqual([9, 7, 6, 4, 3, 1].map(id));
      expect(await ids({ limit: 2 })).toEqual([9, 7].map(id));
      expect(await ids({ limit: 2, before: id(7) })).toEqual([6, 4].map(id));
      expect(await ids({ limit: 9, before: id(5) })).toEqual([4, 3, 1].map(id));
      expect(await ids({ limit: 9 }, elsewhere)).toEqual([id(5)]);
      expect(await ids({ limit: 9 }, group)).toEqual([id(8)]);
      expect(await ids({ limit: 9 }, { bot: 'default', chat: 1 })).toEqual([]);
      const states = ['queued', 'scheduled', 'running', 'missed', 'skipped', 'succeeded', 'failed'] as const;
      const found = await Promise.all(states.map((state) => ids({ state, limit: 9 })));
      expect(found).toEqual([[id(3)], [id(6)], [id(4)], [id(7)], [id(9)], [id(1)], []]);
      expect(await ids({ state: 'queued', limit: 9, before: id(3) })).toEqual([]);
      expect(await ids({ state: 'succeeded', limit: 9, before: id(3) })).toEqual([id(1)]);
      expect(await ids({ trigger: cronB, limit: 9 })).toEqual([id(4)]);
    });

    test('a run says which chat is told of it', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1, { spec: { ...sampleSpec(), chat: topic } }), cron(2));
      expect((await ledger.runs.list({ limit: 9 })).map(({ chat }) => chat)).toEqual([null, 'default/100']);
      expect((await ledger.runs.get(id(1)))?.chat).toBe('default/100');
      expect((await ledger.runs.occurrence(cronA, T0 + 1))?.chat).toBe('default/100');
    });

    test('a page goes on where it was when the run it ended with has been deleted', async () => {
      const ledger = await openFor(kind);
      for (const n of [1, 2, 3]) await admit(ledger, cron(n, { state: 'missed', admittedAt: T0 + 10 - n }));
      await ledger.runs.prune({ endedBefore: T0 + 8, keep: 100, limit: 1, now: T0 });
      expect(await ledger.runs.get(id(3))).toBeUndefined();
      expect((await ledger.runs.list({ limit: 9, before: id(3) })).map((run) => run.id)).toEqual([
        id(2),
        id(1),
      ]);
    });

    test('attempts come along in their order', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1));
      for (let n = 1; n <= 3; n += 1) {
        await ledger.runs.settle(settlement(await claimOne(ledger), { state: 'queued' }));
      }
      expect((await ledger.runs.list({ limit: 1 }))[0]?.attempts.map(({ number }) => number)).toEqual([
        1, 2, 3,
      ]);
    });
  });

  describe('occurrence', () => {
    test('the row due exactly then, or the last one due before', async () => {
      const ledger = await openFor(kind);
      await admit(
        ledger,
        cron(1, { dueAt: T0 + 100 }),
        cron(2, { dueAt: T0 + 50 }),
        cron(3, { dueAt: T0 + 300, source: 'manual' }),
        cron(4, { dueAt: T0 + 400, trigger: cronB }),
      );
      const offsets = [49, 50, 99, 100, 299, 300, 900];
      const found = await Promise.all(offsets.map((offset) => ledger.runs.occurrence(cronA, T0 + offset)));
      expect(found.map((run) => run?.id)).toEqual([undefined, id(2), id(2), id(1), id(1), id(3), id(3)]);
    });

    test('of several due at once, the one admitted last', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1, { dueAt: T0 }), cron(2, { dueAt: T0, source: 'replay', origin: id(1) }));
      expect((await ledger.runs.occurrence(cronA, T0))?.id).toBe(id(2));
    });
  });

  describe('counts', () => {
    test('follow every change of state, per trigger and in total', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1), cron(2), cron(3, { state: 'scheduled' }), delivery(4));
      const run = await claimOne(ledger);
      expect(await ledger.runs.countsOf(cronA)).toEqual({ scheduled: 1, queued: 1, running: 1 });
      expect(await ledger.runs.countsOf(hook)).toEqual({ scheduled: 0, queued: 1, running: 0 });
      expect(await ledger.runs.counts()).toEqual({ scheduled: 1, queued: 2, running: 1 });
      await ledger.runs.settle(settlement(run));
      await ledger.runs.promote(T0 + 3, () => false);
      expect(await ledger.runs.countsOf(cronA)).toEqual({ scheduled: 0, queued: 2, running: 0 });
      expect(await ledger.runs.countsOf(cronB)).toEqual({ scheduled: 0, queued: 0, running: 0 });
    });
  });

  describe('prune', () => {
    test('deletes what ended before the bound, oldest ending first, at most so many at a time', async () => {
      const ledger = await openFor(kind);
      await finish(ledger, cron(1), T0 + 300);
      await finish(ledger, cron(2), T0 + 100);
      await finish(ledger, cron(3), T0 + 200);
      await admit(ledger, cron(4));
      const bounds = { endedBefore: T0 + 300, keep: 100, now: T0 };
      expect(await ledger.runs.prune({ ...bounds, limit: 1 })).toEqual([id(2)]);
      expect(await ledger.runs.prune({ ...bounds, limit: 9 })).toEqual([id(3)]);
      expect(await ledger.runs.prune({ ...bounds, limit: 9 })).toEqual([]);
      expect((await ledger.runs.list({ limit: 9 })).map((run) => run.id)).toEqual([id(4), id(1)]);
    });

    test('rows that ended in the same turn are there already when what is beyond the newest is looked for', async () => {
      const ledger = await openFor(kind);
      const skipped = ledger.runs.admit({ admissions: [cron(1, { state: 'skipped' })] });
      const gone = ledger.runs.prune({ endedBefore: 0, keep: 0, limit: 9, now: T0 });
      await skipped;
      expect(await gone).toEqual([id(1)]);
    });

    test('deletes what is beyond the newest, but nothing that lives', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1), cron(2));
      await claimOne(ledger);
      for (const n of [3, 4, 5]) await admit(ledger, cron(n, { state: 'missed' }));
      const gone = await ledger.runs.prune({ endedBefore: 0, keep: 1, limit: 9, now: T0 });
      expect(gone).toEqual([id(3), id(4)]);
      expect(await ledger.runs.prune({ endedBefore: 0, keep: 0, limit: 9, now: T0 })).toEqual([id(5)]);
      expect(await ledger.runs.counts()).toEqual({ scheduled: 0, queued: 1, running: 1 });
    });

    test('counts what never began apart, and deletes both in the order of their endings', async () => {
      const ledger = await openFor(kind);
      await finish(ledger, cron(1), T0 + 100);
      await finish(ledger, cron(2), T0 + 300);
      for (const n of [3, 4, 5]) await admit(ledger, cron(n, { state: 'missed', admittedAt: T0 + n * 60 }));
      const bounds = { endedBefore: 0, keep: 1, now: T0 };
      expect(await ledger.runs.prune({ ...bounds, limit: 2 })).toEqual([id(1), id(3)]);
      expect(await ledger.runs.prune({ ...bounds, limit: 2 })).toEqual([id(4)]);
      expect((await ledger.runs.list({ limit: 9 })).map((run) => run.id)).toEqual([id(5), id(2)]);
    });

    test('takes payload, attempts and specification with the run, and leaves those of others', async () => {
      const ledger = await openFor(kind);
      const lonely = sampleSpec('lonely');
      await finish(ledger, cron(1, { spec: lonely, payload: payload('gone') }), T0 + 10);
      await admit(ledger, cron(2, { payload: payload('stays') }));
      await ledger.runs.prune({ endedBefore: T0 + 11, keep: 9, limit: 9, now: T0 });
      expect([
        await ledger.runs.get(id(1)),
        await ledger.runs.payload(id(1)),
        await ledger.runs.spec(id(1)),
      ]).toEqual([undefined, undefined, undefined]);
      expect((await ledger.runs.payload(id(2)))?.body.byteLength).toBe(5);
      await admit(ledger, cron(3, { spec: lonely, trigger: cronB }));
      expect((await claimOne(ledger, cronB)).spec).toEqual(lonely);
    });

    test('a delivery is remembered for its 72 h even when its run is gone, and then forgotten', async () => {
      const ledger = await openFor(kind);
      const sent = { delivery: { id: 'd', bodyHash: 'h' } };
      await admit(ledger, delivery(1, { ...sent, state: 'skipped', admittedAt: T0 }));
      await ledger.runs.prune({ endedBefore: T0 + HOUR, keep: 0, limit: 9, now: T0 + HOUR });
      expect(await ledger.runs.get(id(1))).toBeUndefined();
      const [again] = await admit(ledger, delivery(2, { ...sent, admittedAt: T0 + HOUR }));
      expect(again).toEqual({ kind: 'duplicate', run: id(1), sameBody: true });
      await ledger.runs.prune({ endedBefore: 0, keep: 9, limit: 9, now: T0 + 72 * HOUR });
      // Even by a clock that was set back it is unknown now.
      const [fresh] = await admit(ledger, delivery(3, { ...sent, admittedAt: T0 + HOUR }));
      expect(fresh).toEqual({ kind: 'admitted', run: id(3), state: 'queued' });
    });

    test('a deleted moment no longer stands in the way, nor do its lanes', async () => {
      const ledger = await openFor(kind);
      await finish(ledger, cron(1), T0 + 10);
      await ledger.runs.prune({ endedBefore: T0 + 11, keep: 9, limit: 9, now: T0 });
      const [answer] = await admit(ledger, cron(2, { dueAt: T0 + 1, limit: { kind: 'live', max: 1 } }));
      expect(answer?.kind).toBe('admitted');
      expect(await ledger.runs.orphans(boot1)).toEqual([]);
    });
  });
}

async function idsOf(ledger: Ledger, filter: RunFilter): Promise<readonly string[]> {
  return (await ledger.runs.list(filter)).map((run) => run.id);
}
