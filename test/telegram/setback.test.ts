/** Holds the table of failed polls: the state that follows, and when the next one is made. */
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/telegram/failure.ts';
import { backoffMs, setback } from '../../src/telegram/setback.ts';

const ROOT = 'https://api.telegram.org';

function after(failure: Failure, failures = 1): ReturnType<typeof setback> {
  return setback(failure, failures, ROOT);
}

describe('after a poll that failed', () => {
  test('a refused token is tried again, once a second at most', () => {
    const failure: Failure = { kind: 'unauthorized', reason: 'Unauthorized' };
    expect(after(failure)).toMatchObject({ state: 'auth_failed', waitMs: 1_000 });
    expect(after(failure, 4)).toMatchObject({ waitMs: 8_000 });
    expect(after(failure, 50)).toMatchObject({ waitMs: 8_000 });
    expect(after(failure).detail).toContain('@BotFather');
  });

  test('another poller: the detail says to stop it', () => {
    const verdict = after({ kind: 'conflict', with: 'poller', reason: 'Conflict' });
    expect(verdict).toMatchObject({ state: 'conflict', waitMs: 5_000 });
    expect(verdict.detail).toMatch(/another program polls with this token.*stop it/);
  });

  test('a webhook: the detail says how to clear it', () => {
    const verdict = after({ kind: 'conflict', with: 'webhook', reason: 'Conflict' });
    expect(verdict.state).toBe('conflict');
    expect(verdict.detail).toContain(`curl ${ROOT}/bot<TOKEN>/deleteWebhook`);
  });

  test.each<Failure>([
    { kind: 'network', isCertain: true, reason: 'connection refused' },
    { kind: 'network', isCertain: false, reason: 'connection reset' },
    { kind: 'server', isCertain: false, reason: 'Bad Gateway' },
    { kind: 'refused', reason: 'Logged out' },
  ])('$kind ($reason): unreachable, 1 s doubling to a minute', (failure) => {
    expect(after(failure)).toEqual({ state: 'unreachable', detail: failure.reason, waitMs: 1_000 });
    expect(after(failure, 3).waitMs).toBe(4_000);
    expect(after(failure, 300).waitMs).toBe(60_000);
  });

  test('no answer for 90 s: begun anew at once', () => {
    expect(after({ kind: 'timeout', reason: 'no answer within 90 s' })).toMatchObject({
      state: 'unreachable',
      waitMs: 0,
    });
  });

  test('too many: as long as Telegram says', () => {
    expect(after({ kind: 'too_many', retryAfterMs: 7_000, reason: '' }).waitMs).toBe(7_000);
  });
});

test('waiting doubles from a second to a minute', () => {
  const waits = Array.from({ length: 9 }, (_, n) => backoffMs(n + 1) / 1_000);
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
});
