import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { AppEvent } from '../../../src/core/event.ts';
import { AppError } from '../../../src/core/errors.ts';
import { newBootId } from '../../../src/core/ids.ts';
import type { RunId } from '../../../src/core/ids.ts';
import { silentLog } from '../../../src/core/log.ts';
import type { ReportLedger } from '../../../src/core/report-ledger.ts';
import type { ReportTargets } from '../../../src/core/report-target.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { createOutbound } from '../../../src/net/fetch.ts';
import { LostReports } from '../../../src/service/reports/lost.ts';
import { Reports } from '../../../src/service/reports/reports.ts';
import { Conditions } from '../../../src/telemetry/conditions.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { Receiver, status } from '../../support/receiver.ts';
import type { Answering } from '../../support/receiver.ts';
import { sampleAdmission, sampleSpec } from '../../support/samples.ts';

const owner = newBootId();

describe('reports that the store owes', () => {
  let clock: FakeClock;
  let ledger: MemoryLedger;
  let conditions: Conditions;
  let store: ReportLedger;
  let emit: (event: AppEvent) => void;

  beforeEach(() => {
    clock = new FakeClock();
    ledger = new MemoryLedger();
    store = ledger.reports;
    conditions = new Conditions(
      () => {},
      () => 0,
    );
  });

  async function receive(answering: Answering): Promise<Receiver> {
    const receiver = await Receiver.start(answering);
    onTestFinished(() => receiver[Symbol.asyncDispose]());
    return receiver;
  }

  /** Starts the pump, which is closed when the test ends. */
  function begin(): Reports {
    const reports = new Reports({
      ledger: store,
      outbound: createOutbound(),
      build: async ({ url, allowPrivate, facts }) => ({
        ok: true,
        request: {
          ...{ url, allowPrivate, method: 'POST', headers: {}, body: facts.run },
          ...{ timeoutMs: 60_000, maxBytes: 100 },
        },
      }),
      subscribe: (listener) => {
        emit = listener;
        return () => {};
      },
      lost: new LostReports({ conditions, isConfigured: () => true }),
      clock,
      log: silentLog,
      random: () => 0,
    });
    onTestFinished(async () => {
      const closed = reports.close(0);
      await clock.advance(0);
      await closed;
    });
    reports.begin();
    return reports;
  }

  /** A run of the cron `name`, from its admission to its end. */
  async function runOnce(
    name: string,
    targets: ReportTargets,
    state: 'succeeded' | 'failed' = 'succeeded',
  ): Promise<RunId> {
    const spec = { ...sampleSpec(name), reports: targets };
    const admission = sampleAdmission(spec);
    await ledger.runs.admit({ admissions: [admission] });
    const lanes = [{ trigger: spec.trigger, max: 1 }];
    const [claimed] = await ledger.runs.claim({ owner, now: clock.now(), lanes });
    if (claimed === undefined) throw new TypeError('nothing was claimed');
    const end = { exitCode: 0, endedBy: null, reason: null, endedAt: clock.now(), state } as const;
    await ledger.runs.settle({ run: claimed.id, owner, attempt: 1, ...end });
    return claimed.id;
  }

  function announce(run: RunId): void {
    emit({ kind: 'run', run, trigger: sampleSpec().trigger, state: 'succeeded', reason: null, at: 0 });
  }

  const to = (receiver: Receiver, path = ''): { url: string; allowPrivate: readonly string[] } => ({
    url: receiver.url + path,
    allowPrivate: ['127.0.0.1'],
  });

  it('are sent when an event tells of a run, in their order', async () => {
    const receiver = await receive(status(200));
    begin();
    const target = { start: to(receiver, '/start'), success: to(receiver, '/ok') };
    announce(await runOnce('job', target));
    announce(await runOnce('job', target));
    await receiver.nth(4);
    expect(receiver.urls).toEqual(['/start', '/ok', '/start', '/ok']);
  });

  it('are sent again at their time, and not before', async () => {
    const receiver = await receive((outgoing, n) => outgoing.writeHead(n < 3 ? 503 : 200).end());
    const run = await runOnce('job', { callback: to(receiver) });
    begin();
    await receiver.nth(1);
    await clock.timersSet();
    expect(clock.nextIn()).toBe(2_000);
    await clock.advance(2_000);
    await receiver.nth(2);
    await clock.timersSet();
    expect(clock.nextIn()).toBe(10_000);
    await clock.advance(10_000);
    expect((await receiver.nth(3)).body).toBe(run);
  });

  it('of one trigger do not wait for a host that is silent to another', async () => {
    const silent = await receive(() => {});
    const quick = await receive(status(200));
    for (let n = 0; n < 40; n += 1) await runOnce(`slow-${n}`, { success: to(silent) });
    const run = await runOnce('quick', { success: to(quick) });
    begin();
    expect((await quick.nth(1)).body).toBe(run);
    await silent.nth(8);
    // Only so many are with the silent one at once.
    expect(silent.received).toHaveLength(8);
  });

  it('are given up in the end, which is told until another arrives', async () => {
    const receiver = await receive((outgoing, n) => outgoing.writeHead(n <= 5 ? 500 : 200).end());
    await runOnce('job', { success: to(receiver) });
    begin();
    for (let n = 1; n <= 4; n += 1) {
      await receiver.nth(n);
      await clock.timersSet();
      await clock.advance(clock.nextIn() ?? 0);
    }
    await receiver.nth(5);
    await expect.poll(() => conditions.list()).toMatchObject([{ code: 'report_undelivered' }]);
    expect(conditions.list()[0]?.text).toContain('pings of cron:job: answered 500');
    expect(await ledger.reports.lanes(0)).toMatchObject({ lanes: [] });
    announce(await runOnce('job', { success: to(receiver) }));
    await receiver.nth(6);
    await expect.poll(() => conditions.list()).toEqual([]);
  });

  it('wait for a store that is away, and are sent then', async () => {
    const receiver = await receive(status(200));
    const run = await runOnce('job', { success: to(receiver) });
    let refusals = 2;
    store = new Proxy(ledger.reports, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...given: readonly unknown[]) => unknown;
        return (...given: readonly unknown[]) =>
          refusals-- > 0
            ? Promise.reject(new AppError('unavailable', 'away'))
            : method.apply(target, [...given]);
      },
    });
    begin();
    await clock.timersSet();
    await clock.advance(1_000);
    await clock.timersSet();
    await clock.advance(1_000);
    expect((await receiver.nth(1)).body).toBe(run);
  });

  it('that the end of the service cuts short stay as they are', async () => {
    const receiver = await receive(() => {});
    await runOnce('job', { callback: to(receiver) });
    const reports = begin();
    await receiver.nth(1);
    const closing = reports.close(1_000);
    await clock.timersSet();
    await clock.advance(1_000);
    await closing;
    const { lanes } = await ledger.reports.lanes(0);
    expect(await ledger.reports.first(lanes[0] ?? '')).toMatchObject({ attempts: 0 });
  });

  it('that are too old by the time the service is back are given up untried', async () => {
    const receiver = await receive(status(200));
    await runOnce('late', { success: to(receiver, '/late') });
    await clock.advance(3_600_001);
    await runOnce('now', { success: to(receiver, '/now') });
    begin();
    await receiver.nth(1);
    await expect.poll(() => conditions.list()[0]?.text).toContain('pings of cron:late: it is too old');
    expect(receiver.urls).toEqual(['/now']);
    await expect.poll(() => ledger.reports.lanes(0)).toMatchObject({ lanes: [] });
  });
});
