import { beforeEach, describe, expect, it } from 'vitest';
import type { Admission } from '../../src/core/admission.ts';
import type { AppEvent } from '../../src/core/event.ts';
import type { RunId, TriggerId } from '../../src/core/ids.ts';
import { newRunId } from '../../src/core/ids.ts';
import type { OutgoingMessage } from '../../src/core/message.ts';
import type { FoundBatch } from '../../src/core/missed.ts';
import { defaultMissed } from '../../src/core/policy.ts';
import type { CronTrigger, MissCause, MissedRules, MissedWord } from '../../src/core/trigger.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { holds } from '../../src/scheduler/hold.ts';
import { releaseHeld } from '../../src/service/resume.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { everySchedule, sampleCron, sampleSnapshot } from '../support/samples.ts';

const MINUTE = 60_000;
const question: OutgoingMessage = {
  key: 'notice:missed',
  to: { bot: 'default', chat: 1 },
  kind: 'notice',
  content: { text: 'what now?', silent: false },
};

describe('the end of a hold', () => {
  let clock: FakeClock;
  let ledger: MemoryLedger;
  let events: AppEvent[];
  let start: number;
  const paused = new Set<TriggerId>();
  const told: FoundBatch[] = [];

  beforeEach(() => {
    clock = new FakeClock();
    start = clock.now();
    ledger = new MemoryLedger();
    events = [];
    paused.clear();
    told.length = 0;
  });

  type Rules = Partial<Omit<MissedRules, 'by'>> & { readonly policy?: MissedWord };
  const cron = ({ policy = 'all', ...bounds }: Rules, name = 'a'): CronTrigger =>
    sampleCron(name, {
      missed: { ...defaultMissed, ...bounds, by: { ...defaultMissed.by, paused: policy } },
    });

  /** Holds these moments, given in minutes after the start. */
  async function hold(
    { id, spec }: CronTrigger,
    minutes: readonly number[],
    cause: MissCause = 'paused',
  ): Promise<readonly RunId[]> {
    const admissions = minutes.map((minute): Admission => ({
      id: newRunId(),
      trigger: id,
      source: 'cron',
      dueAt: start + minute * MINUTE,
      admittedAt: start + minute * MINUTE,
      revision: 1,
      state: 'scheduled',
      held: cause,
      reason: null,
      spec,
      limit: { kind: 'none' },
    }));
    await ledger.runs.admit({ admissions });
    return admissions.map(({ id: run }) => run);
  }

  /** Ends the hold at this minute; answers with the triggers that gained work. */
  async function resume(
    minute: number,
    crons: readonly CronTrigger[],
    freed: { readonly trigger?: TriggerId; readonly down?: string } = {},
  ): Promise<readonly TriggerId[]> {
    await clock.advance(start + minute * MINUTE - clock.now());
    const queued = await releaseHeld(
      {
        runs: ledger.runs,
        current: () => sampleSnapshot(crons),
        holdOf: (id) => (paused.has(id) ? holds.paused : undefined),
        tellMissed: (batch) => {
          told.push(batch);
          return [question];
        },
        publish: (event) => void events.push(event),
        clock,
      },
      { trigger: undefined, ...freed },
    );
    return queued.map(({ trigger }) => trigger);
  }

  const rows = async (): Promise<readonly string[]> =>
    (await ledger.runs.list({ limit: 10_000 }))
      .map(({ dueAt, state }) => `${(dueAt - start) / MINUTE} ${state}`)
      .reverse();

  it('makes up the newest under `last` and says why not the older, as for any missed moment', async () => {
    const last = cron({ policy: 'last' });
    const [older, newer] = await hold(last, [1, 2]);
    expect(await resume(3, [last], { trigger: last.id })).toEqual([last.id]);
    expect(await rows()).toEqual(['1 missed', '2 queued']);
    const why = 'paused until 2026-01-01 00:03 UTC';
    const reason = `${why}; policy last: a later moment was made up`;
    expect(await ledger.runs.get(older!)).toMatchObject({ reason, endedAt: clock.now() });
    expect(await ledger.runs.get(newer!)).toMatchObject({ reason: `1m late: ${why}` });
    const about = { kind: 'run', trigger: last.id, at: clock.now() };
    expect(events).toEqual([
      { ...about, run: older, state: 'missed', reason },
      { ...about, run: newer, state: 'queued', reason: `1m late: ${why}` },
    ]);
  });

  it('makes up no more than `missed_limit` under `all`, and nothing beyond the grace', async () => {
    const limited = cron({ limit: 2 });
    const strict = cron({ graceMs: 2 * MINUTE }, 'b');
    await hold(limited, [1, 2, 3, 4]);
    await hold(strict, [5, 6, 7, 8]);
    await resume(9, [limited, strict]);
    expect(await rows()).toEqual([
      ...['1 missed', '2 missed', '3 queued', '4 queued'],
      ...['5 missed', '6 missed', '7 queued', '8 queued'],
    ]);
  });

  it('asks in the same transaction, with all that somebody may decide about', async () => {
    const ask = cron({ policy: 'ask' });
    await hold(ask, [1, 2]);
    expect(await resume(3, [ask])).toEqual([]);
    expect(await rows()).toEqual(['1 missed', '2 missed']);
    expect(told).toEqual([
      {
        at: clock.now(),
        why: 'paused until 2026-01-01 00:03 UTC',
        triggers: [
          {
            ...{ trigger: ask.id, missed: 2, fate: 'open' },
            ...{ firstDueAt: start + MINUTE, lastDueAt: start + 2 * MINUTE },
          },
        ],
      },
    ]);
    expect(await ledger.chat.message(question.key)).toMatchObject({ state: 'waiting' });
    expect(events.at(-1)).toEqual({ kind: 'posted', messages: [question] });
  });

  it('judges each moment by the rule for what held it', async () => {
    const both = cron({ policy: 'last' });
    const [, byPause] = await hold(both, [1, 2]);
    const [byStop] = await hold(both, [3], 'down');
    await resume(4, [both], { down: 'the service was down' });
    expect(await rows()).toEqual(['1 missed', '2 queued', '3 queued']);
    const reasons = await Promise.all(
      [byPause, byStop].map(async (run) => (await ledger.runs.get(run!))?.reason),
    );
    expect(reasons).toEqual(['2m late: paused until 2026-01-01 00:04 UTC', '1m late: the service was down']);
  });

  it('leaves alone what something holds still, and does not run what has left the configuration', async () => {
    const [still, gone] = [cron({ policy: 'skip' }, 'p'), cron({}, 'g')];
    paused.add(still.id);
    await hold(still, [1]);
    await hold(gone, [2]);
    expect(await resume(200, [still])).toEqual([]);
    expect(await rows()).toEqual(['1 scheduled', '2 missed']);
    expect(events.at(-1)).toMatchObject({
      reason: 'paused until 2026-01-01 03:20 UTC; the cron is not in the file any more',
    });
  });

  it('does not fire a one-shot that was moved to another time meanwhile', async () => {
    const once = sampleCron('once', { runOnce: true, schedule: everySchedule(60 * MINUTE) });
    await hold(once, [1]);
    expect(await resume(20, [once])).toEqual([]);
    expect(events.at(-1)).toMatchObject({
      state: 'missed',
      reason: 'paused until 2026-01-01 00:20 UTC; it was moved to another time',
    });
  });
});
