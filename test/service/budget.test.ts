/** Holds that budgets are counted at the door, by what the ledger says, and that a chat is asked once. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Budget, RunSpec } from '../../src/core/action.ts';
import type { Admission, Admit } from '../../src/core/admission.ts';
import type { RunId, TriggerId } from '../../src/core/ids.ts';
import { newBootId, newRunId } from '../../src/core/ids.ts';
import type { OutgoingMessage } from '../../src/core/message.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { withBudgets } from '../../src/service/budget.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { sampleAdmission, sampleAgentSpec } from '../support/samples.ts';

const HOUR = 3_600_000;
const owner = newBootId();
const chat = { bot: 'default', chat: 5 };

let clock: FakeClock;
let ledger: MemoryLedger;
let zone: string;
let asked: Array<readonly [OutgoingMessage, TriggerId]>;
let admit: Admit;

beforeEach(() => {
  clock = new FakeClock();
  ledger = new MemoryLedger();
  zone = 'UTC';
  asked = [];
  admit = withBudgets({
    admit: (batch) => ledger.runs.admit(batch),
    ...{ runs: ledger.runs, usage: ledger.usage, clock },
    zone: () => zone,
    ask: (question, trigger) => asked.push([question, trigger]),
  });
});

function agent(budget: Partial<Budget>, change: Partial<RunSpec> = {}): RunSpec {
  return { ...sampleAgentSpec({ budget: { over: 'skip', ...budget } }), ...change };
}

/** Lets these in, in one batch; answers with the states they got. */
async function come(spec: RunSpec, count = 1, change: Partial<Admission> = {}): Promise<readonly string[]> {
  const now = clock.now();
  const admissions = Array.from({ length: count }, () =>
    sampleAdmission(spec, { dueAt: now, admittedAt: now, ...change }),
  );
  const answers = await admit({ admissions });
  return answers.map((answer) => (answer.kind === 'admitted' ? answer.state : answer.kind));
}

/** Ends one attempt of what waits, `queued` when another is to follow. */
async function attempt(
  { trigger }: RunSpec,
  end: { readonly costUsd?: number; readonly state?: 'succeeded' | 'queued' } = {},
): Promise<void> {
  const { costUsd = null, state = 'succeeded' } = end;
  const now = clock.now();
  const [run] = await ledger.runs.claim({ owner, now, lanes: [{ trigger, max: 1 }] });
  await ledger.runs.settle({
    ...{ run: run!.id, owner, attempt: run!.attempt, endedAt: now, state },
    ...{ exitCode: 0, endedBy: null, reason: null },
    agent: {
      ...{ engine: 'claude', model: null, session: null, answer: null },
      usage: { inputTokens: 1, outputTokens: 1, costUsd },
    },
  });
}

