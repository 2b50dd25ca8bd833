/** Holds what is made up of missed moments, what is not, and what is answered when somebody asks for it again. */
import { describe, expect, it } from 'vitest';
import type { Admission } from '../../../src/core/admission.ts';
import { newRunId, triggerId } from '../../../src/core/ids.ts';
import type { RunId } from '../../../src/core/ids.ts';
import { defaultMissed } from '../../../src/core/policy.ts';
import type { Run } from '../../../src/core/run.ts';
import type { Taken } from '../../../src/core/views.ts';
import { sampleCron, sampleSnapshot } from '../../support/samples.ts';
import { Desk } from './desk.ts';

const HOUR = 3_600_000;
const nightly = triggerId('cron', 'nightly');

/** Moments of `nightly`, an hour apart, found to be missed now. */
async function missed(desk: Desk, count: number, change: Partial<Admission> = {}): Promise<readonly RunId[]> {
  const now = desk.clock.now();
  const rows: RunId[] = [];
  for (let n = count; n > 0; n -= 1) {
    const row = { state: 'missed', rule: 'ask', reason: 'down; policy ask', dueAt: now - n * HOUR } as const;
    rows.push(await desk.admit({ ...row, ...change }));
  }
  return rows;
}

const USED_UP = 'budget: 1 run a day is used up';
const usedUp = (admission: Admission): Admission => ({ ...admission, state: 'skipped', reason: USED_UP });

const makeUp = (desk: Desk, at: number, which: 'last' | 'all' = 'all'): Promise<readonly Taken[]> =>
  desk.control.makeUp({ at, which });

async function madeUp(desk: Desk): Promise<readonly Run[]> {
  const runs = await desk.ledger.runs.list({ trigger: nightly, limit: 100 });
  return runs.filter(({ source, state }) => source === 'replay' && state !== 'skipped');
}

describe('what is made up already', () => {
  it('is not made up again, at once or when the names of requests are forgotten', async () => {
    await using desk = await Desk.open();
    const at = desk.clock.now();
    await missed(desk, 3);
    expect(await makeUp(desk, at)).toHaveLength(3);
    expect(await makeUp(desk, at)).toEqual([]);
    await desk.clock.advance(73 * HOUR);
    expect(await makeUp(desk, at)).toEqual([]);
    expect(await madeUp(desk)).toHaveLength(3);
  });

  it('takes no place of what is left', async () => {
    await using desk = await Desk.open();
    desk.snapshot = sampleSnapshot([sampleCron('nightly', { missed: { ...defaultMissed, limit: 2 } })]);
    const at = desk.clock.now();
    const [first = '', second] = await missed(desk, 3);
    expect(await makeUp(desk, at, 'last')).toHaveLength(1);
    expect(await makeUp(desk, at, 'last')).toEqual([]);
    expect(await makeUp(desk, at)).toHaveLength(2);
    const origins = (await madeUp(desk)).map(({ origin }) => origin);
    expect(origins).toEqual(expect.arrayContaining([first, second]));
    expect(origins).toHaveLength(3);
  });
});

it('keeps to the limit of a cron that is switched off, and reads one snapshot for all of it', async () => {
  await using desk = await Desk.open();
  const idle = sampleCron('nightly', { missed: { ...defaultMissed, limit: 2 } });
  const snapshot = sampleSnapshot([], { idleCrons: new Map([[idle.id, idle]]) });
  const at = desk.clock.now();
  await missed(desk, 3);
  let reads = 0;
  Object.defineProperty(desk, 'snapshot', { get: () => ((reads += 1), snapshot) });
  expect(await makeUp(desk, at)).toHaveLength(2);
  expect(reads).toBe(1);
});

it('leaves out what its rule leaves out, and runs the last of the rest', async () => {
  await using desk = await Desk.open();
  const at = desk.clock.now();
  const [, asked] = await missed(desk, 2);
  await desk.admit({ state: 'missed', rule: 'skip', reason: 'disabled; policy skip', dueAt: at - 60_000 });
  expect((await desk.control.missed({ at }))?.triggers).toMatchObject([{ missed: 3, fate: 'open' }]);
  expect(await makeUp(desk, at, 'last')).toHaveLength(1);
  expect((await madeUp(desk)).map(({ origin }) => origin)).toEqual([asked]);
});

describe('a run that its budget leaves out', () => {
  it('has made nothing up: the answer is the reason, also when it is asked for again', async () => {
    await using desk = await Desk.open();
    const at = desk.clock.now();
    const [row] = await missed(desk, 1);
    desk.judge = usedUp;
    const refusal = { code: 'conflict', message: expect.stringMatching(`^run .* was left out: ${USED_UP}$`) };
    await expect(makeUp(desk, at)).rejects.toMatchObject(refusal);
    desk.judge = (admission) => admission;
    await expect(makeUp(desk, at)).rejects.toMatchObject(refusal);
    expect(await desk.ledger.runs.get(row ?? newRunId())).toMatchObject({ reason: 'down; policy ask' });
    expect((await desk.control.missed({ at }))?.triggers).toMatchObject([{ missed: 1, fate: 'open' }]);
  });

  it('is not counted beside those that begin', async () => {
    await using desk = await Desk.open();
    const at = desk.clock.now();
    const [first, second] = await missed(desk, 2);
    desk.judge = (admission) => (admission.origin === first ? admission : usedUp(admission));
    expect(await makeUp(desk, at)).toHaveLength(1);
    expect((await madeUp(desk)).map(({ origin }) => origin)).toEqual([first]);
    const left = await desk.ledger.runs.missedRuns({ at, trigger: nightly, limit: 9 });
    expect(left.map(({ id }) => id)).toEqual([second]);
  });
});

it.each([
  ['succeeded', 'made-up'],
  ['skipped', 'open'],
] as const)('by a later moment that is %s, tells what was missed as %s', async (end, fate) => {
  await using desk = await Desk.open();
  const at = desk.clock.now();
  await missed(desk, 1);
  const last = await desk.admit({ state: end === 'skipped' ? end : 'queued' });
  if (end === 'succeeded') {
    desk.work();
    await desk.succeed(last);
  }
  expect((await desk.control.missed({ at }))?.triggers).toMatchObject([{ missed: 1, fate }]);
});

it('says that too many wait where nothing was let in', async () => {
  await using desk = await Desk.open();
  const at = desk.clock.now();
  await missed(desk, 1);
  desk.judge = (admission) => ({ ...admission, limit: { kind: 'waiting', max: 0 } });
  await expect(makeUp(desk, at)).rejects.toMatchObject({ code: 'queue_full' });
});
