import { describe, expect, it } from 'vitest';
import { triggerId } from '../../../src/core/ids.ts';
import { compileSchedule } from '../../../src/scheduler/schedule.ts';
import { sampleCron, sampleSnapshot } from '../../support/samples.ts';
import { sampleWebhook } from '../../triggers/samples.ts';
import { Desk } from './desk.ts';

const MINUTE = 60_000;

/** A job that takes three of its intervals: of every three moments one runs. The clock ends ten minutes after the last. */
async function skipTwoOfThree(desk: Desk, start: number, moments: number): Promise<void> {
  desk.work();
  for (let n = 0; n < moments; n += 1) {
    const run = await desk.admit({ dueAt: start + n * 10 * MINUTE, limit: { kind: 'live', max: 1 } });
    if (n % 3 === 0) await desk.started(run);
    await desk.clock.advance(10 * MINUTE);
    const live = await desk.ledger.runs.list({ state: 'running', limit: 1 });
    if (n % 3 === 2) await desk.succeed(live[0]?.id ?? run);
  }
}

describe('why', () => {
  it('tells of a moment that ran how late it was and how it went', async () => {
    await using desk = await Desk.open();
    desk.work();
    const dueAt = desk.clock.now();
    await desk.clock.advance(5_000);
    const run = await desk.admit({ dueAt });
    await desk.started(run);
    await desk.clock.advance(2_000);
    await desk.succeed(run);
    expect(await desk.control.why({ trigger: 'nightly' })).toMatchObject({
      runId: run,
      state: 'succeeded',
      sentence: expect.stringMatching(/^due 2026-01-01 00:00.*; ran 5s late and succeeded after 2s$/),
    });
  });

  it.each([
    ['40m late', 'ran 40m late and succeeded after 0s'],
    ['40m late: the service was down', 'ran 40m late and succeeded after 0s: the service was down'],
  ])('tells of one that came late how late it was, once: %s', async (reason, told) => {
    await using desk = await Desk.open();
    desk.work();
    const at = triggerId('at', 'x');
    const dueAt = desk.clock.now();
    await desk.clock.advance(40 * MINUTE);
    const run = await desk.admit({ trigger: at, source: 'at', dueAt, reason });
    await desk.succeed(run);
    expect(await desk.control.why({ trigger: at })).toMatchObject({
      reason,
      sentence: `due 2026-01-01 00:00 UTC; ${told}`,
    });
  });

  it('tells of a missed moment why', async () => {
    await using desk = await Desk.open();
    const dueAt = desk.clock.now();
    await desk.admit({ state: 'missed', reason: 'the service was down; policy skip' });
    await desk.clock.advance(10 * MINUTE);
    await desk.admit({ state: 'missed', reason: 'another' });
    expect(await desk.control.why({ trigger: 'nightly', at: dueAt })).toMatchObject({
      state: 'missed',
      dueAt,
      sentence: expect.stringMatching(/; not run \(missed\): the service was down; policy skip$/),
    });
  });

  it('tells of a moment that earlier runs were in the way of how it went with the others in the last 24 h', async () => {
    await using desk = await Desk.open();
    const start = desk.clock.now();
    await skipTwoOfThree(desk, start, 144);
    const counts = 'due 144, ran 48, skipped 96 (overlap)';
    expect((await desk.control.why({ trigger: 'nightly' })).sentence).toBe(
      `due 2026-01-01 23:50 UTC; not run (skipped): overlap: 1 running, 0 waiting; in 24h ${counts}`,
    );
    // One that ran, and one that the counts are no longer about.
    expect((await desk.control.why({ trigger: 'nightly', at: start })).sentence).not.toContain('in 24h');
    await desk.clock.advance(24 * 60 * MINUTE);
    const old = await desk.control.why({ trigger: 'nightly', at: start + 10 * MINUTE });
    expect(old).toMatchObject({ state: 'skipped', sentence: expect.stringMatching(/0 waiting$/) });
  });

  it('tells of a trigger that has never been due when it will be', async () => {
    await using desk = await Desk.open();
    desk.next = desk.clock.now() + MINUTE;
    expect(await desk.control.why({ trigger: 'nightly' })).toMatchObject({
      state: 'never',
      dueAt: null,
      sentence: expect.stringMatching(/^cron:nightly has not been due .* yet; next 2026-01-01 00:01/),
    });
  });

  it('tells of a delivery that waits for newer ones until when, and of one that was replaced by which', async () => {
    await using desk = await Desk.open();
    desk.work();
    const at = desk.clock.now();
    const coalesce = { key: '', windowMs: 30_000, maxWaitMs: 10 * MINUTE };
    const born = { source: 'webhook', state: 'scheduled', coalesce } as const;
    await desk.admit({ ...born, dueAt: at });
    const why = async (): Promise<string> => (await desk.control.why({ trigger: 'nightly', at })).sentence;
    expect(await why()).toMatch(/; has not run yet: coalescing until 2026-01-01 00:00:30 UTC$/);
    await desk.clock.advance(10_000);
    // Due an hour later, so that the first is still the one that is asked for.
    const newer = await desk.admit({ ...born, dueAt: at + 60 * MINUTE });
    expect(await why()).toMatch(new RegExp(`; not run \\(superseded\\): superseded by ${newer}$`));
  });

  it('tells of a delivery how long after it came it ran', async () => {
    await using desk = await Desk.open();
    desk.work();
    const dueAt = desk.clock.now();
    await desk.clock.advance(30_000);
    const run = await desk.admit({ source: 'webhook', dueAt });
    await desk.succeed(run);
    expect(await desk.control.why({ trigger: 'nightly' })).toMatchObject({
      sentence: expect.stringMatching(/; ran 30s after it came and succeeded/),
    });
  });

  it('tells of a moment that is still to come that it is', async () => {
    await using desk = await Desk.open();
    const at = desk.clock.now() + 5 * MINUTE;
    const told = await desk.control.why({ trigger: 'nightly', at });
    expect(told).toMatchObject({ state: 'never', sentence: expect.stringMatching(/still to come$/) });
  });

  describe('of a webhook without a run', () => {
    const hook = sampleWebhook('x');
    const open = async (): Promise<Desk> => {
      const desk = await Desk.open();
      desk.snapshot = sampleSnapshot([], { webhooks: new Map([[hook.id, hook]]) });
      return desk;
    };
    const row = {
      trigger: hook.id,
      day: '2026-01-01',
      verdict: 'filtered',
      reason: null,
      count: 1,
      lastAt: 0,
    };

    it('tells how many deliveries made none today, and the last reason of each kind', async () => {
      await using desk = await open();
      await desk.ledger.deliveries.count([
        { ...row, reason: 'event is not in event_filter', count: 4, lastAt: 2 },
        { ...row, reason: 'no event header', count: 2, lastAt: 1 },
        { ...row, verdict: 'unauthorized', count: 2 },
        { ...row, verdict: 'accepted', count: 9 },
        { ...row, day: '2025-12-31', verdict: 'too_large' },
        { ...row, trigger: triggerId('webhook', 'y'), verdict: 'conflict' },
      ]);
      expect(await desk.control.why({ trigger: 'webhook:x' })).toMatchObject({
        state: 'never',
        sentence:
          'webhook:x received nothing that ran; today 6 filtered (event is not in event_filter), 2 unauthorized',
      });
    });

    it('tells of a moment on another day what was refused on that day', async () => {
      await using desk = await open();
      await desk.ledger.deliveries.count([row, { ...row, day: '2025-12-31', verdict: 'unauthorized' }]);
      const at = desk.clock.now() - MINUTE;
      expect((await desk.control.why({ trigger: 'x', at })).sentence).toBe(
        'webhook:x received nothing that ran at 2025-12-31 23:59 UTC; on 2025-12-31 1 unauthorized',
      );
    });

    it('says so where nothing came at all', async () => {
      await using desk = await open();
      await desk.ledger.deliveries.count([{ ...row, verdict: 'accepted' }]);
      expect((await desk.control.why({ trigger: 'x' })).sentence).toBe(
        'webhook:x has not been due or received anything yet',
      );
    });
  });

  it('tells of what left the configuration by its rows, and of nothing else', async () => {
    await using desk = await Desk.open();
    await desk.admit({ state: 'skipped', reason: 'overlap' });
    desk.snapshot = sampleSnapshot();
    expect(await desk.control.why({ trigger: 'nightly' })).toMatchObject({ state: 'skipped' });
    await expect(desk.control.why({ trigger: 'other' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('next', () => {
  it('notes beside each fire the pause that will hold it, behind what the clock does', async () => {
    await using desk = await Desk.open();
    const compiled = compileSchedule({ expression: '30 2 * * *', zone: 'Europe/Berlin' });
    if (!compiled.ok) throw new Error(compiled.message);
    desk.snapshot = sampleSnapshot([sampleCron('nightly', { schedule: compiled.schedule })]);
    desk.next = desk.clock.now() + MINUTE;
    const from = Date.parse('2026-03-28T00:00:00Z');
    await desk.control.pause({
      trigger: 'nightly',
      forMs: from + 26 * 60 * MINUTE - desk.clock.now(),
      by: 'me',
    });
    const notes = (): ReadonlyArray<string | null> =>
      desk.control.next({ trigger: 'nightly', from, count: 3 }).map(({ note }) => note);
    const until = 'paused until 2026-03-29 04:00 (Europe/Berlin)';
    const gap = 'clock goes forward 01:00 UTC, 02:30 does not exist; fires at 03:00';
    expect(notes()).toEqual([until, `${gap}; ${until}`, null]);
    await desk.control.pause({ by: 'me' });
    expect(notes()).toEqual(['paused', `${gap}; paused`, 'paused']);
  });
});

describe('a trigger', () => {
  it('that is not there is a rejection, never a throw: whoever asks hides what it is near to', async () => {
    await using desk = await Desk.open();
    const asked = desk.control.triggers({ trigger: 'nightlx' });
    await expect(asked).rejects.toMatchObject({ code: 'not_found' });
  });

  it('shows the pause that ends last of its own and that of everything', async () => {
    await using desk = await Desk.open();
    const pausedBy = async (): Promise<string | undefined> =>
      (await desk.control.triggers({ trigger: 'nightly' }))[0]?.pause?.by;
    expect(await pausedBy()).toBeUndefined();
    await desk.control.pause({ trigger: 'nightly', forMs: 2 * MINUTE, by: 'own' });
    await desk.control.pause({ forMs: MINUTE, by: 'all' });
    expect(await pausedBy()).toBe('own');
    await desk.control.pause({ by: 'all' });
    expect(await pausedBy()).toBe('all');
  });

  it('that fired once says so, and one that never fires says that instead of words that name a time', async () => {
    await using desk = await Desk.open();
    const compiled = compileSchedule({ expression: '0 0 31 2 *', zone: 'UTC' });
    if (!compiled.ok) throw new Error(compiled.message);
    const once = sampleCron('once', { runOnce: true });
    desk.snapshot = sampleSnapshot([once, sampleCron('never', { schedule: compiled.schedule })]);
    await desk.ledger.triggers.arm(new Map([[once.id, once.armHash]]), desk.clock.now());
    const told = async (): Promise<ReadonlyArray<string | null>> =>
      (await desk.control.triggers({})).map(({ never }) => never);
    expect(await told()).toEqual([null, 'never']);
    await desk.admit({ trigger: once.id, spends: once.armHash });
    expect(await told()).toEqual(['spent; it fires once', 'never']);
    expect((await desk.control.triggers({ trigger: 'never' }))[0]?.words).toBe('0 0 31 2 *');
    desk.next = desk.clock.now() + MINUTE;
    expect(await told()).toEqual([null, null]);
  });

  it('shows what became of its moments in the last 24 h where some were left out', async () => {
    await using desk = await Desk.open();
    await skipTwoOfThree(desk, desk.clock.now(), 144);
    const [nightly] = await desk.control.triggers({});
    expect(nightly?.lately).toMatchObject({ due: 144, ran: 48, skipped: 96, overlapped: 96 });
    await desk.clock.advance(24 * 60 * MINUTE);
    expect((await desk.control.triggers({}))[0]?.lately).toBeNull();
  });

  it('shows none where all of them ran, and none of a webhook', async () => {
    await using desk = await Desk.open();
    const hook = sampleWebhook('x');
    desk.snapshot = sampleSnapshot([sampleCron('nightly')], { webhooks: new Map([[hook.id, hook]]) });
    await desk.admit();
    expect((await desk.control.triggers({})).map(({ lately }) => lately)).toEqual([null, null]);
  });
});

describe('a cron that is switched off', () => {
  const open = async (): Promise<Desk> => {
    const desk = await Desk.open();
    const compiled = compileSchedule({ expression: '0 2 * * *', zone: 'Europe/Berlin' });
    if (!compiled.ok) throw new Error(compiled.message);
    const idle = sampleCron('idle', { schedule: compiled.schedule });
    const hook = sampleWebhook('x');
    desk.snapshot = sampleSnapshot([sampleCron('nightly')], {
      webhooks: new Map([[hook.id, hook]]),
      idleCrons: new Map([[idle.id, idle]]),
    });
    desk.next = desk.clock.now() + MINUTE;
    return desk;
  };

  it('is listed behind what is switched on, with nothing to come', async () => {
    await using desk = await open();
    const shown = await desk.control.triggers({});
    expect(shown.map(({ id, disabled }) => [id, disabled])).toEqual([
      ['cron:nightly', null],
      ['webhook:x', null],
      ['cron:idle', 'disabled in the file'],
    ]);
    expect(shown[2]).toMatchObject({ nextAt: null, never: null, zone: 'Europe/Berlin' });
    expect(desk.control.next({ trigger: 'idle', count: 2 })).toEqual([]);
    expect(desk.control.next({ count: 2 }).map(({ trigger }) => trigger)).not.toContain('cron:idle');
    expect(desk.control.splitTrigger({ text: 'cron:idle 02:00' })).toMatchObject({ trigger: 'cron:idle' });
  });

  it('explains itself on its own clock, and says that it is switched off where it has no row', async () => {
    await using desk = await open();
    const at = Date.parse('2025-12-31T11:00Z');
    const sentence = async (query: object): Promise<string> =>
      (await desk.control.why({ trigger: 'idle', ...query })).sentence;
    expect(await sentence({})).toBe(
      'cron:idle has not been due or received anything yet; disabled in the file',
    );
    expect(await sentence({ at })).toBe(
      'cron:idle was not due at 2025-12-31 12:00 Europe/Berlin; disabled in the file',
    );
    const skipped = { state: 'skipped', reason: 'disabled; policy skip' } as const;
    await desk.admit({ trigger: triggerId('cron', 'idle'), ...skipped });
    expect(await sentence({})).toBe(
      'due 2026-01-01 01:00 Europe/Berlin; not run (skipped): disabled; policy skip',
    );
  });

  it('is paused and resumed, and not fired', async () => {
    await using desk = await open();
    expect(await desk.control.pause({ trigger: 'idle', by: 'me' })).toMatchObject([{ trigger: 'cron:idle' }]);
    expect(await desk.control.resume({ trigger: 'idle' })).toEqual([]);
    const refused = { code: 'conflict', message: 'cron:idle is disabled in the file' };
    await expect(desk.control.fire({ trigger: 'idle' })).rejects.toMatchObject(refused);
    const what = { kind: 'trigger', trigger: 'idle' } as const;
    await expect(desk.control.at({ when: '1h', what })).rejects.toMatchObject(refused);
  });

  it('does not stand in the way of firing the webhook that shares its name', async () => {
    await using desk = await open();
    const twin = sampleCron('x');
    desk.snapshot = { ...desk.snapshot, idleCrons: new Map([[twin.id, twin]]) };
    const { run } = await desk.control.fire({ trigger: 'x' });
    expect(await desk.row(run)).toMatchObject({ trigger: 'manual:x' });
    await expect(desk.control.pause({ trigger: 'x', by: 'me' })).rejects.toMatchObject({ code: 'ambiguous' });
  });
});
