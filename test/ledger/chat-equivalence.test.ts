import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/core/ledger.ts';
import type { SendOutcome, StoredMessage } from '../../src/core/message.ts';
import { TERMINAL_BOT } from '../../src/core/message.ts';
import { silentLog } from '../../src/core/log.ts';
import { MemoryLedger } from '../../src/ledger/memory/ledger.ts';
import { Database } from '../../src/ledger/sqlite/database.ts';
import { SqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { migrate } from '../../src/ledger/sqlite/schema/migrate.ts';
import { T0, id } from '../conformance/ledger/bench.ts';
import { elsewhere, group, home, message, topic } from '../conformance/ledger/messages.ts';

const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
const terminal = { bot: TERMINAL_BOT, chat: 0 };
const places = [home, topic, group, elsewhere, terminal];
const aPlace = fc.constantFrom(...places);
const aMoment = fc.nat({ max: 50 }).map((ms) => T0 + ms);

const aMessage = fc.record({
  key: fc.constantFrom(...keys),
  to: aPlace,
  kind: fc.constantFrom('working' as const, 'final' as const),
  text: fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
  run: fc.constantFrom(undefined, id(1), id(2)),
});

const anOutcome: fc.Arbitrary<SendOutcome> = fc.oneof(
  fc.record({ kind: fc.constant('sent' as const), messageId: fc.nat({ max: 5 }) }),
  fc.record({
    kind: fc.constantFrom('again' as const, 'lost' as const, 'unknown' as const, 'failed' as const),
    reason: fc.constantFrom('network', 'blocked'),
  }),
);

const anOperation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('post' as const),
      messages: fc.array(aMessage, { minLength: 1, maxLength: 3 }),
      at: aMoment,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('receive' as const),
      account: fc.constantFrom('42', '43'),
      update: fc.nat({ max: 9 }),
      answers: fc.array(aMessage, { maxLength: 2 }),
      at: aMoment,
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('take' as const), to: aPlace }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      index: fc.nat({ max: 20 }),
      outcome: anOutcome,
      at: aMoment,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('prune' as const),
      before: aMoment,
      limit: fc.nat({ max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('remember' as const),
      name: fc.string({ unit: 'binary', maxLength: 2 }),
      value: fc.option(fc.string({ unit: 'binary', maxLength: 3 }), { nil: undefined }),
    }),
  },
);

type Operation = typeof anOperation extends fc.Arbitrary<infer T> ? T : never;
type Draft = typeof aMessage extends fc.Arbitrary<infer T> ? T : never;

function written({ key, text, run, ...rest }: Draft): ReturnType<typeof message> {
  return message(key, { ...rest, ...(run && { run }), content: { text, silent: false } });
}

/** Plays operations against one store. */
class Player {
  readonly ledger: Ledger;
  /** What was taken so far; ended at any later time, perhaps more than once. */
  readonly #taken: StoredMessage[] = [];

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** Issues all of them in one turn of the event loop, and answers with what came back. */
  async play(operations: readonly Operation[]): Promise<unknown> {
    return Promise.all(operations.map((operation) => this.#one(operation)));
  }

  async #one(operation: Operation): Promise<unknown> {
    const { chat } = this.ledger;
    switch (operation.kind) {
      case 'post':
        return chat.post(operation.messages.map(written), operation.at);
      case 'receive':
        return chat.received({ ...operation, answers: operation.answers.map(written) });
      case 'take': {
        const taken = await chat.take(operation.to);
        if (taken !== undefined) this.#taken.push(taken);
        return taken;
      }
      case 'end': {
        const taken = this.#taken[operation.index % Math.max(1, this.#taken.length)];
        if (taken === undefined) return 'nothing taken';
        const { outcome, at } = operation;
        return chat.settleMessage({ seq: taken.seq, version: taken.version, outcome, at });
      }
      case 'prune':
        return chat.pruneMessages(operation);
      case 'remember':
        return chat.remember(operation.name, operation.value);
    }
  }
}

/** All that the port shows. */
async function seen({ chat }: Ledger): Promise<unknown> {
  const receipts = [0, 1, 2, 3, 4, 5];
  return {
    messages: await Promise.all(keys.map((key) => chat.message(key))),
    ofRuns: await Promise.all([1, 2].map((n) => chat.messagesOf(id(n)))),
    byReceipt: await Promise.all(
      places.flatMap((to) => receipts.map((receipt) => chat.messageAt(to, receipt))),
    ),
    waiting: await Promise.all(['default', 'second'].map((bot) => chat.waitingChats(bot))),
    isWaiting: await Promise.all(places.map((to) => chat.isWaiting(to))),
    sending: await Promise.all(['default', 'second'].map((bot) => chat.sendingMessages(bot))),
    counts: await chat.outboxCounts(),
    updates: await Promise.all(['42', '43'].map((account) => chat.lastUpdate(account, T0))),
    memories: await Promise.all(['', 'a', 'A', '_', '%'].map((prefix) => chat.memories(prefix))),
  };
}

describe('memory and SQLite', () => {
  test('answer and show the same of messages, updates and memories, also of one turn', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anOperation, { minLength: 1, maxLength: 4 }), { maxLength: 20 }),
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
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
