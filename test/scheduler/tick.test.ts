import { describe, expect, it } from 'vitest';
import { newRunId } from '../../src/core/ids.ts';
import { defaultMissed } from '../../src/core/policy.ts';
import type { CronTrigger, MissedRules } from '../../src/core/trigger.ts';
import { holds } from '../../src/scheduler/hold.ts';
import type { TickFacts } from '../../src/scheduler/tick.ts';
import { tickCron } from '../../src/scheduler/tick.ts';
import { sampleCron } from '../support/samples.ts';

const MINUTE = 60_000;
const facts = (change: Partial<TickFacts> = {}): TickFacts => ({
  now: 10 * MINUTE,
  revision: 7,
  opening: undefined,
  holdOf: () => undefined,
  mostRows: 100,
  newId: newRunId,
  random: () => 0.25,
  ...change,
});
const paused: Partial<TickFacts> = { holdOf: () => holds.paused };
const stopping: Partial<TickFacts> = { holdOf: () => holds.stopping };
const missedBy = (by: Partial<MissedRules['by']>): { missed: MissedRules } => ({
  missed: { ...defaultMissed, by: { ...defaultMissed.by, ...by } },
});
const tick = (cron: Partial<CronTrigger>, first: number, change: Partial<TickFacts> = {}): string[] =>
  tickCron(sampleCron('job', cron), first, facts(change)).admissions.map(
    ({ dueAt, state, limit }) =>
      `${dueAt / MINUTE} ${state} ${limit.kind}${'max' in limit ? ` ${limit.max}` : ''}${'keep' in limit ? ` ${limit.keep}` : ''}`,
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
      '7 missed none',
      '8 missed none',
      '9 queued live 2',
      '10 queued live 2',
    ]);
    expect(tick(missedBy({ down: 'all' }), 7 * MINUTE)).toEqual([
      '7 queued none',
      '8 queued none',
      '9 queued live 2',
      '10 queued live 2',
    ]);
  });

  it('judges everything by the missed policy after downtime', () => {
    expect(tick({}, 9 * MINUTE, { opening: { why: 'down' } })).toEqual(['9 missed none', '10 queued live 2']);
  });

  it('fires a one-shot for its first moment only, spends it, and has no next', () => {
    const ticked = tickCron(sampleCron('job', { runOnce: true, armHash: 'h1' }), 10 * MINUTE, facts());
    expect(ticked.next).toBeUndefined();
    expect(ticked.admissions.map(({ spends }) => spends)).toEqual(['h1']);
  });

  it('holds what is due while paused, the newest replacing the older under policy last', () => {
    expect(tick({}, 10 * MINUTE, paused)).toEqual(['10 scheduled held 1']);
    expect(tick(missedBy({ paused: 'skip' }), 10 * MINUTE, paused)).toEqual(['10 skipped none']);
    expect(tick(missedBy({ paused: 'all' }), 10 * MINUTE, paused)).toEqual(['10 scheduled held 20']);
  });

  it('keeps what is due for the next start while the service stops', () => {
    expect(tick({}, 10 * MINUTE, stopping)).toEqual(['10 scheduled held 1']);
    expect(tick(missedBy({ down: 'skip' }), 10 * MINUTE, stopping)).toEqual(['10 skipped none']);
  });

  it('neither spends nor forgets a one-shot whose moment was not going to run', () => {
    const once = { runOnce: true, ...missedBy({ paused: 'skip' }) };
    const ticked = tickCron(sampleCron('job', once), 10 * MINUTE, facts(paused));
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

  it.each([
    [{ kind: 'skip' }, 'last', 'newest 1'],
    [{ kind: 'queue', depth: 3 }, 'last', 'newest 3'],
    [{ kind: 'skip' }, 'all', 'live 21'],
    [{ kind: 'queue', depth: 30 }, 'all', 'live 31'],
  ] as const)(
    'lets what finds no place by %j wait as the rule for overlap says: %s',
    (overlap, rule, limit) => {
      expect(tick({ overlap, ...missedBy({ overlap: rule }) }, 10 * MINUTE)).toEqual([`10 queued ${limit}`]);
    },
  );

  it('starts later by the jitter, with the place that it takes when it is due', () => {
    const [admission] = tickCron(
      sampleCron('job', { jitterMs: 4 * MINUTE }),
      10 * MINUTE,
      facts(),
    ).admissions;
    expect(admission).toMatchObject({
      state: 'scheduled',
      reason: 'jitter 1m',
      dueAt: 10 * MINUTE,
      readyAt: 11 * MINUTE,
      limit: { kind: 'live', max: 2 },
    });
    expect(tick({ jitterMs: 4 * MINUTE }, 9 * MINUTE, { opening: { why: 'down' } })).toEqual([
      '9 missed none',
      '10 queued live 2',
    ]);
  });

  it('judges what a pause held that ended meanwhile by its own rule', () => {
    const pauses = [{ since: 0, until: 8.5 * MINUTE, why: 'paused until 8:30' }];
    const opening = { why: 'the service was down', pauses };
    const rules = missedBy({ down: 'all', paused: 'skip' });
    expect(tick(rules, 7 * MINUTE, { opening })).toEqual([
      '7 missed none',
      '8 missed none',
      '9 queued none',
      '10 queued none',
    ]);
    const [first] = tickCron(sampleCron('job', rules), 7 * MINUTE, facts({ opening })).admissions;
    expect(first?.reason).toBe('paused until 8:30; policy skip');
    expect(tick({}, 7 * MINUTE, { opening })).toEqual([
      ...['7 missed none', '8 missed none', '9 missed none', '10 queued live 2'],
    ]);
  });
});
