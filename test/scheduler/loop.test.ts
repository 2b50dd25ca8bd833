import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import type { Admit } from '../../src/core/admission.ts';
import type { TriggerId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import type { FoundBatch, TellMissed } from '../../src/core/missed.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import type { CronTrigger, Schedule } from '../../src/core/trigger.ts';
import { defaultMissed } from '../../src/core/policy.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { Scheduler } from '../../src/scheduler/loop.ts';
import { holds } from '../../src/scheduler/hold.ts';
import type { Hold } from '../../src/scheduler/hold.ts';
import type { Opening } from '../../src/scheduler/late.ts';
import { RebootSchedule } from '../../src/scheduler/plain-schedules.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { everySchedule, sampleAdmission, sampleCron, sampleSnapshot } from '../support/samples.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);

describe('the scheduler', () => {
  let clock: FakeClock;
  let ledger: MemoryLedger;
  let snapshot: Snapshot;
  let isStoreAway: boolean;
  let whileAway: Admit;
  /** The last one that was begun. */
  let running: Scheduler;
  const paused = new Set<TriggerId>();
  const told: FoundBatch[] = [];
  const tellMissed: TellMissed = (batch) => {
    told.push(batch);
    return [];
  };

  beforeEach(() => {
    clock = new FakeClock(START);
    ledger = new MemoryLedger();
    isStoreAway = false;
    whileAway = () => Promise.reject(away());
    paused.clear();
    told.length = 0;
  });

  const admit: Admit = (batch) => (isStoreAway ? whileAway(batch) : ledger.runs.admit(batch));
  const away = (): AppError => new AppError('unavailable', 'disk full');

  /** A life of the scheduler with these crons, begun after everything is armed. */
  async function live(
    crons: readonly CronTrigger[],
    opening: Opening = { why: 'the service was down' },
  ): Promise<Scheduler> {
    snapshot = sampleSnapshot(crons);
    await ledger.triggers.arm(snapshot.declaredCrons, clock.now());
    const triggers = {
      cronStates: () => (isStoreAway ? Promise.reject(away()) : ledger.triggers.cronStates()),
      accountedUntil: () => ledger.triggers.accountedUntil(),
    };
    const holdOf = (trigger: TriggerId): Hold | undefined => {
      if (snapshot.idleCrons.has(trigger)) return holds.disabled;
      return paused.has(trigger) ? holds.paused : undefined;
    };
    running = new Scheduler({
      current: () => snapshot,
      admit,
      triggers,
      runs: ledger.runs,
      holdOf,
      tellMissed,
      clock,
      log: silentLog,
      random: () => 0.5,
    });
    await running.start(opening);
    return running;
  }

  const scheduler = (): Scheduler => running;

  async function reload(scheduler: Scheduler, crons: readonly CronTrigger[]): Promise<void> {
    const previous = snapshot;
    const next = sampleSnapshot(crons);
    await ledger.triggers.arm(next.declaredCrons, clock.now());
    snapshot = next;
    scheduler.follow(next, previous);
  }

  const rows = async (): Promise<string[]> =>
    (await ledger.runs.list({ limit: 1_000 }))
      .map(({ trigger, dueAt, state }) => `${trigger.slice(5)} ${(dueAt - START) / MINUTE} ${state}`)
      .reverse();
  const allow = { overlap: { kind: 'allow' as const } };

  it('records every due moment once, when it is due', async () => {
    await live([sampleCron('a', allow), sampleCron('b', { ...allow, schedule: everySchedule(2 * MINUTE) })]);
    await clock.advance(2 * MINUTE - 1);
    expect(await rows()).toEqual(['a 1 queued']);
    await clock.advance(1);
    expect((await rows()).sort()).toEqual(['a 1 queued', 'a 2 queued', 'b 2 queued']);
  });

  it('makes up for downtime by policy and loses no moment of it', async () => {
    const before = await live([sampleCron('a', allow)]);
    await clock.advance(MINUTE);
    await before.stop();
    await clock.advance(3 * MINUTE);
    await live([sampleCron('a', allow)]);
    expect(await rows()).toEqual(['a 1 queued', 'a 2 missed', 'a 3 missed', 'a 4 queued']);
  });

  it('does not double a moment when it is restarted within the minute', async () => {
    const before = await live([sampleCron('a', allow)]);
    await clock.advance(MINUTE);
    await before.stop();
    await clock.advance(10_000);
    await live([sampleCron('a', allow)]);
    await clock.advance(MINUTE);
    expect(await rows()).toEqual(['a 1 queued', 'a 2 queued']);
  });

  it('fires nothing for the time before a trigger was added', async () => {
    const before = await live([]);
    await before.stop();
    await clock.advance(10 * MINUTE + 1);
    await live([sampleCron('a', allow)]);
    expect(await rows()).toEqual([]);
  });

  it('never fires a moment twice when the clock is set back', async () => {
    await live([sampleCron('a', allow)]);
    await clock.advance(2 * MINUTE);
    await clock.set(START + MINUTE / 2);
    await clock.advance(2 * MINUTE);
    expect(await rows()).toEqual(['a 1 queued', 'a 2 queued']);
    await clock.advance(MINUTE);
    expect(await rows()).toEqual(['a 1 queued', 'a 2 queued', 'a 3 queued']);
  });

  it('treats a clock set far forward as downtime', async () => {
    await live([sampleCron('a', allow)]);
    await clock.set(START + 180 * MINUTE);
    const states = (await rows()).map((row) => row.split(' ')[2]);
    expect(states).toHaveLength(180);
    expect(states.filter((state) => state === 'missed')).toHaveLength(178);
    expect((await rows()).slice(-3)).toEqual(['a 178 missed', 'a 179 queued', 'a 180 queued']);
  });

  it('accounts for every moment that came while the store was away', async () => {
    await live([sampleCron('a', allow)]);
    isStoreAway = true;
    await clock.advance(2 * MINUTE);
    expect(await rows()).toEqual([]);
    isStoreAway = false;
    await clock.advance(1_000);
    expect(await rows()).toEqual(['a 1 missed', 'a 2 queued']);
  });

  it('makes up for downtime and fires what is due at the start as soon as the store takes it, once', async () => {
    const before = await live([sampleCron('a', allow)]);
    await before.stop();
    await clock.advance(2 * MINUTE);
    let refusals = 2;
    const reboot = new RebootSchedule({ expression: '@reboot', zone: 'UTC' });
    snapshot = sampleSnapshot([sampleCron('a', allow), sampleCron('boot', { ...allow, schedule: reboot })]);
    const scheduler = new Scheduler({
      current: () => snapshot,
      admit: (batch) => {
        refusals -= 1;
        return refusals >= 0 ? Promise.reject(away()) : ledger.runs.admit(batch);
      },
      triggers: ledger.triggers,
      runs: ledger.runs,
      holdOf: () => undefined,
      tellMissed,
      clock,
      log: silentLog,
      random: () => 0.5,
    });
    await scheduler.start({ why: 'the service was down' });
    await clock.advance(1_000);
    expect(await rows()).toEqual([]);
    await clock.advance(5_000);
    expect(await rows()).toEqual(['a 1 missed', 'a 2 queued', expect.stringMatching(/^boot .* queued$/)]);
    expect((await ledger.runs.list({ limit: 10 })).map(({ reason }) => reason)).toContain(
      '2s late: the service was down',
    );
  });

  it('does not serve a changed trigger by its old schedule because the store was away during the change', async () => {
    let refuse = (): void => {};
    const scheduler = await live([sampleCron('a', allow)]);
    const held: Admit = () =>
      new Promise((_resolve, reject) => {
        refuse = () => {
          reject(away());
        };
      });
    isStoreAway = true;
    const changed = sampleCron('a', { ...allow, schedule: everySchedule(5 * MINUTE) });
    whileAway = held;
    await clock.advance(MINUTE);
    await reload(scheduler, [changed]);
    isStoreAway = false;
    refuse();
    await clock.advance(5 * MINUTE);
    expect(await rows()).toEqual(['a 5 queued']);
  });

  it('admits the moment of a cron that is taken away meanwhile, with those of all others, and none after it', async () => {
    const store = Promise.withResolvers<void>();
    const scheduler = await live([sampleCron('a', allow), sampleCron('gone', allow), sampleCron('z', allow)]);
    isStoreAway = true;
    whileAway = async (batch) => {
      await store.promise;
      return ledger.runs.admit(batch);
    };
    await clock.advance(MINUTE);
    await reload(scheduler, [sampleCron('a', allow), sampleCron('z', allow)]);
    isStoreAway = false;
    store.resolve();
    await clock.advance(MINUTE);
    expect((await rows()).sort()).toEqual([
      'a 1 queued',
      'a 2 queued',
      'gone 1 queued',
      'z 1 queued',
      'z 2 queued',
    ]);
    expect(scheduler.nextOf(sampleCron('gone').id)).toBeUndefined();
  });

  it('forgets the moment of a cron that was taken away while the store refused it', async () => {
    const scheduler = await live([sampleCron('a', allow), sampleCron('gone', allow)]);
    const refusal = Promise.withResolvers<never>();
    isStoreAway = true;
    whileAway = () => refusal.promise;
    await clock.advance(MINUTE);
    await reload(scheduler, [sampleCron('a', allow)]);
    isStoreAway = false;
    refusal.reject(away());
    await clock.advance(MINUTE);
    expect(await rows()).toEqual(['a 1 queued', 'a 2 queued']);
  });

  it('keeps the next moment of an unchanged trigger over a reload, and follows a changed one', async () => {
    const scheduler = await live([sampleCron('a', allow), sampleCron('gone', allow)]);
    await clock.advance(MINUTE / 2);
    const changed = sampleCron('b', { ...allow, schedule: everySchedule(MINUTE / 4) });
    await reload(scheduler, [sampleCron('a', allow), changed]);
    expect(scheduler.nextOf(sampleCron('a').id)).toBe(START + MINUTE);
    expect(scheduler.nextOf(changed.id)).toBe(START + 0.75 * MINUTE);
    expect(scheduler.nextOf(sampleCron('gone').id)).toBeUndefined();
    await clock.advance(MINUTE / 4);
    expect(await rows()).toEqual(['b 0.75 queued']);
  });

  it('fires a one-shot once: not after a restart, not after it was switched off and on, again after a change', async () => {
    const once = sampleCron('once', { ...allow, runOnce: true, armHash: 'first' });
    let scheduler = await live([once]);
    await clock.advance(3 * MINUTE);
    await scheduler.stop();
    scheduler = await live([once]);
    await clock.advance(3 * MINUTE);
    const fired = await rows();
    expect(fired).toEqual(['once 1 queued']);

    const before = snapshot;
    snapshot = sampleSnapshot([], { declaredCrons: before.declaredCrons });
    scheduler.follow(snapshot, before);
    await reload(scheduler, [once]);
    await clock.advance(3 * MINUTE);
    expect(await rows()).toEqual(fired);

    await reload(scheduler, [{ ...once, armHash: 'second' }]);
    await clock.advance(3 * MINUTE);
    expect(await rows()).toEqual([...fired, 'once 10 queued']);
  });

  it('fires a one-shot that was added while the store was away, and not one that was spent', async () => {
    const spent = sampleCron('spent', { ...allow, runOnce: true });
    const scheduler = await live([spent]);
    await clock.advance(MINUTE);
    const before = snapshot;
    snapshot = sampleSnapshot([], { declaredCrons: before.declaredCrons });
    scheduler.follow(snapshot, before);
    isStoreAway = true;
    await reload(scheduler, [spent, sampleCron('added', { ...allow, runOnce: true })]);
    await clock.advance(MINUTE + 500);
    expect(await rows()).toEqual(['spent 1 queued']);
    isStoreAway = false;
    await clock.advance(2 * MINUTE);
    expect(await rows()).toEqual(['spent 1 queued', 'added 2 queued']);
  });

  it('leaves alone a one-shot that was taken away before the ledger could say whether it is spent', async () => {
    const scheduler = await live([]);
    isStoreAway = true;
    await reload(scheduler, [sampleCron('brief', { ...allow, runOnce: true })]);
    await clock.advance(500);
    await reload(scheduler, []);
    isStoreAway = false;
    await clock.advance(MINUTE / 2);
    expect(scheduler.nextOf(sampleCron('brief').id)).toBeUndefined();
    await clock.advance(2 * MINUTE);
    expect(await rows()).toEqual([]);
  });

  it('fires a one-shot at its next moment when an earlier run was in the way of this one', async () => {
    const once = sampleCron('once', { runOnce: true, overlap: { kind: 'skip' } });
    await live([once]);
    const earlier = sampleAdmission(once.spec, { dueAt: START });
    await ledger.runs.admit({ admissions: [earlier] });
    await clock.advance(2 * MINUTE);
    const skipped = ['once 0 queued', 'once 1 skipped', 'once 2 skipped'];
    expect(await rows()).toEqual(skipped);
    await ledger.runs.dismiss(earlier.id, { state: 'cancelled', at: clock.now(), reason: 'in the way' });
    await clock.advance(3 * MINUTE);
    expect(await rows()).toEqual(['once 0 cancelled', ...skipped.slice(1), 'once 3 queued']);
  });

  it('does not fire a one-shot again that the store took in, but could not say so', async () => {
    await live([sampleCron('once', { ...allow, runOnce: true })]);
    isStoreAway = true;
    whileAway = async (batch) => {
      await ledger.runs.admit(batch);
      throw away();
    };
    await clock.advance(MINUTE);
    isStoreAway = false;
    await clock.advance(3 * MINUTE);
    expect(await rows()).toEqual(['once 1 queued']);
  });

  it('leaves a one-shot that came to nothing to the swap that changed it meanwhile', async () => {
    const skip = { overlap: { kind: 'skip' as const } };
    const scheduler = await live([sampleCron('once', { ...skip, runOnce: true }), sampleCron('a', allow)]);
    await ledger.runs.admit({ admissions: [sampleAdmission(sampleCron('once').spec, { dueAt: START })] });
    const store = Promise.withResolvers<void>();
    isStoreAway = true;
    whileAway = async (batch) => {
      await store.promise;
      return ledger.runs.admit(batch);
    };
    await clock.advance(MINUTE);
    await reload(scheduler, [sampleCron('a', allow)]);
    isStoreAway = false;
    store.resolve();
    await clock.advance(MINUTE / 2);
    expect(scheduler.nextOf(sampleCron('once').id)).toBeUndefined();
  });

  it('makes a spent one-shot recur once `run_once` is taken away', async () => {
    const scheduler = await live([sampleCron('x', { ...allow, runOnce: true, armHash: 'once' })]);
    await clock.advance(2 * MINUTE);
    await reload(scheduler, [sampleCron('x', { ...allow, armHash: 'recurring' })]);
    await clock.advance(2 * MINUTE);
    expect(await rows()).toEqual(['x 1 queued', 'x 3 queued', 'x 4 queued']);
  });

  it('holds what is due while paused, the newest in place of the older', async () => {
    await live([sampleCron('a')]);
    paused.add(sampleCron('a').id);
    await clock.advance(2 * MINUTE);
    expect(await rows()).toEqual(['a 1 superseded', 'a 2 scheduled']);
  });

  it('keeps for the next start what becomes due while the service stops', async () => {
    const scheduler = await live([sampleCron('a', allow)]);
    scheduler.drain();
    await clock.advance(MINUTE);
    await scheduler.stop();
    await clock.advance(10 * MINUTE);
    expect(await rows()).toEqual(['a 1 scheduled']);
  });

  it('spends a one-shot by the row that waits for the next start, and fires it by no other', async () => {
    const once = sampleCron('once', { ...allow, runOnce: true });
    const before = await live([once]);
    before.drain();
    await clock.advance(MINUTE);
    await before.stop();
    await live([once]);
    await clock.advance(3 * MINUTE);
    expect(await rows()).toEqual(['once 1 scheduled']);
  });

  it('judges what a stop held with what came after it: one of both is made up under `last`', async () => {
    const crons = [
      sampleCron('a', allow),
      sampleCron('b', {
        ...allow,
        missed: { ...defaultMissed, limit: 2, by: { ...defaultMissed.by, down: 'all' } },
      }),
    ];
    const before = await live(crons);
    before.drain();
    await clock.advance(MINUTE);
    await before.stop();
    await clock.advance(2 * MINUTE);
    expect(await rows()).toEqual(['a 1 scheduled', 'b 1 scheduled']);
    await live(crons);
    expect((await rows()).sort()).toEqual([
      ...['a 1 missed', 'a 2 missed', 'a 3 queued'],
      ...['b 1 missed', 'b 2 queued', 'b 3 queued'],
    ]);
    expect(told).toHaveLength(1);
    expect(told[0]?.triggers).toMatchObject([
      { trigger: 'cron:a', missed: 2, firstDueAt: START + MINUTE },
      { trigger: 'cron:b', missed: 1 },
    ]);
  });

  it('accounts for the moments of a cron that is switched off, and makes nothing up unless it is told to', async () => {
    await live([]);
    const last = { ...defaultMissed, by: { ...defaultMissed.by, disabled: 'last' as const } };
    const off = [sampleCron('off'), sampleCron('late', { missed: last })];
    const previous = snapshot;
    const idleCrons = new Map(off.map((cron) => [cron.id, cron]));
    snapshot = sampleSnapshot([], { idleCrons, declaredCrons: sampleSnapshot(off).declaredCrons });
    await ledger.triggers.arm(snapshot.declaredCrons, clock.now());
    scheduler().follow(snapshot, previous);
    await clock.advance(2 * MINUTE);
    expect((await rows()).sort()).toEqual([
      'late 1 superseded',
      'late 2 scheduled',
      'off 1 skipped',
      'off 2 skipped',
    ]);
    expect(scheduler().nextOf(sampleCron('off').id)).toBeUndefined();
    const switchedOn = sampleSnapshot(off);
    const before = snapshot;
    snapshot = switchedOn;
    scheduler().follow(switchedOn, before);
    await clock.advance(MINUTE);
    expect((await rows()).filter((row) => row.startsWith('off'))).toEqual([
      'off 1 skipped',
      'off 2 skipped',
      'off 3 queued',
    ]);
  });

  it('tells once what was missed, trigger by trigger, and whether the last of it is made up', async () => {
    const ask = { ...defaultMissed, by: { ...defaultMissed.by, down: 'ask' as const } };
    const crons = [sampleCron('a', allow), sampleCron('b', { ...allow, missed: ask })];
    const before = await live(crons);
    await before.stop();
    await clock.advance(3 * MINUTE);
    await live(crons);
    const about = { firstDueAt: START + MINUTE, lastDueAt: START + 3 * MINUTE };
    expect(told).toEqual([
      {
        at: START + 3 * MINUTE,
        why: 'the service was down',
        triggers: [
          { trigger: 'cron:a', missed: 2, fate: 'made-up', ...about },
          { trigger: 'cron:b', missed: 3, fate: 'open', ...about },
        ],
      },
    ]);
    expect((await rows()).sort()).toEqual([
      'a 1 missed',
      'a 2 missed',
      'a 3 queued',
      'b 1 missed',
      'b 2 missed',
      'b 3 missed',
    ]);
  });

  it('makes nothing up in a start that ends a row of short ones, and goes on with what is due then', async () => {
    const crons = [sampleCron('a', allow)];
    const before = await live(crons);
    await before.stop();
    await clock.advance(2 * MINUTE);
    await live(crons, { why: 'the service died', noCatchUp: 'it looks like a loop' });
    await clock.advance(MINUTE);
    expect(await rows()).toEqual(['a 1 missed', 'a 2 missed', 'a 3 queued']);
    const [, missed] = await ledger.runs.list({ limit: 2 });
    expect(missed?.reason).toBe('the service died; not made up: it looks like a loop');
    expect(told[0]?.why).toBe('the service died; nothing is made up: it looks like a loop');
  });

  it('starts what has a jitter later by chance, and says by how much', async () => {
    await live([sampleCron('a', { jitterMs: MINUTE })]);
    await clock.advance(MINUTE);
    expect(await rows()).toEqual(['a 1 scheduled']);
    expect((await ledger.runs.list({ limit: 1 }))[0]?.reason).toBe('jitter 30s');
    const early = await ledger.runs.promote(clock.now() + MINUTE / 2 - 1, () => false);
    expect(early).toEqual({ promoted: [], nextReadyAt: clock.now() + MINUTE / 2 });
    const ready = await ledger.runs.promote(clock.now() + MINUTE / 2, () => false);
    expect(ready.promoted.map(({ trigger }) => trigger)).toEqual(['cron:a']);
  });

  it.each([
    ['skip', ['a 10 missed', 'a 20 missed', 'a 30 missed']],
    ['last', ['a 10 missed', 'a 20 missed', 'a 30 queued']],
    ['all', ['a 10 queued', 'a 20 queued', 'a 30 queued']],
  ] as const)('judges by %s what was delayed until the service was down', async (word, expected) => {
    const by = { ...defaultMissed.by, down: word };
    const cron = sampleCron('a', {
      ...{ schedule: everySchedule(10 * MINUTE), jitterMs: 4 * MINUTE },
      missed: { ...defaultMissed, by },
    });
    const before = await live([cron]);
    await clock.advance(11 * MINUTE);
    expect(await rows()).toEqual(['a 10 scheduled']);
    await before.stop();
    await clock.advance(20 * MINUTE);
    await live([cron]);
    expect(await rows()).toEqual(expected);
  });

  it('leaves alone what is delayed beyond the time that the service was down', async () => {
    const cron = sampleCron('a', { schedule: everySchedule(10 * MINUTE), jitterMs: 8 * MINUTE });
    const before = await live([cron]);
    await clock.advance(11 * MINUTE);
    await before.stop();
    await clock.advance(MINUTE);
    await live([cron]);
    expect(await rows()).toEqual(['a 10 scheduled']);
    expect((await ledger.runs.list({ limit: 1 }))[0]?.reason).toBe('jitter 4m');
  });

  it('goes on with all others when a schedule throws', async () => {
    const broken: Schedule = {
      ...everySchedule(MINUTE),
      next: (afterMs) => {
        if (afterMs >= START + MINUTE) throw new RangeError('no such time');
        return START + MINUTE;
      },
    };
    const crons = [
      sampleCron('a', allow),
      sampleCron('broken', { ...allow, schedule: broken }),
      sampleCron('c'),
    ];
    await live(crons);
    await clock.advance(2 * MINUTE);
    expect((await rows()).sort()).toEqual(['a 1 queued', 'a 2 queued', 'c 1 queued', 'c 2 queued']);
    expect(scheduler().nextOf(sampleCron('broken').id)).toBeUndefined();
  });
});
