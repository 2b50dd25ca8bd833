/** Holds what `why` says under a pause, of one-shots before their moment, of crons that never fire, and without a row. */
import { describe, expect, it } from 'vitest';
import { triggerId } from '../../../src/core/ids.ts';
import { withCounted } from '../../../src/core/missed.ts';
import { compileSchedule } from '../../../src/scheduler/schedule.ts';
import { sampleCron, sampleSnapshot } from '../../support/samples.ts';
import { Desk } from './desk.ts';

const HOUR = 3_600_000;
const shot = triggerId('at', 'x');

async function sentence(desk: Desk, trigger = 'nightly'): Promise<string> {
  return (await desk.control.why({ trigger })).sentence;
}

describe('under a pause', () => {
  const since = 'now paused by me since 2026-01-01 00:00 (UTC)';

  it('says so where nothing was due yet, and of one that has an end until when', async () => {
    await using desk = await Desk.open();
    await desk.control.pause({ trigger: 'nightly', forMs: HOUR, by: 'me' });
    const nothing = 'cron:nightly has not been due or received anything yet';
    const until = 'now paused by me until 2026-01-01 01:00 (UTC)';
    expect(await desk.control.why({ trigger: 'nightly' })).toMatchObject({
      reason: nothing,
      sentence: `${nothing}; ${until}`,
    });
    await desk.control.pause({ by: 'quarantine' });
    expect(await sentence(desk)).toBe(`${nothing}; now paused by quarantine since 2026-01-01 00:00 (UTC)`);
    await desk.control.resume({});
    await desk.control.resume({ trigger: 'nightly' });
    expect(await sentence(desk)).toBe(nothing);
  });

  it('says so behind what became of a moment', async () => {
    await using desk = await Desk.open();
    await desk.admit({ state: 'skipped', reason: 'paused; policy skip' });
    await desk.control.pause({ trigger: 'nightly', by: 'me' });
    expect(await sentence(desk)).toBe(
      `due 2026-01-01 00:00 UTC; not run (skipped): paused; policy skip; ${since}`,
    );
  });

  it.each([
    ['queued', null, ''],
    ['scheduled', 'paused; policy last', ': paused; policy last'],
  ] as const)('says of a %s row that it waits for the end', async (state, reason, because) => {
    await using desk = await Desk.open();
    await desk.admit({ state, reason });
    await desk.control.pause({ by: 'me' });
    expect(await sentence(desk)).toBe(
      `due 2026-01-01 00:00 UTC; waits for the end of the pause${because}; ${since}`,
    );
  });

  it('says so behind what a person fired by hand last, which does not wait for the end', async () => {
    await using desk = await Desk.open();
    await desk.admit({ trigger: triggerId('manual', 'nightly'), source: 'manual' });
    await desk.control.pause({ trigger: 'nightly', by: 'me' });
    expect(await sentence(desk)).toBe(
      `due 2026-01-01 00:00 UTC; waiting for a free place since 2026-01-01 00:00 UTC; ${since}`,
    );
  });

  it('says nothing of it where a run by hand is asked about', async () => {
    await using desk = await Desk.open();
    const trigger = triggerId('manual', 'nightly');
    await desk.admit({ trigger, source: 'manual' });
    await desk.control.pause({ by: 'me' });
    expect(await sentence(desk, trigger)).toMatch(/; waiting for a free place since 2026-01-01 00:00 UTC$/);
  });

  it('says of a moment of a cron that is switched off that it waits for that', async () => {
    await using desk = await Desk.open();
    const idle = sampleCron('nightly');
    desk.snapshot = sampleSnapshot([], { idleCrons: new Map([[idle.id, idle]]) });
    await desk.admit({ state: 'scheduled', reason: 'disabled; policy last', held: 'disabled' });
    await desk.control.pause({ trigger: 'nightly', by: 'me' });
    expect(await sentence(desk)).toBe(
      `due 2026-01-01 00:00 UTC; has not run yet: disabled; policy last; ${since}`,
    );
  });

  it('says of a one-shot that it waits for the end where its moment comes before that', async () => {
    await using desk = await Desk.open();
    const dueAt = desk.clock.now() + 2 * HOUR;
    await desk.admit({ trigger: shot, source: 'at', state: 'scheduled', dueAt });
    const due = 'due 2026-01-01 02:00 UTC';
    await desk.control.pause({ forMs: HOUR, by: 'me' });
    expect(await sentence(desk, shot)).toBe(
      `${due}; has not run yet; now paused by me until 2026-01-01 01:00 (UTC)`,
    );
    await desk.control.pause({ by: 'me' });
    expect(await sentence(desk, shot)).toBe(`${due}; waits for the end of the pause; ${since}`);
    await desk.control.resume({});
    await desk.control.pause({ trigger: 'nightly', by: 'me' });
    expect(await sentence(desk, shot)).toBe(`${due}; has not run yet`);
  });
});

