import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Admission, AdmissionLimit } from '../../src/core/admission.ts';
import type { RunSpec } from '../../src/core/action.ts';
import { triggerId } from '../../src/core/ids.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import type { WaitingTrigger } from '../../src/core/run-ledger.ts';
import { chatKey } from '../../src/core/message.ts';
import type { ClaimedRun } from '../../src/core/run.ts';
import { birthStates, runStates } from '../../src/core/run.ts';
import { silentLog } from '../../src/core/log.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { Database } from '../../src/ledger/sqlite/database.ts';
import { SqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { migrate } from '../../src/ledger/sqlite/schema/migrate.ts';
import { HOUR, T0, boot1, boot2, id, spec } from '../conformance/ledger/bench.ts';
import { group, home, message, topic } from '../conformance/ledger/messages.ts';
import { sampleSpec } from '../support/samples.ts';

const triggers = ['a', 'b', 'c'].map((name) => triggerId('cron', name));
const chats = [home, topic, group];
const specs = [
  spec,
  sampleSpec('y', { retries: 2 }),
  ...chats.map((chat): RunSpec => ({ ...sampleSpec('x'), chat })),
];
const aTrigger = fc.constantFrom(...triggers);
const anHour = fc.integer({ min: 0, max: 100 }).map((hours) => T0 + hours * HOUR);
/** Which of the runs so far; ids count up from 1. */
const anIndex = fc.nat({ max: 40 });

const aLimit: fc.Arbitrary<AdmissionLimit> = fc.oneof(
  fc.constant({ kind: 'none' } as const),
  fc.constant({ kind: 'replace' } as const),
  fc.record({
    kind: fc.constantFrom('live' as const, 'waiting' as const, 'pending' as const),
    max: fc.integer({ min: 1, max: 3 }),
  }),
);

const aReport = fc.record({
  engine: fc.constantFrom('claude', 'codex'),
  model: fc.constantFrom(null, 'opus'),
  session: fc.constantFrom(null, 's1', 's2'),
  answer: fc.constant('done'),
  usage: fc.record({
    inputTokens: fc.nat({ max: 9 }),
    outputTokens: fc.nat({ max: 9 }),
    // Quarters: their sums are exact in any order.
    costUsd: fc.option(fc.nat({ max: 9 }).map((quarters) => quarters / 4)),
  }),
});

/** An admission but for its id, which is minted when it is sent. */
const anAdmission = fc.record({
  trigger: aTrigger,
  source: fc.constantFrom('cron' as const, 'webhook' as const, 'at' as const),
  dueAt: anHour,
  admittedAt: anHour,
  revision: fc.nat({ max: 3 }),
  state: fc.constantFrom(...birthStates),
  reason: fc.constantFrom(null, 'why', 'overlap: 1 running, 0 waiting'),
  spec: fc.constantFrom(...specs),
  limit: aLimit,
  delivery: fc.option(fc.record({ id: fc.constantFrom('d1', 'd2'), bodyHash: fc.constantFrom('h1', 'h2') }), {
    nil: undefined,
  }),
  payload: fc.option(
    fc.uint8Array({ maxLength: 4 }).map((body) => ({ body, contentType: 't', headers: { h: 'v' } })),
    { nil: undefined },
  ),
  request: fc.constantFrom(undefined, undefined, 'r1', 'r2'),
  spends: fc.constantFrom(undefined, 'h1', 'h2'),
  coalesce: fc.option(
    fc.record({
      key: fc.constantFrom('', 'k'),
      windowMs: fc.integer({ min: 1, max: 9 }).map((hours) => hours * HOUR),
      maxWaitMs: fc.integer({ min: 9, max: 20 }).map((hours) => hours * HOUR),
    }),
    { nil: undefined },
  ),
});

type Draft = typeof anAdmission extends fc.Arbitrary<infer T> ? T : never;

const anOperation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('admit' as const),
      drafts: fc.array(anAdmission, { minLength: 1, maxLength: 4 }),
      accountedUntil: fc.option(anHour, { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('claim' as const),
      owner: fc.constantFrom(boot1, boot2),
      now: anHour,
      lanes: fc.array(fc.record({ trigger: aTrigger, max: fc.nat({ max: 3 }) }), { maxLength: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      index: anIndex,
      attempt: fc.constantFrom(0, 0, 0, 1),
      endedAt: anHour,
      readyAt: fc.option(anHour, { nil: undefined }),
      state: fc.constantFrom(
        'succeeded' as const,
        'failed' as const,
        'cancelled' as const,
        'scheduled' as const,
        'queued' as const,
      ),
      reason: fc.constantFrom(null, 'exit 1'),
      agent: fc.option(aReport, { nil: undefined }),
      tells: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('dismiss' as const),
      index: anIndex,
      at: anHour,
      state: fc.constantFrom('cancelled' as const, 'missed' as const, 'skipped' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('promote' as const), now: anHour, held: fc.subarray(triggers) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('prune' as const),
      endedBefore: anHour,
      keep: fc.nat({ max: 5 }),
      limit: fc.integer({ min: 1, max: 5 }),
      now: anHour,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('arm' as const),
      crons: fc.dictionary(fc.constantFrom(...triggers), fc.constantFrom('h1', 'h2')),
      now: anHour,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pause' as const),
      trigger: fc.constantFrom(undefined, ...triggers),
      until: fc.option(anHour, { nil: undefined }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('resume' as const),
      trigger: fc.constantFrom(undefined, ...triggers),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('revise' as const), hash: fc.constantFrom('r1', 'r2') }),
  },
);

type Operation = typeof anOperation extends fc.Arbitrary<infer T> ? T : never;

/** Plays operations against one store; ids are numbered alike in every player. */
class Player {
  readonly ledger: Ledger;
  readonly #claimed: ClaimedRun[] = [];
  #minted = 0;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** Issues all of them in one turn of the event loop, and answers with what came back. */
  async play(operations: readonly Operation[]): Promise<unknown> {
    const answers = await Promise.all(operations.map((operation) => this.#one(operation)));
    return answers;
  }

  async #one(operation: Operation): Promise<unknown> {
    const { runs, triggers: memory, service } = this.ledger;
    switch (operation.kind) {
      case 'admit':
        return runs.admit({
          admissions: operation.drafts.map((draft) => this.#mint(draft)),
          ...(operation.accountedUntil === undefined ? {} : { accountedUntil: operation.accountedUntil }),
        });
      case 'claim': {
        const claimed = await runs.claim(operation);
        this.#claimed.push(...claimed);
        return claimed.map((run) => ({ ...run, payload: run.payload && [...run.payload.body] }));
      }
      case 'settle': {
        const run = this.#claimed[operation.index % Math.max(1, this.#claimed.length)];
        if (run === undefined) return 'nothing claimed';
        const { endedAt, readyAt, state, reason, agent, tells } = operation;
        return runs.settle({
          run: run.id,
          owner: run.owner,
          attempt: run.attempt + operation.attempt,
          endedAt,
          exitCode: 1,
          endedBy: null,
          reason,
          state,
          ...(readyAt === undefined ? {} : { readyAt }),
          ...(agent && { agent }),
          ...(tells && { messages: [message(`run:${run.id}`, { run: run.id })] }),
        });
      }
      case 'dismiss':
        return runs.dismiss(id(operation.index), {
          state: operation.state,
          at: operation.at,
          reason: 'dismissed',
        });
      case 'promote': {
        const answer = await runs.promote(operation.now, (trigger) => operation.held.includes(trigger));
        return { ...answer, promoted: answer.promoted.toSorted(byTrigger) };
      }
      case 'prune':
        return runs.prune(operation);
      case 'arm':
        return memory.arm(new Map(Object.entries(operation.crons)) as never, operation.now);
      case 'pause':
        return memory.pause({ trigger: operation.trigger, since: T0, until: operation.until, by: 'me' });
      case 'resume':
        return memory.resume(operation.trigger);
      case 'revise':
        return service.addRevision({ hash: operation.hash, text: operation.hash, at: T0 });
    }
  }

  #mint(draft: Draft): Admission {
    this.#minted += 1;
    const { delivery, payload, request, spends, coalesce, ...rest } = draft;
    return {
      id: id(this.#minted),
      ...rest,
      ...(delivery && { delivery }),
      ...(payload && { payload }),
      ...(request && { request }),
      ...(spends && { spends }),
      ...(coalesce && { coalesce }),
    };
  }
}

/** All that the port shows. */
async function seen({ runs, triggers: memory, service, chat, usage }: Ledger): Promise<unknown> {
  const all = await runs.list({ limit: 1_000 });
  const each = <Item, Answer>(
    items: readonly Item[],
    ask: (item: Item) => Promise<Answer>,
  ): Promise<Answer[]> => Promise.all(items.map(ask));
  return {
    all,
    byTrigger: await each(triggers, (trigger) => runs.list({ trigger, limit: 5 })),
    byState: await each(runStates, (state) => runs.list({ state, limit: 5 })),
    byBoth: await each(triggers, (trigger) =>
      each(runStates, (state) => runs.list({ trigger, state, limit: 2 })),
    ),
    byChat: await each(chats, (to) =>
      each([undefined, ...runStates], (state) =>
        runs.list({ chat: chatKey(to), limit: 3, ...(state && { state }) }),
      ),
    ),
    pagesOfChat: await each(all, (run) => runs.list({ chat: chatKey(home), before: run.id, limit: 2 })),
    usage: await each([undefined, ...specs.map((one) => one.trigger)], (lane) =>
      each([0, T0 + 50 * HOUR], (since) => usage.usage({ since, ...(lane && { lane }) })),
    ),
    sessions: await each(all, (run) => usage.sessionOf(run.id)),
    lastSessions: await each(specs, (one) => usage.lastSession({ lane: one.trigger, engine: 'claude' })),
    messages: await each(all, (run) => chat.messagesOf(run.id)),
    pages: await each(all, (run) => runs.list({ before: run.id, limit: 2 })),
    counts: [await runs.counts(), await each(triggers, (trigger) => runs.countsOf(trigger))],
    waiting: (await runs.waiting()).toSorted(byTrigger),
    orphans: await each([boot1, boot2], (boot) => runs.orphans(boot)),
    occurrences: await each(triggers, (trigger) =>
      each([0, 30, 99], (hours) => runs.occurrence(trigger, T0 + hours * HOUR)),
    ),
    tallies: await each(triggers, (trigger) =>
      each([0, 50], (hours) => runs.tally(trigger, T0 + hours * HOUR)),
    ),
    payloads: await each(all, async (run) => [...((await runs.payload(run.id))?.body ?? [])]),
    specs: await each(all, (run) => runs.spec(run.id)),
    pauses: await memory.pauses(),
    crons: [...(await memory.cronStates())].sort(([a], [b]) => (a < b ? -1 : 1)),
    accountedUntil: await memory.accountedUntil(),
    revisions: await service.revisions(),
  };
}

function byTrigger(a: WaitingTrigger, b: WaitingTrigger): number {
  return a.trigger < b.trigger ? -1 : 1;
}

/** The counts as a scan of all rows finds them. */
async function counted({ runs }: Ledger): Promise<unknown> {
  const all = await runs.list({ limit: 1_000 });
  const number = (state: string): number => all.filter((run) => run.state === state).length;
  return { scheduled: number('scheduled'), queued: number('queued'), running: number('running') };
}

describe('memory and SQLite', () => {
  test('answer and show the same after any operations, also of one turn', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anOperation, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
        async (turns) => {
          const database = Database.open(':memory:');
          migrate(database);
          await using sqlite = new SqliteLedger(database, silentLog);
          await using memory = new MemoryLedger();
          const players = [new Player(sqlite), new Player(memory)] as const;
          for (const turn of turns) {
            const [ofSqlite, ofMemory] = await Promise.all(players.map((player) => player.play(turn)));
            expect(ofSqlite).toEqual(ofMemory);
            expect(await seen(sqlite)).toEqual(await seen(memory));
            expect(await sqlite.runs.counts()).toEqual(await counted(sqlite));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
