/** What every ledger promises about admissions: recorded once, by their limits, all of a batch or nothing. */
import { describe, expect, test } from 'vitest';
import type { Admission } from '../../../src/core/admission.ts';
import { triggerId } from '../../../src/core/ids.ts';
import { sampleSpec } from '../../support/samples.ts';
import { message } from './messages.ts';
import type { StoreKind } from './bench.ts';
import {
  HOUR,
  T0,
  admit,
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

export function admissionSuite(kind: StoreKind): void {
  test('an admission is recorded as it was handed over', async () => {
    const ledger = await openFor(kind);
    const body = payload('{"a":1}');
    const answers = await admit(
      ledger,
      delivery(1, { reason: 'because', revision: 7, origin: id(9), payload: body, dueAt: T0 - 5 }),
    );
    expect(answers).toEqual([{ kind: 'admitted', run: id(1), state: 'queued' }]);
    expect(await ledger.runs.get(id(1))).toEqual({
      id: id(1),
      trigger: hook,
      source: 'webhook',
      state: 'queued',
      reason: 'because',
      dueAt: T0 - 5,
      admittedAt: T0 + 1,
      startedAt: null,
      endedAt: null,
      revision: 7,
      origin: id(9),
      attempts: [],
      payloadBytes: 7,
      chat: null,
    });
    expect(await ledger.runs.spec(id(1))).toEqual(spec);
    const stored = await ledger.runs.payload(id(1));
    expect({ ...stored, body: Buffer.from(stored?.body ?? []).toString() }).toEqual({
      body: '{"a":1}',
      contentType: 'application/json',
      headers: { 'x-event': 'push' },
    });
  });

  test('a run without a payload has none, and an unknown run has nothing', async () => {
    const ledger = await openFor(kind);
    await admit(ledger, cron(1));
    expect(await ledger.runs.payload(id(1))).toBeUndefined();
    expect([
      await ledger.runs.get(id(2)),
      await ledger.runs.payload(id(2)),
      await ledger.runs.spec(id(2)),
    ]).toEqual([undefined, undefined, undefined]);
  });

  test('an empty payload and one that is no text come back byte for byte', async () => {
    const ledger = await openFor(kind);
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
    await admit(
      ledger,
      delivery(1, { payload: { body: new Uint8Array(), contentType: '', headers: {} } }),
      delivery(2, { payload: { body: bytes, contentType: 'application/octet-stream', headers: {} } }),
    );
    expect((await ledger.runs.payload(id(1)))?.body.byteLength).toBe(0);
    expect([...((await ledger.runs.payload(id(2)))?.body ?? [])]).toEqual([...bytes]);
  });

  test('what the sender does with its buffer afterwards changes nothing', async () => {
    const ledger = await openFor(kind);
    const body = payload('abc');
    await admit(ledger, delivery(1, { payload: body }));
    body.body.fill(0);
    expect(Buffer.from((await ledger.runs.payload(id(1)))?.body ?? []).toString()).toBe('abc');
  });

  test('every run keeps its own specification, shared or not', async () => {
    const ledger = await openFor(kind);
    const other = sampleSpec('other', { retries: 3 });
    await admit(ledger, cron(1), cron(2, { spec: other }), cron(3), cron(4, { spec: sampleSpec('other') }));
    expect(await Promise.all([1, 2, 3, 4].map((n) => ledger.runs.spec(id(n))))).toEqual([
      spec,
      other,
      spec,
      sampleSpec('other'),
    ]);
  });

  test('a batch is answered in its order', async () => {
    const ledger = await openFor(kind);
    await admit(ledger, cron(1));
    const answers = await admit(ledger, cron(2), cron(3, { dueAt: T0 + 1 }), cron(4, { state: 'missed' }));
    expect(answers).toEqual([
      { kind: 'admitted', run: id(2), state: 'queued' },
      { kind: 'duplicate', run: id(1), sameBody: true },
      { kind: 'admitted', run: id(4), state: 'missed' },
    ]);
  });

  test('a row born missed or skipped has ended when it was admitted', async () => {
    const ledger = await openFor(kind);
    await admit(ledger, cron(1, { state: 'missed', reason: 'down' }), cron(2, { state: 'skipped' }));
    const born = await Promise.all([1, 2].map((n) => ledger.runs.get(id(n))));
    expect(born.map((run) => run?.endedAt)).toEqual([T0 + 1, T0 + 2]);
    expect(await ledger.runs.counts()).toEqual({ scheduled: 0, queued: 0, running: 0 });
  });

  test('a batch of which one admission cannot be taken leaves nothing behind', async () => {
    const ledger = await openFor(kind);
    await admit(ledger, delivery(1));
    const batch = {
      admissions: [delivery(2, { delivery: { id: 'd', bodyHash: 'h' } }), delivery(1)],
      accountedUntil: T0,
    };
    await expect(ledger.runs.admit(batch)).rejects.toMatchObject({ code: 'internal' });
    expect(await ledger.runs.get(id(2))).toBeUndefined();
    expect(await ledger.triggers.accountedUntil()).toBeUndefined();
    expect(await ledger.runs.countsOf(hook)).toEqual({ scheduled: 0, queued: 1, running: 0 });
    const again = await admit(ledger, delivery(3, { delivery: { id: 'd', bodyHash: 'h' } }));
    expect(again).toEqual([{ kind: 'admitted', run: id(3), state: 'queued' }]);
  });

  test('writes take effect in the order in which they were called', async () => {
    const ledger = await openFor(kind);
    const [first, second, claimed] = await Promise.all([
      admit(ledger, cron(1)),
      admit(ledger, cron(2, { dueAt: T0 + 1 })),
      ledger.runs.claim({ owner: id(0) as never, now: T0, lanes: [{ trigger: cronA, max: 5 }] }),
      ledger.runs.dismiss(id(1), { state: 'cancelled', at: T0, reason: 'late' }),
    ]);
    expect(first[0]?.kind).toBe('admitted');
    expect(second[0]?.kind).toBe('duplicate');
    expect(claimed.map((run) => run.id)).toEqual([id(1)]);
    expect(await states(ledger)).toEqual(['running']);
  });

  describe('what comes with a batch', () => {
    test('a scheduled row becomes ready when it says so, or when it is due', async () => {
      const ledger = await openFor(kind);
      await admit(
        ledger,
        cron(1, { state: 'scheduled', readyAt: T0 + HOUR }),
        cron(2, { state: 'scheduled', trigger: cronB }),
      );
      const { promoted, nextReadyAt } = await ledger.runs.promote(T0 + 2, () => false);
      expect([promoted.map(({ trigger }) => trigger), nextReadyAt]).toEqual([[cronB], T0 + HOUR]);
    });

    test('messages are in the outbox with the rows that they are about', async () => {
      const ledger = await openFor(kind);
      await ledger.runs.admit({ admissions: [cron(1)], messages: [message('notice:missed')] });
      expect(await ledger.chat.message('notice:missed')).toMatchObject({
        state: 'waiting',
        createdAt: T0 + 1,
      });
    });
  });

  describe('duplicates', () => {
    test('a moment of a cron is admitted once, whatever became of it', async () => {
      const ledger = await openFor(kind);
      await finish(ledger, cron(1), T0 + 10);
      const again = await admit(ledger, cron(2, { dueAt: T0 + 1, limit: { kind: 'replace' } }));
      expect(again).toEqual([{ kind: 'duplicate', run: id(1), sameBody: true }]);
      expect(await states(ledger)).toEqual(['succeeded']);
    });

    test('the very same admission sent again is a duplicate, as after a commit whose answer was lost', async () => {
      const ledger = await openFor(kind);
      const sent = delivery(2, { delivery: { id: 'd', bodyHash: 'h' } });
      await admit(ledger, cron(1), sent);
      const answers = await admit(ledger, cron(1), sent);
      expect(answers).toEqual([
        { kind: 'duplicate', run: id(1), sameBody: true },
        { kind: 'duplicate', run: id(2), sameBody: true },
      ]);
    });

    test('a moment that is known is a duplicate also where the queue is full or the limit would replace', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1), cron(2));
      const answers = await admit(
        ledger,
        cron(3, { dueAt: T0 + 1, limit: { kind: 'waiting', max: 1 } }),
        cron(4, { dueAt: T0 + 1, limit: { kind: 'live', max: 1 } }),
        cron(5, { dueAt: T0 + 1, limit: { kind: 'replace' } }),
      );
      expect(answers.map(({ kind: answer }) => answer)).toEqual(['duplicate', 'duplicate', 'duplicate']);
      expect(await states(ledger)).toEqual(['queued', 'queued']);
    });

    test('the same moment of another cron, or another source, is its own', async () => {
      const ledger = await openFor(kind);
      const due = { dueAt: T0 };
      const answers = await admit(
        ledger,
        cron(1, due),
        cron(2, { ...due, trigger: cronB }),
        cron(3, { ...due, source: 'manual' }),
        cron(4, { ...due, source: 'replay', origin: id(1) }),
        cron(5, { ...due, source: 'manual' }),
      );
      expect(answers.every(({ kind: answer }) => answer === 'admitted')).toBe(true);
    });

    test('a delivery sent again is answered with the first run, and whether its body is the same', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, delivery(1, { delivery: { id: 'd', bodyHash: 'h' } }));
      const answers = await admit(
        ledger,
        delivery(2, { delivery: { id: 'd', bodyHash: 'h' } }),
        delivery(3, { delivery: { id: 'd', bodyHash: 'other' } }),
        delivery(4, { delivery: { id: 'e', bodyHash: 'h' } }),
        delivery(5, { delivery: { id: 'd', bodyHash: 'h' }, trigger: triggerId('webhook', 'other') }),
      );
      expect(answers).toEqual([
        { kind: 'duplicate', run: id(1), sameBody: true },
        { kind: 'duplicate', run: id(1), sameBody: false },
        { kind: 'admitted', run: id(4), state: 'queued' },
        { kind: 'admitted', run: id(5), state: 'queued' },
      ]);
      expect(await ledger.runs.get(id(2))).toBeUndefined();
    });

    test('a delivery sent again is a duplicate also where the queue is full', async () => {
      const ledger = await openFor(kind);
      const full = { limit: { kind: 'waiting', max: 1 } } as const;
      await admit(ledger, delivery(1, { delivery: { id: 'd', bodyHash: 'h' }, ...full }));
      const [answer] = await admit(ledger, delivery(2, { delivery: { id: 'd', bodyHash: 'h' }, ...full }));
      expect(answer).toEqual({ kind: 'duplicate', run: id(1), sameBody: true });
    });

    test('after 72 h the id of a delivery is free again, and is then remembered anew', async () => {
      const ledger = await openFor(kind);
      const at = (n: number, admittedAt: number): ReturnType<typeof delivery> =>
        delivery(n, { admittedAt, delivery: { id: 'd', bodyHash: 'h' } });
      await admit(ledger, at(1, T0));
      const [inside, after, later] = await admit(
        ledger,
        at(2, T0 + 72 * HOUR - 1),
        at(3, T0 + 72 * HOUR),
        at(4, T0 + 80 * HOUR),
      );
      expect(inside).toEqual({ kind: 'duplicate', run: id(1), sameBody: true });
      expect(after).toEqual({ kind: 'admitted', run: id(3), state: 'queued' });
      expect(later).toEqual({ kind: 'duplicate', run: id(3), sameBody: true });
    });

    test('a delivery that is not taken leaves what was known of its id as it was', async () => {
      const ledger = await openFor(kind);
      const sent = { delivery: { id: 'd', bodyHash: 'h' } };
      await admit(ledger, delivery(1, { ...sent, admittedAt: T0 }));
      const late = { ...sent, admittedAt: T0 + 80 * HOUR, limit: { kind: 'waiting', max: 1 } } as const;
      const [refused] = await admit(ledger, delivery(2, late));
      expect(refused).toEqual({ kind: 'refused', waiting: 1 });
      // By a clock that was set back it is still the first one.
      const [again] = await admit(ledger, delivery(3, { ...sent, admittedAt: T0 + HOUR }));
      expect(again).toEqual({ kind: 'duplicate', run: id(1), sameBody: true });
    });

    test('a refused delivery is not remembered', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, delivery(1));
      const sent = { delivery: { id: 'd', bodyHash: 'h' } };
      await admit(ledger, delivery(2, { ...sent, limit: { kind: 'waiting', max: 1 } }));
      const [answer] = await admit(ledger, delivery(3, { ...sent, limit: { kind: 'waiting', max: 2 } }));
      expect(answer).toEqual({ kind: 'admitted', run: id(3), state: 'queued' });
    });
  });

  describe('requests of people', () => {
    const asked = { request: '42/7' };

    test('one sent again is answered with the first run, whatever it asks for then', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1, { ...asked, source: 'manual' }));
      const answers = await admit(
        ledger,
        cron(2, { ...asked, source: 'manual', trigger: cronB }),
        delivery(3, asked),
        delivery(4, { request: '42/8' }),
      );
      const first = { kind: 'duplicate', run: id(1), sameBody: true };
      expect(answers).toEqual([first, first, { kind: 'admitted', run: id(4), state: 'queued' }]);
      expect(await ledger.runs.counts()).toEqual({ scheduled: 0, queued: 2, running: 0 });
    });

    test('is found by its name for 72 hours', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1, { ...asked, admittedAt: T0 }));
      expect(await ledger.runs.requested('42/7', T0 + 72 * HOUR - 1)).toBe(id(1));
      expect(await ledger.runs.requested('42/7', T0 + 72 * HOUR)).toBeUndefined();
      expect(await ledger.runs.requested('42/8', T0)).toBeUndefined();
    });

    test('twice in one batch is once, and the others of the batch are taken in', async () => {
      const ledger = await openFor(kind);
      const answers = await admit(ledger, cron(1, asked), cron(2), cron(3, asked), cron(4));
      expect(answers.map(({ kind: answer }) => answer)).toEqual([
        'admitted',
        'admitted',
        'duplicate',
        'admitted',
      ]);
    });

    test('is a duplicate also where the queue is full, and is not remembered where it was refused', async () => {
      const ledger = await openFor(kind);
      const full = { limit: { kind: 'waiting', max: 1 } } as const;
      await admit(ledger, delivery(1, { ...asked, ...full }));
      const answers = await admit(
        ledger,
        delivery(2, { ...asked, ...full }),
        delivery(3, { request: 'other', ...full }),
        delivery(4, { request: 'other' }),
      );
      expect(answers).toEqual([
        { kind: 'duplicate', run: id(1), sameBody: true },
        { kind: 'refused', waiting: 1 },
        { kind: 'admitted', run: id(4), state: 'queued' },
      ]);
    });

    test('has nothing to do with a delivery of the same id', async () => {
      const ledger = await openFor(kind);
      const sent = { delivery: { id: '42/7', bodyHash: 'h' } };
      const answers = await admit(ledger, delivery(1, sent), delivery(2, asked), delivery(3, sent));
      expect(answers.map(({ kind: answer }) => answer)).toEqual(['admitted', 'admitted', 'duplicate']);
    });

    test('after 72 h is free again, and is then remembered anew', async () => {
      const ledger = await openFor(kind);
      const at = (n: number, admittedAt: number): ReturnType<typeof cron> =>
        cron(n, { ...asked, admittedAt });
      await admit(ledger, at(1, T0));
      const answers = await admit(
        ledger,
        at(2, T0 + 72 * HOUR - 1),
        at(3, T0 + 72 * HOUR),
        at(4, T0 + 80 * HOUR),
      );
      expect(answers.map((answer) => [answer.kind, 'run' in answer && answer.run])).toEqual([
        ['duplicate', id(1)],
        ['admitted', id(3)],
        ['duplicate', id(3)],
      ]);
    });

    test('is remembered when its run is gone, and forgotten with the deliveries', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1, { ...asked, state: 'skipped', admittedAt: T0 }));
      await ledger.runs.prune({ endedBefore: T0 + HOUR, keep: 0, limit: 9, now: T0 + HOUR });
      const again = { ...asked, admittedAt: T0 + HOUR };
      expect(await admit(ledger, cron(2, again))).toEqual([
        { kind: 'duplicate', run: id(1), sameBody: true },
      ]);
      await ledger.runs.prune({ endedBefore: 0, keep: 9, limit: 9, now: T0 + 72 * HOUR });
      expect(await admit(ledger, cron(3, again))).toMatchObject([{ kind: 'admitted' }]);
    });
  });

  describe('limits', () => {
    test('live: running, queued and this one beyond the limit is recorded as skipped', async () => {
      const ledger = await openFor(kind);
      const limit = { kind: 'live', max: 2 } as const;
      await admit(ledger, cron(1, { limit }));
      await claimOne(ledger);
      const answers = await admit(ledger, cron(2, { limit }), cron(3, { limit, reason: 'late' }));
      expect(answers).toEqual([
        { kind: 'admitted', run: id(2), state: 'queued' },
        { kind: 'admitted', run: id(3), state: 'skipped', reason: 'overlap: 1 running, 1 waiting' },
      ]);
      expect(await ledger.runs.get(id(3))).toMatchObject({
        state: 'skipped',
        reason: 'overlap: 1 running, 1 waiting',
        endedAt: T0 + 3,
      });
    });

    test('live: room that a finished run left is used', async () => {
      const ledger = await openFor(kind);
      const limit = { kind: 'live', max: 1 } as const;
      await finish(ledger, cron(1, { limit }), T0 + 10);
      await admit(ledger, cron(20, { limit }), cron(21, { limit }));
      expect(await states(ledger)).toEqual(['succeeded', 'queued', 'skipped']);
    });

    test('waiting: one too many is refused without a trace, with the number that waits', async () => {
      const ledger = await openFor(kind);
      const limit = { kind: 'waiting', max: 2 } as const;
      const answers = await admit(
        ledger,
        delivery(1, { limit }),
        delivery(2, { limit }),
        delivery(3, { limit }),
      );
      expect(answers[2]).toEqual({ kind: 'refused', waiting: 2 });
      expect(await ledger.runs.get(id(3))).toBeUndefined();
      expect(await states(ledger, hook)).toEqual(['queued', 'queued']);
    });

    test('waiting: what runs takes no place', async () => {
      const ledger = await openFor(kind);
      const limit = { kind: 'waiting', max: 1 } as const;
      await admit(ledger, delivery(1, { limit }));
      await claimOne(ledger, hook);
      const [answer] = await admit(ledger, delivery(2, { limit }));
      expect(answer?.kind).toBe('admitted');
    });

    test('limits count their own trigger only', async () => {
      const ledger = await openFor(kind);
      const limit = { kind: 'waiting', max: 1 } as const;
      const answers = await admit(ledger, cron(1, { limit }), cron(2, { limit, trigger: cronB }));
      expect(answers.map(({ kind: answer }) => answer)).toEqual(['admitted', 'admitted']);
    });

    test('replace: those that wait end as superseded, naming their successor; the one that runs goes on', async () => {
      const ledger = await openFor(kind);
      const limit = { kind: 'replace' } as const;
      await admit(ledger, cron(1));
      await claimOne(ledger);
      const answers = await admit(
        ledger,
        ...[cron(2), cron(6), cron(3, { trigger: cronB }), cron(4, { limit }), cron(5, { limit })],
      );
      expect(answers.map((answer) => (answer.kind === 'admitted' ? answer.superseded : undefined))).toEqual([
        ...[undefined, undefined, undefined],
        [2, 6].map((n) => ({ run: id(n), reason: `superseded by ${id(4)}` })),
        [{ run: id(4), reason: `superseded by ${id(5)}` }],
      ]);
      expect(await states(ledger)).toEqual(['running', 'superseded', 'superseded', 'superseded', 'queued']);
      expect(await states(ledger, cronB)).toEqual(['queued']);
      expect(await ledger.runs.get(id(4))).toMatchObject({
        reason: `superseded by ${id(5)}`,
        endedAt: T0 + 5,
      });
      expect(await ledger.runs.countsOf(cronA)).toEqual({ scheduled: 0, queued: 1, running: 1 });
    });

    test('replace: a retry in its backoff is superseded, a run asked for at a later time is not', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1), cron(2, { source: 'at', state: 'scheduled', dueAt: T0 + HOUR }));
      const run = await claimOne(ledger);
      await ledger.runs.settle(settlement(run, { state: 'scheduled', readyAt: T0 + 2 * HOUR }));
      await admit(ledger, cron(3, { limit: { kind: 'replace' } }));
      expect(await states(ledger)).toEqual(['superseded', 'scheduled', 'queued']);
      const { promoted } = await ledger.runs.promote(T0 + 3 * HOUR, () => false);
      expect(promoted).toEqual([{ trigger: cronA, spec }]);
      expect(await states(ledger)).toEqual(['superseded', 'queued', 'queued']);
    });

    test('newest: as many as are kept wait, the oldest end as superseded', async () => {
      const ledger = await openFor(kind);
      const limit = { kind: 'newest', keep: 2 } as const;
      const soon = (n: number): Admission => cron(n, { state: 'scheduled', limit });
      const answers = await admit(ledger, soon(1), soon(2), soon(3), cron(4, { limit }));
      expect(answers.map((answer) => (answer.kind === 'admitted' ? answer.superseded : undefined))).toEqual([
        ...[undefined, undefined],
        [{ run: id(1), reason: `superseded by ${id(3)}` }],
        [{ run: id(2), reason: `superseded by ${id(4)}` }],
      ]);
      expect(await states(ledger)).toEqual(['superseded', 'superseded', 'scheduled', 'queued']);
    });

    test('held: as many moments as are kept are held, whatever else waits', async () => {
      const ledger = await openFor(kind);
      const held = (n: number, change: Partial<Admission> = {}): Admission =>
        cron(n, {
          ...{ state: 'scheduled', held: 'paused', reason: 'paused; policy last' },
          ...{ limit: { kind: 'held', keep: 1 }, ...change },
        });
      await admit(
        ledger,
        ...[cron(1), cron(2, { source: 'retry' }), held(3), held(4), held(5, { trigger: cronB })],
        ...[held(6), cron(7, { limit: { kind: 'newest', keep: 1 } })],
      );
      expect(await states(ledger)).toEqual([
        ...['superseded', 'superseded', 'superseded', 'superseded'],
        ...['scheduled', 'queued'],
      ]);
      expect((await ledger.runs.get(id(3)))?.reason).toBe(`paused; policy last: superseded by ${id(4)}`);
      expect(await states(ledger, cronB)).toEqual(['scheduled']);
    });

    test('live: what waits for its moment or its next attempt counts, too', async () => {
      const ledger = await openFor(kind);
      const limit = { kind: 'live', max: 2 } as const;
      const later = { state: 'scheduled', readyAt: T0 + HOUR, limit } as const;
      await admit(ledger, cron(1, later), cron(2, { limit }), cron(3, later));
      expect(await states(ledger)).toEqual(['scheduled', 'queued', 'skipped']);
      expect((await ledger.runs.get(id(3)))?.reason).toBe('overlap: 0 running, 2 waiting');
    });

    test('a row born missed or skipped meets no limit and replaces nothing', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1));
      const answers = await admit(
        ledger,
        cron(2, { state: 'missed', limit: { kind: 'waiting', max: 1 } }),
        cron(3, { state: 'skipped', reason: 'paused', limit: { kind: 'live', max: 1 } }),
        cron(4, { state: 'missed', limit: { kind: 'replace' } }),
      );
      expect(answers.every(({ kind: answer }) => answer === 'admitted')).toBe(true);
      expect(await states(ledger)).toEqual(['queued', 'missed', 'skipped', 'missed']);
      expect((await ledger.runs.get(id(3)))?.reason).toBe('paused');
    });
  });

  describe('with the cursor and one-shots', () => {
    test('accountedUntil is what the last batch said, and unknown in a new store', async () => {
      const ledger = await openFor(kind);
      expect(await ledger.triggers.accountedUntil()).toBeUndefined();
      await ledger.runs.admit({ admissions: [], accountedUntil: T0 + 5 });
      expect(await ledger.triggers.accountedUntil()).toBe(T0 + 5);
      await ledger.runs.admit({ admissions: [cron(1)] });
      expect(await ledger.triggers.accountedUntil()).toBe(T0 + 5);
      await ledger.runs.admit({ admissions: [], accountedUntil: T0 + 3 });
      expect(await ledger.triggers.accountedUntil()).toBe(T0 + 3);
    });

    test('an admission that spends marks the cron under its hash', async () => {
      const ledger = await openFor(kind);
      await ledger.triggers.arm(
        new Map([
          [cronA, 'h1'],
          [cronB, 'h1'],
        ]),
        T0,
      );
      await admit(ledger, cron(1, { spends: 'h1' }), cron(2, { trigger: cronB, spends: 'old' }));
      expect((await ledger.triggers.cronStates()).get(cronA)).toEqual({
        armHash: 'h1',
        armedAt: T0,
        spent: true,
      });
      expect((await ledger.triggers.cronStates()).get(cronB)?.spent).toBe(false);
    });

    test('a one-shot that overlap skipped, or that was there already, is not spent by it', async () => {
      const ledger = await openFor(kind);
      await ledger.triggers.arm(new Map([[cronA, 'h1']]), T0);
      await admit(ledger, cron(1));
      await admit(
        ledger,
        cron(2, { spends: 'h1', limit: { kind: 'live', max: 1 } }),
        cron(3, { spends: 'h1', dueAt: T0 + 1 }),
      );
      expect((await ledger.triggers.cronStates()).get(cronA)?.spent).toBe(false);
    });
  });
}