describe('runs of a day', () => {
  test('are those that ended, run and wait, each once however many attempts it took', async () => {
    const spec = agent({ runsPerDay: 3 });
    expect(await come(spec)).toEqual(['queued']);
    await attempt(spec, { state: 'queued' });
    await attempt(spec);
    expect(await come(spec)).toEqual(['queued']);
    await ledger.runs.claim({ owner, now: clock.now(), lanes: [{ trigger: spec.trigger, max: 1 }] });
    expect(await come(spec)).toEqual(['queued']);
    expect(await come(spec)).toEqual(['skipped']);
  });

  test('count within the batch that brings them', async () => {
    expect(await come(agent({ runsPerDay: 2 }), 3)).toEqual(['queued', 'queued', 'skipped']);
  });

  test('count once, however often they are tried', async () => {
    const spec = agent({ runsPerDay: 2 });
    await come(spec);
    await attempt(spec, { state: 'queued' });
    expect(await come(spec)).toEqual(['queued']);
    expect(await come(spec)).toEqual(['skipped']);
  });

  test('count when two come in at once', async () => {
    const spec = agent({ runsPerDay: 1 });
    const states = await Promise.all([come(spec), come(spec)]);
    expect(states).toEqual([['queued'], ['skipped']]);
  });

  test('count by their trigger', async () => {
    const budget = { over: 'skip', runsPerDay: 1 } as const;
    expect(await come(sampleAgentSpec({ budget }, 'a'))).toEqual(['queued']);
    expect(await come(sampleAgentSpec({ budget }, 'b'))).toEqual(['queued']);
    expect(await come(sampleAgentSpec({ budget }, 'a'))).toEqual(['skipped']);
  });

  test('that are left out say why, and count for nothing', async () => {
    const spec = agent({ runsPerDay: 1 });
    await come(spec, 4);
    const rows = await ledger.runs.list({ state: 'skipped', limit: 10 });
    expect(rows.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 3 }, () => 'budget: 1 run a day is used up'),
    );
  });

  test('begin anew when the day does in the zone', async () => {
    // The clock begins at midnight UTC, 09:00 in Tokyo.
    zone = 'Asia/Tokyo';
    const spec = agent({ runsPerDay: 1 });
    await come(spec);
    await attempt(spec);
    await clock.advance(15 * HOUR - 1);
    expect(await come(spec)).toEqual(['skipped']);
    await clock.advance(1);
    expect(await come(spec)).toEqual(['queued']);
  });
});

describe('dollars of a day', () => {
  test('are those of attempts that ended, as far as they are told', async () => {
    const spec = agent({ costPerDay: 1 });
    await come(spec, 3);
    await attempt(spec, { costUsd: 0.6, state: 'queued' });
    await attempt(spec);
    expect(await come(spec)).toEqual(['queued']);
    await attempt(spec, { costUsd: 0.5 });
    expect(await come(spec)).toEqual(['skipped']);
  });
});

describe('the budget', () => {
  test('holds back nobody who was asked', async () => {
    const spec = agent({ runsPerDay: 1 });
    await come(spec, 2);
    expect(await come(spec, 1, { overBudget: true })).toEqual(['queued']);
  });

  test('of a batch without any is not counted', async () => {
    const away = (): never => {
      throw new Error('nobody needs to count');
    };
    const pass = withBudgets({
      admit: (batch) => ledger.runs.admit(batch),
      ...{ runs: { countsOf: away }, usage: { usage: away, runsOf: away }, clock, zone: away, ask: away },
    });
    const answers = await pass({ admissions: [sampleAdmission(sampleAgentSpec())] });
    expect(answers).toMatchObject([{ kind: 'admitted', state: 'queued' }]);
  });
});

describe('the chat', () => {
  const spec = agent({ runsPerDay: 1, over: 'ask' }, { chat });

  test('is asked about each run that is left out, once', async () => {
    const id: RunId = newRunId();
    await come(spec);
    await come(spec, 1, { id, request: 'update:7:1' });
    await come(spec, 1, { request: 'update:7:1' });
    expect(asked).toEqual([
      [
        {
          key: `notice:budget:${id}:default/5`,
          to: chat,
          kind: 'notice',
          run: id,
          content: {
            text: '💸 cron:job was not run: budget: 1 run a day is used up. Run it all the same?',
            silent: false,
            buttons: [[{ label: 'Run anyway', command: `/retry ${id} anyway` }]],
          },
        },
        'cron:job',
      ],
    ]);
  });

  test.for<[string, RunSpec, Partial<Admission>]>([
    ['that the trigger does not ask', agent({ runsPerDay: 1 }, { chat }), {}],
    ['that there is none of', agent({ runsPerDay: 1, over: 'ask' }), {}],
    ['of a run that was to be skipped anyway', spec, { state: 'skipped', reason: 'overlap' }],
    ['of a run that somebody wants', spec, { overBudget: true }],
  ])('is asked nothing %s', async ([, one, change]) => {
    await come(one);
    await come(one, 1, change);
    expect(asked).toEqual([]);
  });
});
