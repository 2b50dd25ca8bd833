import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Admission } from '../../src/core/admission.ts';
import { AppError } from '../../src/core/errors.ts';
import type { AppEvent } from '../../src/core/event.ts';
import type { RunId, TriggerId } from '../../src/core/ids.ts';
import { newBootId, newRunId, triggerId } from '../../src/core/ids.ts';
import type { RunLedger } from '../../src/core/run-ledger.ts';
import { silentLog } from '../../src/core/log.ts';
import type { ClaimedRun, Outcome } from '../../src/core/run.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { createAdmit } from '../../src/runs/admissions.ts';
import { Dispatcher } from '../../src/runs/dispatcher.ts';
import { recoverOrphans } from '../../src/runs/recover.ts';
import { Trimmer } from '../../src/runs/trimmer.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { sampleLimits, sampleSpec } from '../support/samples.ts';
import { tellNobody } from '../support/tell-nobody.ts';

const succeeded: Outcome = { kind: 'succeeded', exitCode: 0, endedBy: null, reason: null };
const failed: Outcome = { kind: 'failed', exitCode: 1, endedBy: null, reason: 'exit 1' };

/** An action under the test's control: each attempt waits until the test ends it. */
class Stage {
  readonly started: ClaimedRun[] = [];
  readonly #ends = new Map<RunId, (outcome: Outcome) => void>();
  readonly execute = (run: ClaimedRun, { signal }: { readonly signal: AbortSignal }): Promise<Outcome> => {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.started.push(run);
    this.#ends.set(run.id, resolve);
    const obey = (): void => {
      resolve({ kind: 'interrupted', exitCode: null, endedBy: null, reason: null });
    };
    if (signal.aborted) obey();
    else signal.addEventListener('abort', obey);
    return promise;
  };

  end(run: RunId, outcome: Outcome = succeeded): void {
    this.#ends.get(run)?.(outcome);
  }

  get names(): string[] {
    return this.started.map((run) => run.trigger.slice(run.trigger.indexOf(':') + 1));
  }
}

