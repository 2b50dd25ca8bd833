import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { triggerId } from '../../src/core/ids.ts';
import type { AppEvent } from '../../src/core/event.ts';
import type { TriggerId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import type { Pause, TriggerLedger } from '../../src/core/trigger-ledger.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { Pauses } from '../../src/service/pauses.ts';
import { FakeClock } from '../support/fake-clock.ts';

const publish = (): void => {};
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
    const events: AppEvent[] = [];
    const pauses = new Pauses(
      {
        ...{ ledger, clock, log: silentLog, onResumed },
        publish: (event) => void events.push(event),
      },
      await ledger.pauses(),
    );
    expect([nightly, hook].map((trigger) => pauses.isPaused(trigger))).toEqual([true, true]);
    await clock.advance(5_000);
    expect([nightly, hook].map((trigger) => pauses.isPaused(trigger))).toEqual([false, true]);
    expect(resumed).toEqual([nightly]);
    expect(events).toEqual([{ kind: 'pause', trigger: nightly, paused: false, at: clock.now() }]);
    expect(await ledger.pauses()).toMatchObject([{ trigger: hook }]);
  });

  it('end a second later when the store could not take the end at once', async () => {
    const clock = new FakeClock();
    const { triggers } = new MemoryLedger();
    let refusals = 1;
    const ledger: TriggerLedger = Object.assign(Object.create(triggers) as TriggerLedger, {
      pause: (pause: Pause) => triggers.pause(pause),
      resume: (trigger: TriggerId | undefined) => {
        refusals -= 1;
        return refusals >= 0
          ? Promise.reject(new AppError('unavailable', 'disk full'))
          : triggers.resume(trigger);
      },
    });
    const pauses = new Pauses({ ledger, clock, log: silentLog, publish, onResumed: () => {} }, []);
    await pauses.pause({ trigger: nightly, since: clock.now(), until: clock.now() + 5_000, by: 'me' });
    await clock.advance(5_000);
    expect(pauses.isPaused(nightly)).toBe(true);
    await clock.advance(1_000);
    expect(pauses.isPaused(nightly)).toBe(false);
  });

  it('of everything hold all but what a person fires by hand', async () => {
    const clock = new FakeClock();
    const { triggers: ledger } = new MemoryLedger();
    const pauses = new Pauses({ ledger, clock, log: silentLog, publish, onResumed: () => {} }, []);
    await pauses.pause({ trigger: undefined, since: clock.now(), until: undefined, by: 'me' });
    expect(pauses.isPaused(nightly)).toBe(true);
    expect(pauses.isPaused(triggerId('manual', 'nightly'))).toBe(false);
  });

  it('that were made longer while another one was being ended go on', async () => {
    const clock = new FakeClock();
    const { triggers } = new MemoryLedger();
    const slow = new Map<TriggerId | undefined, () => void>();
    const ledger: TriggerLedger = Object.assign(Object.create(triggers) as TriggerLedger, {
      pauses: () => triggers.pauses(),
      pause: (pause: Pause) => triggers.pause(pause),
      resume: async (trigger: TriggerId | undefined) => {
        if (trigger === nightly) await new Promise<void>((resolve) => slow.set(trigger, resolve));
        return triggers.resume(trigger);
      },
    });
    const pauses = new Pauses({ ledger, clock, log: silentLog, publish, onResumed: () => {} }, []);
    const [since, until] = [clock.now(), clock.now() + 5_000];
    await pauses.pause({ trigger: nightly, since, until, by: 'me' });
    await pauses.pause({ trigger: hook, since, until, by: 'me' });
    const isOver = clock.advance(5_000);
    await vi.waitUntil(() => slow.has(nightly));
    const longer = pauses.pause({ trigger: hook, since, until: undefined, by: 'me' });
    slow.get(nightly)?.();
    await Promise.all([isOver, longer]);
    expect(pauses.list()).toMatchObject([{ trigger: hook, until: undefined }]);
    expect(await ledger.pauses()).toMatchObject([{ trigger: hook }]);
  });
});