it('explains a one-shot that is still to come, and one that was cancelled before its moment', async () => {
  await using desk = await Desk.open();
  const dueAt = desk.clock.now() + HOUR;
  const run = await desk.admit({ trigger: shot, source: 'at', state: 'scheduled', dueAt });
  const told = { trigger: shot, runId: run, dueAt };
  expect(await desk.control.why({ trigger: shot })).toMatchObject({ ...told, state: 'scheduled' });
  expect(await sentence(desk, 'x')).toBe('due 2026-01-01 01:00 UTC; has not run yet');
  await desk.control.cancel(run);
  expect(await desk.control.why({ trigger: shot })).toMatchObject({ ...told, state: 'cancelled' });
  await expect(desk.control.why({ trigger: 'at:y' })).rejects.toMatchObject({ code: 'not_found' });
});

describe('a cron without a row', () => {
  it.each([
    ['0 0 31 2 *', 'cron:a never fires: "0 0 31 2 *" has no moment to come'],
    ['@reboot', 'cron:a has not been due or received anything yet; it fires at each start'],
    ['0 9 * * *', 'cron:a has not been due or received anything yet'],
  ])('of %s says whether it ever fires', async (expression, words) => {
    await using desk = await Desk.open();
    const compiled = compileSchedule({ expression, zone: 'UTC' });
    if (!compiled.ok) throw new Error(compiled.message);
    desk.snapshot = sampleSnapshot([sampleCron('a', { schedule: compiled.schedule })]);
    expect(await sentence(desk, 'a')).toBe(words);
  });

  it('that fires once and has done so says that', async () => {
    await using desk = await Desk.open();
    const once = sampleCron('once', { runOnce: true });
    desk.snapshot = sampleSnapshot([once]);
    await desk.ledger.triggers.arm(new Map([[once.id, once.armHash]]), desk.clock.now());
    desk.work();
    const run = await desk.admit({ trigger: once.id, spends: once.armHash });
    await desk.succeed(run);
    await desk.clock.advance(HOUR);
    const now = desk.clock.now();
    await desk.ledger.runs.prune({ endedBefore: now, keep: 0, limit: 10, now });
    expect(await sentence(desk, 'once')).toBe('cron:once is spent; it fires once; its row is past retention');
  });
});

it('means the moment that is named exactly, else the last one of its minute', async () => {
  await using desk = await Desk.open();
  const start = desk.clock.now();
  const whole = await desk.admit({ dueAt: start });
  const half = await desk.admit({ dueAt: start + 30_000 });
  const asked = async (at: number): Promise<unknown> =>
    (await desk.control.why({ trigger: 'nightly', at })).runId;
  expect(await asked(start)).toBe(whole);
  expect(await asked(start + 30_000)).toBe(half);
  expect(await asked(start + 1_000)).toBe(half);
  expect(await asked(start - 30_000)).toBe(whole);
});

describe('a moment without a row', () => {
  const start = Date.parse('2026-01-01T00:00:00Z');

  function ask(desk: Desk, at: number): Promise<string> {
    return desk.control.why({ trigger: 'nightly', at }).then(({ sentence: told }) => told);
  }

  it('that was too early among many is found with the one that it is counted with', async () => {
    await using desk = await Desk.open();
    desk.snapshot = sampleSnapshot([sampleCron('nightly')]);
    const reason = withCounted('missed: the service did not run', 60);
    const run = await desk.admit({ dueAt: start - HOUR, state: 'missed', reason });
    expect(await ask(desk, start - 2 * HOUR)).toBe(
      `cron:nightly was due 2025-12-31 22:00 UTC; it is counted with ${run}, due 2025-12-31 23:00 UTC: ${reason}`,
    );
  });

  it('before a row that counts no others is not in the ledger', async () => {
    await using desk = await Desk.open();
    desk.snapshot = sampleSnapshot([sampleCron('nightly')]);
    await desk.admit({ dueAt: start - HOUR, state: 'missed', reason: 'missed: the service did not run' });
    expect(await ask(desk, start - 2 * HOUR)).toMatch(/^the ledger holds nothing of 2025-12-31 22:00 UTC: /);
  });

  it('is still meant a whole minute later', async () => {
    await using desk = await Desk.open();
    const compiled = compileSchedule({ expression: '0 2 * * *', zone: 'UTC' });
    if (!compiled.ok) throw new Error(compiled.message);
    desk.snapshot = sampleSnapshot([sampleCron('nightly', { schedule: compiled.schedule })]);
    expect(await ask(desk, start + 2 * HOUR + 60_000)).toMatch(
      /is due 2026-01-01 02:00 UTC: .*still to come/,
    );
  });
});
