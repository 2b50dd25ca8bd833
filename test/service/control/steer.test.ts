import { describe, expect, it } from 'vitest';
import { newBootId, triggerId } from '../../../src/core/ids.ts';
import { sampleSnapshot } from '../../support/samples.ts';
import { Desk } from './desk.ts';

const nightly = triggerId('cron', 'nightly');

describe('cancel', () => {
  it.each(['scheduled', 'queued'] as const)('ends a %s run before it runs, and tells', async (state) => {
    await using desk = await Desk.open();
    const run = await desk.admit({ state });
    expect(await desk.control.cancel(run)).toMatchObject({ state: 'cancelled', attempts: [] });
    expect(desk.events.at(-1)).toMatchObject({ kind: 'run', run, state: 'cancelled' });
  });

  it('ends a running run and answers once that is in the ledger', async () => {
    await using desk = await Desk.open();
    desk.work();
    const run = await desk.admit();
    await desk.started(run);
    expect(await desk.control.cancel(run)).toMatchObject({
      state: 'cancelled',
      attempts: [{ endedBy: 'cancel' }],
    });
    expect(desk.events.filter((event) => event.kind === 'run' && event.state === 'cancelled')).toHaveLength(
      1,
    );
  });

  it('refuses a run that has ended', async () => {
    await using desk = await Desk.open();
    desk.work();
    const run = await desk.admit();
    await desk.succeed(run);
    await expect(desk.control.cancel(run)).rejects.toMatchObject({ code: 'conflict' });
    expect(await desk.row(run)).toMatchObject({ state: 'succeeded' });
  });

  it('refuses a run of another process', async () => {
    await using desk = await Desk.open();
    const run = await desk.admit();
    const lanes = [{ trigger: nightly, max: 1 }];
    await desk.ledger.runs.claim({ owner: newBootId(), now: desk.clock.now(), lanes });
    await expect(desk.control.cancel(run)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('pause and resume', () => {
  it('hold one trigger for as long as asked, and tell', async () => {
    await using desk = await Desk.open();
    const since = desk.clock.now();
    const pauses = await desk.control.pause({ trigger: 'nightly', forMs: 5_000, by: 'me' });
    expect(pauses).toEqual([{ trigger: nightly, since, until: since + 5_000, by: 'me' }]);
    expect(desk.pauses.isPaused(nightly)).toBe(true);
    expect(await desk.control.resume({ trigger: 'nightly' })).toEqual([]);
    expect(desk.events).toMatchObject([
      { kind: 'pause', trigger: nightly, paused: true },
      { kind: 'pause', trigger: nightly, paused: false },
    ]);
  });

  it('hold until a time that is to come, and until none that is over', async () => {
    await using desk = await Desk.open();
    const since = desk.clock.now();
    const until = since + 60_000;
    expect(await desk.control.pause({ until, by: 'me' })).toEqual([
      { trigger: undefined, since, until, by: 'me' },
    ]);
    await desk.clock.advance(60_000);
    expect(await desk.paused()).toEqual([]);
    for (const length of [{ until }, { until: until + 60_000, forMs: 60_000 }])
      await expect(desk.control.pause({ ...length, by: 'me' })).rejects.toMatchObject({
        code: 'invalid_argument',
      });
    expect(await desk.paused()).toEqual([]);
  });

  it('hold everything until it is resumed', async () => {
    await using desk = await Desk.open();
    await desk.control.pause({ by: 'me' });
    expect(await desk.paused()).toEqual([undefined]);
    await desk.control.resume({});
    expect(await desk.paused()).toEqual([]);
  });

  it('do not know a trigger that is not configured', async () => {
    await using desk = await Desk.open();
    await expect(desk.control.pause({ trigger: 'other', by: 'me' })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(desk.control.resume({ trigger: 'other' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each(['nightly', 'cron:nightly'])(
    'end the pause of a trigger that has left the configuration, by the name %s',
    async (name) => {
      await using desk = await Desk.open();
      await desk.control.pause({ trigger: 'nightly', by: 'me' });
      desk.snapshot = sampleSnapshot();
      expect(await desk.control.resume({ trigger: name })).toEqual([]);
      expect(await desk.paused()).toEqual([]);
    },
  );
});
