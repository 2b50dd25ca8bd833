import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndedBy, Outcome } from '../../src/core/run.ts';
import { silentLog } from '../../src/core/log.ts';
import type { Execute, LiveAttempt } from '../../src/runs/attempt.ts';
import { startAttempt } from '../../src/runs/attempt.ts';
import { Trimmer } from '../../src/runs/trimmer.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { sampleClaim, sampleSpec } from '../support/samples.ts';

const cutOff: Outcome = { kind: 'interrupted', exitCode: null, endedBy: null, reason: null };

describe('an attempt', () => {
  let folder: string;
  let clock: FakeClock;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'untether-attempt-'));
    clock = new FakeClock();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function start(execute: Execute): LiveAttempt {
    const spec = sampleSpec('job', { timeoutMs: 90_000, deadlineMs: 7_200_000 });
    return startAttempt(sampleClaim(spec, { firstStartedAt: clock.now() }), {
      execute,
      clock,
      trimmer: new Trimmer(clock, silentLog),
      outputRoot: join(folder, 'output'),
      workRoot: join(folder, 'work'),
    });
  }

  /** An action that goes on until it is told to end, and then answers this. */
  const untilEnded =
    (answer: Outcome): Execute =>
    async (_run, { signal }) => {
      if (!signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        signal.addEventListener('abort', () => {
          resolve();
        });
        await promise;
      }
      return answer;
    };

  it.each([
    ['timeout', 'failed', 'timeout after 1m 30s'],
    ['deadline', 'failed', 'deadline of 2h reached'],
    ['budget', 'failed', 'budget used up'],
    ['cancel', 'cancelled', 'cancelled'],
    ['replace', 'cancelled', 'replaced by a later run'],
    ['drain', 'interrupted', 'interrupted by a stop of the service'],
    ['crash', 'interrupted', 'the service died while it ran'],
  ] as const)('ended by %s is %s: "%s"', async (endedBy, kind, reason) => {
    const attempt = start(untilEnded({ ...cutOff, exitCode: 7 }));
    attempt.end(endedBy);
    expect(await attempt.outcome).toEqual({ kind, exitCode: 7, endedBy, reason });
  });

  it('that is ended keeps the note of its action', async () => {
    const attempt = start(untilEnded({ ...cutOff, reason: 'its processes would not end' }));
    attempt.end('cancel');
    expect(await attempt.outcome).toMatchObject({ reason: 'cancelled; its processes would not end' });
  });

  it('is named after the first who ended it', async () => {
    const attempt = start(untilEnded(cutOff));
    for (const by of ['drain', 'cancel'] satisfies EndedBy[]) attempt.end(by);
    expect(await attempt.outcome).toMatchObject({ endedBy: 'drain' });
  });

  it('that succeeded although it was told to end did succeed', async () => {
    const success: Outcome = { kind: 'succeeded', exitCode: null, endedBy: null, reason: 'forwarded (200)' };
    const attempt = start(untilEnded(success));
    attempt.end('timeout');
    expect(await attempt.outcome).toEqual(success);
  });

  it('takes its folder with it, with a payload or without, also when the action throws', async () => {
    const made: string[] = [];
    const attempt = start(async (_run, { workDir }) => {
      await mkdir(workDir, { recursive: true });
      made.push(workDir);
      throw new TypeError('a bug');
    });
    expect(await attempt.outcome).toMatchObject({ kind: 'failed', reason: 'a bug' });
    expect(made.map((path) => existsSync(path))).toEqual([false]);
  });
});