describe('the dispatcher', () => {
  let folder: string;
  let clock: FakeClock;
  let ledger: MemoryLedger;
  let stage: Stage;
  let events: AppEvent[];
  const held = new Set<TriggerId>();
  const owner = newBootId();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'untether-dispatcher-'));
    clock = new FakeClock();
    ledger = new MemoryLedger();
    stage = new Stage();
    events = [];
    held.clear();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function make(runs: RunLedger = ledger.runs): {
    dispatcher: Dispatcher;
    admit: (change: Partial<Admission>) => Promise<RunId>;
  } {
    const publish = (event: AppEvent): void => void events.push(event);
    const dispatcher = new Dispatcher({
      runs,
      owner,
      limits: () => sampleLimits({ maxConcurrent: 2 }),
      isHeld: (trigger) => held.has(trigger),
      publish,
      tell: tellNobody,
      log: silentLog,
      clock,
      random: () => 0,
      execute: stage.execute,
      trimmer: new Trimmer(clock, silentLog),
      outputRoot: join(folder, 'output'),
      workRoot: join(folder, 'work'),
    });
    const admitOne = createAdmit(
      ledger.runs,
      {
        queued: ({ trigger, spec }) => {
          dispatcher.queued(trigger, spec);
        },
        scheduled: () => {
          dispatcher.promote();
        },
        replacing: ({ trigger, id }) => {
          dispatcher.endOf(trigger, 'replace', id);
        },
      },
      publish,
    );
    const admit = async (change: Partial<Admission>): Promise<RunId> => {
      const now = clock.now();
      const admission: Admission = {
        id: newRunId(),
        trigger: triggerId('webhook', 'hook'),
        source: 'webhook',
        dueAt: now,
        admittedAt: now,
        revision: 1,
        state: 'queued',
        reason: null,
        spec: sampleSpec(),
        limit: { kind: 'none' },
        ...change,
      };
      const [answer] = await admitOne({ admissions: [admission] });
      return answer?.kind === 'refused' ? admission.id : (answer?.run ?? admission.id);
    };
    return { dispatcher, admit };
  }

  const stateOf = async (run: RunId): Promise<string | undefined> => (await ledger.runs.get(run))?.state;
  const settles = async (run: RunId, state: string): Promise<void> => {
    await expect.poll(() => stateOf(run)).toBe(state);
    if (state === 'running') await expect.poll(() => stage.started.map(({ id }) => id)).toContain(run);
  };

  /** A store that takes the end of no run so many times. */
  const refusing = (times: number): { readonly runs: RunLedger; readonly left: number } => {
    const { runs } = ledger;
    let left = times;
    const flaky: RunLedger = Object.assign(Object.create(runs) as RunLedger, {
      settle: (settlement: Parameters<RunLedger['settle']>[0]) => {
        left -= 1;
        return left >= 0 ? Promise.reject(new AppError('unavailable', 'disk full')) : runs.settle(settlement);
      },
      claim: runs.claim.bind(runs),
      promote: runs.promote.bind(runs),
      waiting: runs.waiting.bind(runs),
    });
    return {
      runs: flaky,
      get left() {
        return left;
      },
    };
  };

  it('starts as many as there are places and the next one when one ends', async () => {
    const { dispatcher, admit } = make();
    dispatcher.start();
    const runs = [await admit({}), await admit({}), await admit({})] as const;
    await expect.poll(() => stage.started.length).toBe(2);
    expect(await stateOf(runs[2])).toBe('queued');
    stage.end(runs[0]);
    await settles(runs[2], 'running');
    expect(await ledger.runs.get(runs[0])).toMatchObject({ state: 'succeeded', attempts: [{ exitCode: 0 }] });
  });

  it('takes turns between triggers: a flood on one does not hold up another', async () => {
    const { dispatcher, admit } = make();
    for (let index = 0; index < 6; index += 1) await admit({ trigger: triggerId('webhook', 'flood') });
    await admit({ trigger: triggerId('webhook', 'quiet') });
    dispatcher.start();
    await expect.poll(() => stage.names).toEqual(expect.arrayContaining(['flood', 'quiet']));
    expect(stage.started).toHaveLength(2);
  });

  it('takes up what an earlier life left waiting, within the limits of the runs themselves', async () => {
    const spec = sampleSpec('job', { maxConcurrent: 1 });
    const before = make();
    const left = [await before.admit({ spec }), await before.admit({ spec })] as const;
    const { dispatcher } = make();
    dispatcher.start();
    await settles(left[0], 'running');
    expect(await stateOf(left[1])).toBe('queued');
    stage.end(left[0]);
    await settles(left[1], 'running');
  });

  it('takes up what waits as soon as the store can say it again', async () => {
    const { runs } = ledger;
    let refusals = 1;
    const flaky: RunLedger = Object.assign(Object.create(runs) as RunLedger, {
      waiting: () => {
        refusals -= 1;
        return refusals >= 0 ? Promise.reject(new AppError('unavailable', 'disk full')) : runs.waiting();
      },
      claim: runs.claim.bind(runs),
      promote: runs.promote.bind(runs),
    });
    const left = await make().admit({});
    make(flaky).dispatcher.start();
    await clock.timersSet();
    expect(await stateOf(left)).toBe('queued');
    await clock.advance(1_000);
    await settles(left, 'running');
  });

  it('waits out the backoff between attempts and numbers them', async () => {
    const { dispatcher, admit } = make();
    dispatcher.start();
    const run = await admit({ spec: sampleSpec('job', { retries: 1, backoffMs: 5_000 }) });
    await settles(run, 'running');
    stage.end(run, failed);
    await settles(run, 'scheduled');
    await clock.timersSet();
    await clock.advance(5_000);
    await expect.poll(() => stage.started.map(({ attempt }) => attempt)).toEqual([1, 2]);
    stage.end(run);
    await settles(run, 'succeeded');
  });

  it('starts the newest of a burst when its window is over, and the next burst beside it', async () => {
    const { dispatcher, admit } = make();
    dispatcher.start();
    const burst = { state: 'scheduled', coalesce: { key: 'a', windowMs: 5_000, maxWaitMs: 60_000 } } as const;
    await admit(burst);
    await clock.timersSet();
    await clock.advance(4_000);
    const newest = await admit(burst);
    await clock.timersSet();
    await clock.advance(4_999);
    expect(stage.started).toEqual([]);
    await clock.advance(1);
    await settles(newest, 'running');
    const next = await admit(burst);
    await clock.timersSet();
    await clock.advance(5_000);
    await settles(next, 'running');
    expect(stage.started.map(({ id, reason }) => [id, reason])).toEqual([
      [newest, null],
      [next, null],
    ]);
  });

  it('ends an attempt at its timeout and says who ended it', async () => {
    const { dispatcher, admit } = make();
    dispatcher.start();
    const run = await admit({ spec: sampleSpec('job', { timeoutMs: 3_000 }) });
    await settles(run, 'running');
    await clock.advance(3_000);
    await settles(run, 'failed');
    expect(await ledger.runs.get(run)).toMatchObject({
      reason: 'timeout after 3s',
      attempts: [{ endedBy: 'timeout' }],
    });
  });

  it('cancels a run under way', async () => {
    const { dispatcher, admit } = make();
    dispatcher.start();
    const run = await admit({});
    await settles(run, 'running');
    expect(dispatcher.end(run, 'cancel')).toBe(true);
    await settles(run, 'cancelled');
    expect(dispatcher.end(run, 'cancel')).toBe(false);
  });

  it('leaves what is held where it is until it is released', async () => {
    const { dispatcher, admit } = make();
    dispatcher.start();
    const trigger = triggerId('webhook', 'hook');
    held.add(trigger);
    const run = await admit({ trigger });
    const other = await admit({ trigger: triggerId('webhook', 'other') });
    await settles(other, 'running');
    expect(await stateOf(run)).toBe('queued');
    held.delete(trigger);
    dispatcher.refresh();
    await settles(run, 'running');
  });

  it('runs a one-shot when the wall clock reads its moment, also after a jump of the clock', async () => {
    const { dispatcher, admit } = make();
    dispatcher.start();
    const run = await admit({ state: 'scheduled', source: 'at', dueAt: clock.now() + 3_600_000 });
    await clock.advance(60_000);
    expect(await stateOf(run)).toBe('scheduled');
    await clock.set(clock.now() + 3_600_000);
    await settles(run, 'running');
  });

  it('replaces the one that runs under overlap replace', async () => {
    const { dispatcher, admit } = make();
    dispatcher.start();
    const older = await admit({});
    await settles(older, 'running');
    const newer = await admit({ limit: { kind: 'replace' } });
    await settles(older, 'cancelled');
    await settles(newer, 'running');
  });

  it('drains: claims nothing more, waits, then interrupts what is left so that it runs again later', async () => {
    const { dispatcher, admit } = make();
    dispatcher.start();
    const [first, second] = [
      await admit({}),
      await admit({ spec: sampleSpec('agent', { onCrash: 'fail' }) }),
    ];
    await settles(second, 'running');
    const third = await admit({});
    const drained = dispatcher.drain({ timeoutMs: 10_000, hurry: new AbortController().signal });
    await clock.timersSet();
    await clock.advance(10_000);
    await drained;
    expect(await Promise.all([first, second, third].map(stateOf))).toEqual(['queued', 'failed', 'queued']);
    expect((await ledger.runs.get(first))?.attempts).toMatchObject([{ endedBy: 'drain' }]);
  });

  it('does not lose the end of a run when the store refuses it for a while', async () => {
    const store = refusing(2);
    const { dispatcher, admit } = make(store.runs);
    dispatcher.start();
    const run = await admit({});
    await settles(run, 'running');
    stage.end(run);
    await expect.poll(() => store.left).toBe(1);
    await clock.timersSet();
    await clock.advance(1_000);
    await expect.poll(() => store.left).toBe(0);
    await clock.timersSet();
    await clock.advance(1_000);
    await settles(run, 'succeeded');
  });

  it('waits for no store beyond the time that a stop has, and leaves the run to the next life', async () => {
    const store = refusing(Infinity);
    const { dispatcher, admit } = make(store.runs);
    dispatcher.start();
    const [over, hangs] = [await admit({}), await admit({})];
    await settles(over, 'running');
    await settles(hangs, 'running');
    stage.end(over);
    await clock.timersSet();
    const drained = dispatcher.drain({ timeoutMs: 10_000, hurry: new AbortController().signal });
    await clock.timersSet(2);
    await clock.advance(10_000);
    await drained;
    expect(await Promise.all([over, hangs].map(stateOf))).toEqual(['running', 'running']);
    expect(events.flatMap((event) => (event.kind === 'run' ? [event.state] : []))).toEqual([
      ...['queued', 'running', 'queued', 'running'],
    ]);
  });

  it('recovers what a dead process left running: again where that is allowed, else failed, never silently', async () => {
    const dead = make();
    dead.dispatcher.start();
    const command = await dead.admit({ source: 'webhook' });
    const agent = await dead.admit({
      trigger: triggerId('webhook', 'agent'),
      spec: sampleSpec('agent', { onCrash: 'fail' }),
    });
    await settles(command, 'running');
    await settles(agent, 'running');
    const alive = newBootId();
    expect(
      await recoverOrphans({
        runs: ledger.runs,
        alive,
        now: clock.now(),
        tell: tellNobody,
        publish: (event) => void events.push(event),
      }),
    ).toBe(2);
    expect(await Promise.all([command, agent].map(stateOf))).toEqual(['queued', 'failed']);
    expect((await ledger.runs.get(agent))?.reason).toContain('the service died while it ran');
    expect((await ledger.runs.get(command))?.attempts).toMatchObject([{ endedBy: 'crash' }]);
  });

  it('tells every change of state after it is in the ledger', async () => {
    const { dispatcher, admit } = make();
    dispatcher.start();
    const run = await admit({});
    await settles(run, 'running');
    stage.end(run);
    await settles(run, 'succeeded');
    await expect
      .poll(() => events.flatMap((event) => (event.kind === 'run' ? event.state : [])))
      .toEqual(['queued', 'running', 'succeeded']);
  });
});
