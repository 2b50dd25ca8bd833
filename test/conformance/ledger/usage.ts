/** What every ledger promises about what agents consumed, and about what is written with the end of an attempt. */
import { describe, expect, test } from 'vitest';
import type { Admission } from '../../../src/core/admission.ts';
import type { AgentReport, AgentUsage } from '../../../src/core/agent.ts';
import { triggerId } from '../../../src/core/ids.ts';
import type { Ledger } from '../../../src/core/ledger.ts';
import { sampleSpec } from '../../support/samples.ts';
import type { StoreKind } from './bench.ts';
import {
  T0,
  admit,
  boot2,
  claimOne,
  cron,
  cronA,
  cronB,
  delivery,
  finish,
  id,
  openFor,
  settlement,
  spec,
} from './bench.ts';
import { drain, message, postAndSend, report } from './messages.ts';

/** An attempt that began at T0 + 100 and ended `took` ms later. */
interface Done {
  readonly took: number;
  readonly agent?: AgentReport;
  readonly state?: 'succeeded' | 'failed' | 'queued';
}

async function work(ledger: Ledger, admission: Admission, attempts: readonly Done[]): Promise<void> {
  await admit(ledger, admission);
  for (const { took, ...change } of attempts) {
    const run = await claimOne(ledger, admission.trigger, T0 + 100);
    await ledger.runs.settle(settlement(run, { endedAt: T0 + 100 + took, ...change }));
  }
}

