import { describe, expect, it } from 'vitest';
import { triggerId } from '../../src/core/ids.ts';
import type { TriggerId } from '../../src/core/ids.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { Pauses } from '../../src/service/pauses.ts';
import { FakeClock } from '../support/fake-clock.ts';

const nightly = triggerId('cron', 'nightly');
const hook = triggerId('webhook', 'hook');

describe('pauses', () => {
  it('that an earlier life left hold from the first moment, and end by themselves when their time is up', async () => {
    const clock = new FakeClock();
    const { triggers: ledger } = new MemoryLedger();
    const since = clock.now();
    await ledger.pause({ trigger: nightly, since, until: since + 5_000, by: 'me' });
    await ledger.pause({ trigger: hook, since, until: undefined, by: 'me' });
    const resumed: Array<TriggerId | undefined> = [];
    const onResumed = (trigger: TriggerId | undefined): void => void resumed.push(trigger);
    const pauses = await Pauses.load({ ledger, clock, onResumed });
    expect([nightly, hook].map((trigger) => pauses.isPaused(trigger))).toEqual([true, true]);
    await clock.advance(5_000);
    expect([nightly, hook].map((trigger) => pauses.isPaused(trigger))).toEqual([false, true]);
    expect(resumed).toEqual([nightly]);
    expect(await ledger.pauses()).toMatchObject([{ trigger: hook }]);
  });
});
