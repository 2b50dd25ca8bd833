/** Holds what is replayed of a stretch of time, under which configuration, and what is left out. */
import { expect, it } from 'vitest';
import type { Admission } from '../../../src/core/admission.ts';
import { newRunId, runIdAt, triggerId } from '../../../src/core/ids.ts';
import type { RunId } from '../../../src/core/ids.ts';
import type { Payload } from '../../../src/core/run.ts';
import type { Replayed } from '../../../src/core/views.ts';
import { sampleCron, sampleSnapshot, sampleSpec } from '../../support/samples.ts';
import { sampleWebhook } from '../../triggers/samples.ts';
import { Desk } from './desk.ts';

const hook = sampleWebhook('push');
const nightly = { ...sampleSpec(), trigger: triggerId('cron', 'nightly') };
const text = (body: string): Payload => ({
  body: new TextEncoder().encode(body),
  contentType: 'text/plain',
  headers: {},
});

/** A run of `nightly` that failed; the clock moves on by a minute. */
async function failed(desk: Desk, change: Partial<Admission> = {}): Promise<RunId> {
  const minted = await desk.admit({ spec: nightly, ...change });
  const run = change.id ?? minted;
  desk.work();
  await desk.fail(run);
  await desk.clock.advance(60_000);
  return run;
}

async function replayed(desk: Desk, change: object = {}): Promise<readonly Replayed[]> {
  return (await desk.control.replay({ since: 0, ...change })).runs;
}

const origins = (runs: readonly Replayed[]): readonly RunId[] => runs.map(({ origin }) => origin);

it('runs dead letters again, first come first, each once, with their payload and under what is configured now', async () => {
  await using desk = await Desk.open();
  const first = await failed(desk, { payload: text('one') });
  const second = await failed(desk);
  desk.snapshot = sampleSnapshot([sampleCron('nightly', { spec: { ...nightly, project: 'mended' } })]);
  const runs = await replayed(desk);
  expect(origins(runs)).toEqual([first, second]);
  const again = runs[0]?.run ?? newRunId();
  expect(await desk.row(again)).toMatchObject({ source: 'replay', origin: first, trigger: 'cron:nightly' });
  expect(await desk.ledger.runs.spec(again)).toMatchObject({ project: 'mended' });
  expect((await desk.ledger.runs.payload(again))?.body).toEqual(text('one').body);
  expect(await replayed(desk)).toEqual([]);
});

it('keeps to the stretch, its end left out', async () => {
  await using desk = await Desk.open();
  const start = desk.clock.now();
  for (let n = 0; n < 4; n += 1) await failed(desk, { id: runIdAt(start + n * 60_000) });
  const bounds = { since: start + 60_000, until: start + 180_000, dryRun: true };
  const within = [1, 2].map((n) => runIdAt(start + n * 60_000));
  expect(origins(await replayed(desk, bounds))).toEqual(within);
  expect(origins(await replayed(desk, { ...bounds, all: true }))).toEqual(within);
});

it('of all that ended takes every state but what repeats another, and by state that one', async () => {
  await using desk = await Desk.open();
  const skipped = await desk.admit({ state: 'skipped', reason: 'overlap' });
  await desk.clock.advance(60_000);
  const dead = await failed(desk);
  await replayed(desk);
  await desk.admit({ state: 'queued' });
  const look = { dryRun: true };
  expect(origins(await replayed(desk, { ...look, all: true }))).toEqual([skipped, dead]);
  expect(origins(await replayed(desk, { ...look, state: 'skipped' }))).toEqual([skipped]);
  expect(origins(await replayed(desk, { ...look, all: true, trigger: 'other' }))).toEqual([]);
});

it('a look begins nothing', async () => {
  await using desk = await Desk.open();
  const run = await failed(desk);
  const look = { origin: run, trigger: 'cron:nightly', state: 'failed', run: null, leftOut: null };
  expect(await replayed(desk, { dryRun: true })).toEqual([expect.objectContaining(look)]);
  expect(await desk.ledger.runs.list({ limit: 9 })).toHaveLength(1);
});

it('leaves out what is configured no more, is switched off, over its budget, or waits in too great numbers', async () => {
  await using desk = await Desk.open();
  const gone = { ...sampleSpec(), trigger: triggerId('webhook', 'gone') };
  await failed(desk, { trigger: gone.trigger, source: 'webhook', spec: gone });
  const off = sampleCron('off');
  await failed(desk, { trigger: off.id, spec: { ...sampleSpec(), trigger: off.id } });
  await failed(desk, { reason: 'over' });
  const spec = { ...sampleSpec(), trigger: hook.id };
  for (let n = 0; n < 2; n += 1) await failed(desk, { trigger: hook.id, source: 'webhook', spec });
  desk.snapshot = sampleSnapshot([sampleCron('nightly')], {
    idleCrons: new Map([[off.id, off]]),
    webhooks: new Map([[hook.id, { ...hook, maxQueued: 1 }]]),
  });
  desk.judge = (one) =>
    one.trigger === 'cron:nightly' ? { ...one, state: 'skipped', reason: 'budget' } : one;
  const fates = (await replayed(desk)).map(({ run, leftOut }) => leftOut ?? run?.length);
  expect(fates).toEqual([
    'webhook:gone is configured no more',
    'cron:off is disabled in the file',
    'budget',
    36,
    '1 of its runs wait already',
  ]);
});

it('does what no trigger describes as it was', async () => {
  await using desk = await Desk.open();
  const spec = { ...sampleSpec(), trigger: triggerId('manual', 'command'), project: 'old' };
  const run = await failed(desk, { trigger: spec.trigger, source: 'manual', spec });
  const [again] = await replayed(desk);
  expect(again?.origin).toBe(run);
  expect(await desk.ledger.runs.spec(again?.run ?? newRunId())).toMatchObject({ project: 'old' });
});

it('of two at once refuses one, so that nothing runs twice', async () => {
  await using desk = await Desk.open();
  await failed(desk);
  const answers = await Promise.allSettled([replayed(desk), replayed(desk)]);
  expect(answers).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'conflict' } }]);
  expect(await desk.ledger.runs.list({ limit: 9 })).toHaveLength(2);
});

it.each([
  [{ since: 5, until: 5 }, 'invalid_argument', /ends before it begins/],
  [{ since: 0, state: 'running' as const }, 'invalid_argument', /has not ended/],
  [{ since: 0, state: 'failed' as const, all: true }, 'invalid_argument', /leave state out/],
])('refuses %j', async (request, code, message) => {
  await using desk = await Desk.open();
  await expect(desk.control.replay(request)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

it('begins nothing while the service stops', async () => {
  await using desk = await Desk.open();
  await failed(desk);
  desk.isDraining = true;
  await expect(replayed(desk)).rejects.toMatchObject({ code: 'draining' });
});
