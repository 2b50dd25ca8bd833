import { describe, expect, it } from 'vitest';
import { newRunId } from '../../src/core/ids.ts';
import type { CronTrigger } from '../../src/core/trigger.ts';
import type { TickFacts } from '../../src/scheduler/tick.ts';
import { tickCron } from '../../src/scheduler/tick.ts';
import { sampleCron } from '../support/samples.ts';

const MINUTE = 60_000;
const facts = (change: Partial<TickFacts> = {}): TickFacts => ({
  now: 10 * MINUTE,
  revision: 7,
  downCause: undefined,
  isDraining: false,
  isPaused: () => false,
  newId: newRunId,
  ...change,
});
const tick = (cron: Partial<CronTrigger>, first: number, change: Partial<TickFacts> = {}): string[] =>
  tickCron(sampleCron('job', cron), first, facts(change)).admissions.map(
    ({ dueAt, state, limit }) =>
      `${dueAt / MINUTE} ${state} ${limit.kind}${'max' in limit ? ` ${limit.max}` : ''}`,
  );

describe('a tick', () => {
  it('queues what is due now, one running and one waiting by default, and knows the next moment', () => {
    const ticked = tickCron(sampleCron(), 10 * MINUTE, facts());
    expect(ticked.next).toBe(11 * MINUTE);
    expect(ticked.admissions).toHaveLength(1);
    expect(ticked.admissions[0]).toMatchObject({
      source: 'cron',
      state: 'queued',
      dueAt: 10 * MINUTE,
      revision: 7,
      reason: null,
    });
    expect(tick({}, 10 * MINUTE)).toEqual(['10 queued live 2']);
  });

  it('records every moment that a jump of the clock ran over and makes up by policy', () => {
    expect(tick({}, 7 * MINUTE)).toEqual([
      '7 missed live 2',
      '8 queued live 2',
      '9 queued live 2',
      '10 queued live 2',
    ]);
  });

  it('judges everything by the missed policy after downtime', () => {
    expect(tick({}, 9 * MINUTE, { downCause: 'down' })).toEqual(['9 missed live 2', '10 queued live 2']);
  });

  it('fires a one-shot for its first moment only, spends it, and has no next', () => {
    const ticked = tickCron(sampleCron('job', { runOnce: true, armHash: 'h1' }), 10 * MINUTE, facts());
    expect(ticked.next).toBeUndefined();
    expect(ticked.admissions.map(({ spends }) => spends)).toEqual(['h1']);
  });

  it('holds what is due while paused, the newest replacing the older under policy last', () => {
    expect(tick({}, 10 * MINUTE, { isPaused: () => true })).toEqual(['10 scheduled replace']);
    const skip = { missed: { policy: 'skip' as const, graceMs: 0, limit: 1 } };
    expect(tick(skip, 10 * MINUTE, { isPaused: () => true })).toEqual(['10 skipped live 2']);
  });

  it('keeps what is due for the next start while the service stops', () => {
    expect(tick({}, 10 * MINUTE, { isDraining: true })).toEqual(['10 scheduled replace']);
    const skip = { missed: { policy: 'skip' as const, graceMs: 0, limit: 1 } };
    expect(tick(skip, 10 * MINUTE, { isDraining: true })).toEqual(['10 skipped live 2']);
  });

  it('neither spends nor forgets a one-shot whose moment was not going to run', () => {
    const once = { runOnce: true, missed: { policy: 'skip' as const, graceMs: 0, limit: 1 } };
    const ticked = tickCron(sampleCron('job', once), 10 * MINUTE, facts({ isPaused: () => true }));
    expect(ticked.admissions.map(({ state, spends }) => [state, spends])).toEqual([['skipped', undefined]]);
    expect(ticked.next).toBe(11 * MINUTE);
  });

  it.each([
    [{ kind: 'allow' }, 'none'],
    [{ kind: 'skip' }, 'live 1'],
    [{ kind: 'replace' }, 'replace'],
    [{ kind: 'queue', depth: 3 }, 'live 4'],
  ] as const)('limits by overlap policy %j', (overlap, limit) => {
    expect(tick({ overlap }, 10 * MINUTE)).toEqual([`10 queued ${limit}`]);
  });
});
