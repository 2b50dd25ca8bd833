import { beforeEach, describe, expect, it } from 'vitest';
import type { AppEvent } from '../../src/core/event.ts';
import { newBootId, newRunId, triggerId } from '../../src/core/ids.ts';
import type { RunId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import type { OutgoingMessage } from '../../src/core/message.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { LoopGuard } from '../../src/service/loop-guard.ts';
import { Pauses } from '../../src/service/pauses.ts';
import { Quarantine } from '../../src/service/quarantine.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { sampleAdmission, sampleCron, sampleSnapshot } from '../support/samples.ts';

const chat = { bot: 'default', chat: 7 };
const cron = sampleCron('job', { quarantineAfter: 2 });
const told = { ...cron, spec: { ...cron.spec, chat } };

describe('a trigger whose runs fail', () => {
  let clock: FakeClock;
  let ledger: MemoryLedger;
  let pauses: Pauses;
  let messages: OutgoingMessage[];
  let emit: (event: AppEvent) => void;

  beforeEach(() => {
    clock = new FakeClock();
    ledger = new MemoryLedger();
    messages = [];
    pauses = new Pauses(
      {
        ledger: ledger.triggers,
        clock,
        log: silentLog,
        publish: (event) => {
          emit(event);
        },
        onResumed: () => {},
      },
      [],
    );
    const listeners = new Set<(event: AppEvent) => void>();
    emit = (event) => {
      for (const listener of listeners) listener(event);
    };
    new Quarantine({
      current: () => sampleSnapshot([told]),
      runs: ledger.runs,
      ledger: ledger.chat,
      pauses,
      post: (written) => void messages.push(...written),
      subscribe: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      clock,
      log: silentLog,
    });
  });

  /** One run of it, to its end. */
  async function end(state: 'failed' | 'succeeded'): Promise<RunId> {
    await clock.advance(1_000);
    const now = clock.now();
    const admission = sampleAdmission(told.spec, { trigger: told.id, source: 'cron', dueAt: now });
    await ledger.runs.admit({ admissions: [admission] });
    const [run] = await ledger.runs.claim({
      owner: newBootId(),
      now,
      lanes: [{ trigger: told.id, max: 1 }],
    });
    if (run === undefined) throw new TypeError('nothing was claimed');
    const ending = { state, reason: state === 'failed' ? 'exit 1' : null, endedAt: now };
    const { id, owner, attempt } = run;
    await ledger.runs.settle({ run: id, owner, attempt, exitCode: 0, endedBy: null, ...ending });
    emit({ kind: 'run', run: id, trigger: told.id, state, reason: ending.reason, at: now });
    await clock.advance(0);
    return id;
  }

  it('in a row as often as it says is paused, and its chat is told how to go on', async () => {
    await end('failed');
    await end('succeeded');
    await end('failed');
    expect(pauses.list()).toEqual([]);
    const last = await end('failed');
    expect(pauses.list()).toMatchObject([{ trigger: told.id, until: undefined, by: 'quarantine' }]);
    expect(messages.map(({ to, content }) => [to, content.text])).toEqual([
      [
        chat,
        '🚧 cron:job is paused: 2 runs failed in a row, the last: exit 1. It stays so until somebody resumes it.',
      ],
    ]);
    expect(messages[0]?.content.buttons?.flat().map(({ command }) => command)).toEqual([
      '/resume cron:job',
      `/log ${last}`,
      '/why cron:job',
    ]);
  });

  it('gets as many again once somebody has resumed it', async () => {
    await end('failed');
    await end('failed');
    await clock.advance(1_000);
    await pauses.resume(told.id);
    await end('failed');
    expect(pauses.list()).toEqual([]);
    await end('failed');
    expect(pauses.list()).toHaveLength(1);
  });
});

describe('a webhook that is called while it runs', () => {
  const hook = triggerId('webhook', 'hook');
  const run = newRunId();
  const delivery = (at: number): AppEvent => ({
    ...{ kind: 'delivery', trigger: hook, status: 202, verdict: 'accepted', reason: null, at },
  });
  const runIs = (state: 'running' | 'succeeded', at: number): AppEvent => ({
    ...{ kind: 'run', run, trigger: hook, state, reason: null, at },
  });
  const suspicions = (...events: readonly AppEvent[]): readonly (number | undefined)[] => {
    const guard = new LoopGuard((trigger) => (trigger === hook ? 2 : undefined));
    return events.map((event) => guard.hear(event)?.times);
  };

  it('more often than its limit may be calling itself', () => {
    expect(suspicions(runIs('running', 0), delivery(1), delivery(2), delivery(3), delivery(4))).toEqual([
      undefined,
      undefined,
      undefined,
      3,
      4,
    ]);
  });

  it('counts for ten seconds after a run, and for ten minutes', () => {
    const over = [runIs('running', 0), runIs('succeeded', 100)];
    expect(suspicions(...over, delivery(1_000), delivery(10_100), delivery(10_101)).slice(2)).toEqual([
      ...[undefined, undefined, undefined],
    ]);
    expect(
      suspicions(runIs('running', 0), delivery(0), delivery(1), delivery(600_001), delivery(600_002)).at(-1),
    ).toBeUndefined();
  });

  it('is left alone where nothing of it ran, or where it has no limit', () => {
    expect(
      suspicions(delivery(1), delivery(2), delivery(3), delivery(4)).every((one) => one === undefined),
    ).toBe(true);
  });
});
