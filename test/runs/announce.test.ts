import { describe, expect, it } from 'vitest';
import type { RunSpec } from '../../src/core/action.ts';
import type { AppEvent } from '../../src/core/event.ts';
import type { Settlement } from '../../src/core/ledger.ts';
import { settledEvents } from '../../src/runs/announce.ts';
import { sampleClaim, sampleSpec } from '../support/samples.ts';

function told(spec: Partial<RunSpec>, end: Pick<Settlement, 'state' | 'reason'>): readonly AppEvent[] {
  const run = sampleClaim({ ...sampleSpec(), ...spec });
  const { id, owner } = run;
  return settledEvents(run, {
    run: id,
    owner,
    attempt: 1,
    endedAt: 7,
    exitCode: null,
    endedBy: null,
    ...end,
  });
}

describe('the end of an attempt', () => {
  it('is told as the change of state that was settled', () => {
    expect(told({}, { state: 'scheduled', reason: 'exit 1; attempt 2 of 3 in 1s' })).toMatchObject([
      { kind: 'run', state: 'scheduled', reason: 'exit 1; attempt 2 of 3 in 1s', attempt: 1, at: 7 },
    ]);
  });

  it('brings a notice where the trigger asks for it, loud when it failed', () => {
    const asked = { notifyOnSuccess: true, notifyOnFailure: true };
    expect(told(asked, { state: 'failed', reason: 'exit 1' })[1]).toMatchObject({
      kind: 'notice',
      text: '❌ cron:job (command): exit 1',
      silent: false,
    });
    expect(told(asked, { state: 'succeeded', reason: null })[1]).toMatchObject({
      text: '✅ cron:job (command): succeeded',
      silent: true,
    });
  });

  it('brings none where nobody asked, nor for an attempt that others follow', () => {
    expect(told({ notifyOnFailure: true }, { state: 'succeeded', reason: null })).toHaveLength(1);
    expect(told({ notifyOnSuccess: true }, { state: 'failed', reason: 'exit 1' })).toHaveLength(1);
    const asked = { notifyOnSuccess: true, notifyOnFailure: true };
    for (const state of ['scheduled', 'queued', 'cancelled'] as const) {
      expect(told(asked, { state, reason: null }), state).toHaveLength(1);
    }
  });
});
