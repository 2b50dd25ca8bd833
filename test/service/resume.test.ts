import { beforeEach, describe, expect, it } from 'vitest';
import type { Admission } from '../../src/core/admission.ts';
import type { AppEvent } from '../../src/core/event.ts';
import type { RunId, TriggerId } from '../../src/core/ids.ts';
import { newBootId, newRunId } from '../../src/core/ids.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import type { CronTrigger, MissedRules, MissedWord } from '../../src/core/trigger.ts';
import type { OutgoingMessage } from '../../src/core/message.ts';
import type { FoundBatch } from '../../src/core/missed.ts';
import { defaultMissed } from '../../src/core/policy.ts';
import { utc } from '../../src/core/utc.ts';
import { releaseHeld } from '../../src/service/resume.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { sampleCron, sampleSnapshot } from '../support/samples.ts';

const MINUTE = 60_000;

const question: OutgoingMessage = {
  key: '',
  to: { bot: 'default', chat: 1 },
  kind: 'notice',
  content: { text: 'what now?', silent: false },
};

describe('the end of a pause', () => {
  let clock: FakeClock;
  let ledger: MemoryLedger;
  let events: AppEvent[];
  let start: number;
  const held = new Set<TriggerId>();
  const told: FoundBatch[] = [];

  beforeEach(() => {
    clock = new FakeClock();
    start = clock.now();
    ledger = new MemoryLedger();
    events = [];
    held.clear();
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
    change: Partial<Admission> = {},
  ): Promise<readonly RunId[]> {
    const admissions = minutes.map((minute): Admission => ({
      id: newRunId(),
      trigger: id,
      source: 'cron',
      dueAt: start + minute * MINUTE,
      admittedAt: start + minute * MINUTE,
      revision: 1,
      state: 'scheduled',
      reason: 'paused; policy all',
      spec,
      limit: { kind: 'none' },
      ...change,
    }));
    await ledger.runs.admit({ admissions });
    return admissions.map(({ id: run }) => run);
  }

  /** Ends the pause at this minute. */
  async function resume(minute: number, crons: readonly CronTrigger[], trigger?: TriggerId): Promise<void> {
    await clock.advance(start + minute * MINUTE - clock.now());
    await releaseHeld(
      {
        runs: ledger.runs,
        current: () => sampleSnapshot(crons),
        isHeld: (id) => held.has(id),
        tellMissed: (batch) => {
          told.push(batch);
          return [{ ...question, key: `notice:missed:${batch.at}` }];
        },
        publish: (event) => void events.push(event),
        clock,
      },
      { trigger, cause: 'paused', why: `paused until ${utc(clock.now())} UTC` },
    );
  }

  const rows = async (): Promise<readonly string[]> =>
    (await ledger.runs.list({ limit: 10_000 }))
      .map(({ dueAt, state }) => `${(dueAt - start) / MINUTE} ${state}`)
      .reverse();

  it('makes up the newest under `last` and says why not the older, as for any missed moment', async () => {
    const last = cron({ policy: 'last' });
    const [older] = await hold(last, [1, 2]);
    await resume(3, [last], last.id);
    expect(await rows()).toEqual(['1 missed', '2 scheduled']);
    const reason = 'paused until 2026-01-01 00:03:00 UTC; policy last: a later moment was made up';
    expect(await ledger.runs.get(older!)).toMatchObject({ reason });
    expect(events).toEqual([
      { kind: 'run', run: older, trigger: last.id, state: 'missed', reason, at: clock.now() },
    ]);
  });

  it('makes up no more than `missed_limit` under `all`, and nothing beyond the grace', async () => {
    const limited = cron({ limit: 2 });
    const strict = cron({ graceMs: 2 * MINUTE }, 'b');
    await hold(limited, [1, 2, 3, 4]);
    await hold(strict, [5, 6, 7, 8]);
    await resume(9, [limited, strict]);
    expect(await rows()).toEqual([
      ...['1 missed', '2 missed', '3 scheduled', '4 scheduled'],
      ...['5 missed', '6 missed', '7 scheduled', '8 scheduled'],
    ]);
  });

  it('judges all of them, however many there are', async () => {
    const many = cron({ limit: 1, graceMs: Infinity });
    const minutes = Array.from({ length: 2_345 }, (_, index) => index);
    await hold(many, minutes);
    await resume(2_345, [many]);
    const left = (await rows()).filter((row) => row.endsWith('scheduled'));
    expect(left).toEqual(['2344 scheduled']);
  });

  it('leaves alone what is still paused, what left the configuration, and what no cron was due for', async () => {
    const [paused, gone, asked] = [
      cron({ policy: 'skip' }, 'p'),
      cron({}, 'g'),
      cron({ policy: 'skip' }, 'q'),
    ];
    held.add(paused.id);
    await hold(paused, [1]);
    await hold(gone, [2]);
    await hold(asked, [3], { source: 'at' });
    await hold(asked, [300]);
    await resume(200, [paused, asked]);
    expect(await rows()).toEqual(['1 scheduled', '2 scheduled', '3 scheduled', '300 scheduled']);
  });

  it('leaves alone a run that waits for its next attempt, however long ago it was due', async () => {
    const skip = cron({ policy: 'skip' });
    const [run] = await hold(skip, [1], { state: 'queued' });
    const owner = newBootId();
    await ledger.runs.claim({ owner, now: start + MINUTE, lanes: [{ trigger: skip.id, max: 1 }] });
    await ledger.runs.settle({
      ...{ run: run!, owner, attempt: 1, endedAt: start + MINUTE, exitCode: 1, endedBy: null },
      ...{ reason: 'exit 1', state: 'scheduled', readyAt: start + 500 * MINUTE },
    });
    await resume(200, [skip]);
    expect(await rows()).toEqual(['1 scheduled']);
  });
});