export function usageSuite(kind: StoreKind): void {
  describe('a settlement', () => {
    test('writes its messages and what the agent reported with the end of the attempt', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1));
      const run = await claimOne(ledger, cronA, T0 + 100);
      const messages = [message('a', { run: run.id }), message('b')];
      expect(await ledger.runs.settle(settlement(run, { agent: report(), messages }))).toBe(true);
      expect(await ledger.chat.message('a')).toMatchObject({
        state: 'waiting',
        run: run.id,
        createdAt: T0 + 5_000,
      });
      expect(await drain(ledger)).toEqual(['a', 'b']);
      expect(await ledger.usage.sessionOf(run.id)).toEqual({
        run: run.id,
        attempt: 1,
        trigger: cronA,
        lane: spec.trigger,
        engine: 'claude',
        model: 'opus',
        session: 's-1',
        usage: { inputTokens: 10, outputTokens: 2, costUsd: 0.25 },
        startedAt: T0 + 100,
        endedAt: T0 + 5_000,
      });
    });

    test('replaces the content of a message that is there, as a post does', async () => {
      const ledger = await openFor(kind);
      await postAndSend(ledger, message('a', { kind: 'working' }));
      await admit(ledger, cron(1));
      const messages = [message('a', { kind: 'final', content: { text: 'answer', silent: false } })];
      await ledger.runs.settle(settlement(await claimOne(ledger), { messages }));
      expect(await ledger.chat.message('a')).toMatchObject({
        state: 'waiting',
        kind: 'final',
        version: 2,
        messageId: 501,
        createdAt: T0,
      });
    });

    test('whose lease was lost writes neither', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1));
      const run = await claimOne(ledger);
      const told = { agent: report(), messages: [message('a')] };
      const lost = [{ owner: boot2 }, { attempt: 2 }, { run: id(9) }];
      for (const change of lost) {
        expect(await ledger.runs.settle(settlement(run, { ...told, ...change }))).toBe(false);
      }
      await ledger.runs.settle(settlement(run));
      expect(await ledger.runs.settle(settlement(run, told))).toBe(false);
      expect(await ledger.chat.message('a')).toBeUndefined();
      expect(await ledger.usage.usage({ since: 0 })).toEqual([]);
    });

    test('that breaks the rules writes neither', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1));
      const told = { agent: report(), messages: [message('a')], state: 'missed' as never };
      await expect(ledger.runs.settle(settlement(await claimOne(ledger), told))).rejects.toMatchObject({
        code: 'conflict',
      });
      expect(await ledger.chat.message('a')).toBeUndefined();
      expect(await ledger.usage.sessionOf(id(1))).toBeUndefined();
      expect((await ledger.runs.get(id(1)))?.state).toBe('running');
    });
  });

  describe('usage', () => {
    test('sums by engine, the most runs first, and counts runs and not attempts', async () => {
      const ledger = await openFor(kind);
      const codex = (costUsd: number | null): AgentReport =>
        report({ engine: 'codex', usage: { inputTokens: 5, outputTokens: 1, costUsd } });
      await work(ledger, cron(1), [{ took: 40, agent: codex(null) }]);
      await work(ledger, delivery(2), [
        { took: 10, agent: report(), state: 'queued' },
        { took: 20, agent: report(), state: 'failed' },
      ]);
      await work(ledger, cron(3, { source: 'manual', trigger: triggerId('manual', 'chat') }), [
        { took: 30, agent: report({ usage: { inputTokens: 1, outputTokens: 1, costUsd: null } }) },
      ]);
      await work(ledger, cron(4, { source: 'at', trigger: triggerId('at', 'x') }), [
        { took: 5, agent: report() },
      ]);
      await finish(ledger, cron(5), T0 + 200);
      const claude = {
        engine: 'claude',
        runs: 3,
        triggered: 2,
        durationMs: 65,
        inputTokens: 31,
        outputTokens: 7,
        costUsd: 0.75,
        lastAt: T0 + 130,
      };
      const other = {
        engine: 'codex',
        runs: 1,
        triggered: 1,
        durationMs: 40,
        inputTokens: 5,
        outputTokens: 1,
        costUsd: null,
        lastAt: T0 + 140,
      };
      expect(await ledger.usage.usage({ since: 0 })).toEqual([claude, other]);
    });

    test('counts attempts that ended at the moment or later', async () => {
      const ledger = await openFor(kind);
      await work(ledger, cron(1), [
        { took: 10, agent: report(), state: 'queued' },
        { took: 20, agent: report() },
      ]);
      const runs = async (since: number): Promise<readonly number[]> =>
        (await ledger.usage.usage({ since })).map(({ durationMs }) => durationMs);
      expect(await runs(T0 + 110)).toEqual([30]);
      expect(await runs(T0 + 111)).toEqual([20]);
      expect(await runs(T0 + 120)).toEqual([20]);
      expect(await runs(T0 + 121)).toEqual([]);
    });

    test('of one trigger counts the runs that belong to it, whatever started them', async () => {
      const ledger = await openFor(kind);
      const ofA = sampleSpec('a');
      await work(ledger, cron(1, { spec: ofA }), [{ took: 1, agent: report() }]);
      await work(ledger, cron(2, { spec: ofA, trigger: triggerId('manual', 'fire'), source: 'manual' }), [
        { took: 1, agent: report() },
      ]);
      await work(ledger, cron(3, { spec: sampleSpec('b'), trigger: cronB }), [{ took: 1, agent: report() }]);
      expect(await ledger.usage.usage({ since: T0, lane: cronA })).toMatchObject([{ runs: 2, triggered: 1 }]);
      expect(await ledger.usage.usage({ since: T0, lane: cronB })).toMatchObject([{ runs: 1, triggered: 1 }]);
      expect(await ledger.usage.usage({ since: T0 + 900, lane: cronB })).toEqual([]);
    });

    test('knows the session of an attempt that told nothing more, and the rest when it does', async () => {
      const ledger = await openFor(kind);
      await admit(ledger, cron(1));
      const run = await claimOne(ledger, cronA, T0 + 100);
      const told = { ...report(), usage: { inputTokens: 0, outputTokens: 0, costUsd: null } };
      const { engine, model, session, usage } = told;
      const about = { run: run.id, attempt: 1, trigger: cronA, lane: spec.trigger };
      await ledger.usage.heard({
        ...{ ...about, engine, model, session, usage, startedAt: T0 + 150, endedAt: T0 + 150 },
      });
      expect(await ledger.usage.sessionOf(run.id)).toMatchObject({ session: 's-1', model: 'opus' });
      const unheard = { ...told, model: null, session: null };
      await ledger.runs.settle(settlement(run, { agent: unheard, endedBy: 'crash' }));
      expect(await ledger.usage.sessionOf(run.id)).toMatchObject({ session: 's-1', model: 'opus', usage });
      expect(await ledger.usage.usage({ since: 0 })).toMatchObject([
        { runs: 1, durationMs: expect.any(Number) },
      ]);
    });

    test('counts a run once, and not while it waits or is at work', async () => {
      const ledger = await openFor(kind);
      const count = (since = T0): Promise<number> => ledger.usage.runsOf({ since, lane: spec.trigger });
      await work(ledger, cron(1), [{ took: 10, agent: report() }]);
      expect(await count()).toBe(1);
      await admit(ledger, cron(2));
      const first = await claimOne(ledger);
      await ledger.runs.settle(settlement(first, { agent: report(), state: 'queued' }));
      expect(await count()).toBe(1);
      const second = await claimOne(ledger);
      expect(await count()).toBe(1);
      await ledger.runs.settle(settlement(second, { agent: report() }));
      expect(await count()).toBe(2);
      expect(await count(T0 + 9_999)).toBe(0);
    });

    test('is there when its runs are gone', async () => {
      const ledger = await openFor(kind);
      await work(ledger, cron(1), [{ took: 10, agent: report() }]);
      await ledger.runs.prune({ endedBefore: T0 + 999, keep: 0, limit: 9, now: T0 });
      expect(await ledger.runs.get(id(1))).toBeUndefined();
      expect(await ledger.usage.usage({ since: 0 })).toMatchObject([{ runs: 1, costUsd: 0.25 }]);
      expect((await ledger.usage.sessionOf(id(1)))?.session).toBe('s-1');
    });
  });

  describe('sessions', () => {
    const telling = (session: string | null, engine = 'claude'): AgentReport => report({ session, engine });

    test('of a run: that of the newest attempt that told one', async () => {
      const ledger = await openFor(kind);
      await work(ledger, cron(1), [
        { took: 1, agent: telling('first'), state: 'queued' },
        { took: 2, agent: telling('second'), state: 'queued' },
        { took: 3, agent: telling(null), state: 'queued' },
        { took: 4 },
      ]);
      await work(ledger, cron(2), [{ took: 1, agent: telling(null) }]);
      expect(await ledger.usage.sessionOf(id(1))).toMatchObject({ session: 'second', attempt: 2 });
      expect(await ledger.usage.sessionOf(id(2))).toBeUndefined();
      expect(await ledger.usage.sessionOf(id(3))).toBeUndefined();
    });

    test('of a trigger: that which was told last, by this engine', async () => {
      const ledger = await openFor(kind);
      const ofA = { spec: sampleSpec('a') };
      await work(ledger, cron(1, ofA), [{ took: 10, agent: telling('old') }]);
      await work(ledger, cron(2, { ...ofA, trigger: triggerId('manual', 'x'), source: 'manual' }), [
        { took: 10, agent: telling('new') },
      ]);
      await work(ledger, cron(3, ofA), [{ took: 10, agent: telling('of codex', 'codex') }]);
      await work(ledger, cron(4, ofA), [{ took: 10, agent: telling(null) }]);
      await work(ledger, cron(5, { spec: sampleSpec('b') }), [{ took: 10, agent: telling('of b') }]);
      const last = async (engine: string, lane = cronA): Promise<string | null | undefined> =>
        (await ledger.usage.lastSession({ lane, engine }))?.session;
      expect(await last('claude')).toBe('new');
      expect(await last('codex')).toBe('of codex');
      expect(await last('gemini')).toBeUndefined();
      expect(await last('claude', cronB)).toBe('of b');
    });

    test('consumed what all their attempts by that engine did, whatever run and trigger these belong to', async () => {
      const ledger = await openFor(kind);
      const using = (
        inputTokens: number,
        costUsd: number | null,
        more: Partial<AgentReport> = {},
      ): AgentReport => report({ session: 's', usage: { inputTokens, outputTokens: 1, costUsd }, ...more });
      await work(ledger, cron(1), [
        { took: 1, agent: using(1, null), state: 'queued' },
        { took: 2, agent: using(2, 0.5) },
      ]);
      await work(ledger, cron(2, { spec: sampleSpec('b'), trigger: cronB }), [
        { took: 1, agent: using(4, 0.25), state: 'failed' },
      ]);
      await work(ledger, cron(3), [{ took: 1, agent: using(8, 1, { session: 'other' }) }]);
      await work(ledger, cron(4), [{ took: 1, agent: using(16, null, { engine: 'codex' }) }]);
      await work(ledger, cron(5), [{ took: 1, agent: using(32, 1, { session: null }) }]);
      const consumed = (engine: string, session: string): Promise<AgentUsage> =>
        ledger.usage.sessionUsage({ engine, session });
      expect(await consumed('claude', 's')).toEqual({ inputTokens: 7, outputTokens: 3, costUsd: 0.75 });
      expect(await consumed('codex', 's')).toEqual({ inputTokens: 16, outputTokens: 1, costUsd: null });
      expect(await consumed('claude', 'unknown')).toEqual({ inputTokens: 0, outputTokens: 0, costUsd: null });
    });

    test('consumed that also when the runs are gone', async () => {
      const ledger = await openFor(kind);
      await work(ledger, cron(1), [{ took: 10, agent: report() }]);
      await ledger.runs.prune({ endedBefore: T0 + 999, keep: 0, limit: 9, now: T0 });
      expect(await ledger.usage.sessionUsage({ engine: 'claude', session: 's-1' })).toEqual({
        inputTokens: 10,
        outputTokens: 2,
        costUsd: 0.25,
      });
    });
  });
}
