import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../src/core/policy.ts';
import type { Outcome } from '../../src/core/run.ts';
import { afterAttempt, backoffMs } from '../../src/runs/retry.ts';
import type { AttemptFacts } from '../../src/runs/retry.ts';

const failed = (change: Partial<Outcome> = {}): Outcome => ({
  kind: 'failed',
  exitCode: 1,
  endedBy: null,
  reason: 'exit 1',
  ...change,
});
const policy = { ...defaultPolicy('command'), retries: 2, backoffMs: 1_000, maxBackoffMs: 60_000 };
const facts = (change: Partial<AttemptFacts> = {}): AttemptFacts => ({
  outcome: failed(),
  attempt: 1,
  policy,
  firstStartedAt: 0,
  now: 10_000,
  random: 0,
  ...change,
});

describe('what follows an attempt', () => {
  it('tries again after the backoff while attempts are left', () => {
    expect(afterAttempt(facts())).toEqual({
      state: 'scheduled',
      readyAt: 11_000,
      reason: 'exit 1; attempt 2 of 3 in 1s',
    });
    expect(afterAttempt(facts({ attempt: 3 }))).toEqual({ state: 'failed', reason: 'exit 1' });
  });

  it('skips what a hook denies, unless an earlier attempt did something', () => {
    const outcome = { kind: 'denied', exitCode: null, endedBy: null, reason: 'hook x denied: no' } as const;
    expect(afterAttempt(facts({ outcome }))).toEqual({ state: 'skipped', reason: 'hook x denied: no' });
    expect(afterAttempt(facts({ outcome, attempt: 2 }))).toEqual({
      state: 'failed',
      reason: 'hook x denied: no',
    });
  });

  it('retries only what retry_on names', () => {
    const picky = { ...policy, retryOn: [75, 'timeout' as const] };
    const state = (outcome: Outcome): string => afterAttempt(facts({ policy: picky, outcome })).state;
    expect(state(failed())).toBe('failed');
    expect(state(failed({ exitCode: 75 }))).toBe('scheduled');
    expect(state(failed({ exitCode: null, endedBy: 'timeout' }))).toBe('scheduled');
  });

  it('makes no other attempt of what is worth none, even where retry_on names it', () => {
    const outcome = failed({ exitCode: 75, again: 'never' });
    const verdict = { state: 'failed', reason: 'exit 1' };
    expect(afterAttempt(facts({ outcome }))).toEqual(verdict);
    expect(afterAttempt(facts({ outcome, policy: { ...policy, retryOn: [75] } }))).toEqual(verdict);
  });

  it.each([
    [500, 11_000],
    [5_000, 15_000],
    [7_200_000, 7_210_000],
  ])('waits %i ms where that is asked for and longer than the backoff', (notWithinMs, readyAt) => {
    const outcome = failed({ again: { notWithinMs } });
    expect(afterAttempt(facts({ outcome }))).toMatchObject({ state: 'scheduled', readyAt });
    const short = { ...policy, deadlineMs: 12_000 };
    const state = readyAt < 12_000 ? 'scheduled' : 'failed';
    expect(afterAttempt(facts({ outcome, policy: short }))).toMatchObject({ state });
  });

  it('starts no attempt after the deadline', () => {
    const short = { ...policy, deadlineMs: 10_500 };
    expect(afterAttempt(facts({ policy: short })).state).toBe('failed');
    expect(afterAttempt(facts({ outcome: failed({ endedBy: 'deadline' }) })).state).toBe('failed');
  });

  it('repeats an interrupted run only where a second start is allowed', () => {
    const interrupted = failed({
      kind: 'interrupted',
      endedBy: 'crash',
      reason: 'the service died while it ran',
    });
    expect(afterAttempt(facts({ outcome: interrupted })).state).toBe('queued');
    expect(afterAttempt(facts({ outcome: interrupted, policy: { ...policy, onCrash: 'fail' } })).state).toBe(
      'failed',
    );
  });

  it('ends a cancelled run as cancelled, retries or not', () => {
    expect(afterAttempt(facts({ outcome: failed({ kind: 'cancelled', endedBy: 'cancel' }) })).state).toBe(
      'cancelled',
    );
  });

  it('waits at least the doubled backoff and at most a tenth above the maximum', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const waitMs = backoffMs(attempt, policy, random);
          expect(waitMs).toBeGreaterThanOrEqual(Math.min(1_000 * 2 ** Math.min(attempt - 1, 30), 60_000));
          expect(waitMs).toBeLessThanOrEqual(66_000);
        },
      ),
    );
  });
});
