import { describe, expect, test } from 'vitest';
import { runStates } from '../../../src/core/run.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Database } from '../../../src/ledger/sqlite/database.ts';
import type { Statement } from '../../../src/ledger/sqlite/database.ts';
import { SqliteLedger } from '../../../src/ledger/sqlite/ledger.ts';
import { migrate } from '../../../src/ledger/sqlite/schema/migrate.ts';
import type { Destination } from '../../../src/core/message.ts';
import { T0, cronA, id } from '../../conformance/ledger/bench.ts';
import { drain, message } from '../../conformance/ledger/messages.ts';

/** A connection that also writes down what it is asked to prepare. */
class ListeningDatabase {
  readonly asked = new Set<string>();
  readonly database = Database.open(':memory:');

  constructor() {
    migrate(this.database);
    const prepare = this.database.statement.bind(this.database);
    this.database.statement = <Row>(sql: string): Statement<Row> => {
      this.asked.add(sql);
      return prepare<Row>(sql);
    };
  }

  /** The steps by which SQLite would execute it. */
  planOf(sql: string): readonly string[] {
    return this.database
      .statement<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail);
  }

  /** Every index that was made by name. */
  indexes(): readonly string[] {
    return this.database
      .statement<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`)
      .all()
      .map(({ name }) => name);
  }

  /** What it was asked that reads a whole table, with the step that does. */
  scans(): readonly string[] {
    return [...this.asked].flatMap((sql) =>
      this.planOf(sql)
        .filter((step) => wholeTable.test(step))
        .map((step) => `${step}: ${sql}`),
    );
  }
}

/** Asks for runs by every filter there is. */
async function askForEveryPage({ runs }: SqliteLedger): Promise<void> {
  for (const of of [{}, { trigger: cronA }, { chat: 'default/100' }]) {
    for (const state of [undefined, ...runStates]) {
      await runs.list({ limit: 1, before: id(1), ...of, ...(state && { state }) });
    }
    await runs.list({ limit: 1, before: id(1), ...of, dead: true });
  }
}

/** Reading a whole table that grows; the partial indexes of live rows, or of trouble, are as small as those. */
const wholeTable =
  /^SCAN (runs|payloads|attempts|specs|outbox|agent_attempts|reports)\b(?!.*\b(runs_(scheduled|scheduled_of|queued|running)|outbox_(waiting|sending|trouble))\b)/;

describe('no statement reads a table from end to end', () => {
  test('whatever is asked of the ledger', async () => {
    const listening = new ListeningDatabase();
    const ledger = new SqliteLedger(listening.database, silentLog);
    await askForEveryPage(ledger);
    await ledger.triggers.pauses();
    expect(listening.asked.size).toBeGreaterThan(70);
    expect(listening.scans()).toEqual([]);
    listening.database.close();
  });

  test('and every index serves something that is asked', async () => {
    const listening = new ListeningDatabase();
    await askForEveryPage(new SqliteLedger(listening.database, silentLog));
    const plans = [...listening.asked].flatMap((sql) => listening.planOf(sql)).join('\n');
    const unused = listening.indexes().filter((index) => !new RegExp(`\\b${index}\\b`).test(plans));
    expect(unused).toEqual([]);
    listening.database.close();
  });

  test('nor sorts what it finds, for a page of a chat or the message to be sent next', async () => {
    const listening = new ListeningDatabase();
    await askForEveryPage(new SqliteLedger(listening.database, silentLog));
    const ofChats = [...listening.asked].filter((sql) => /\bchat = \?.* LIMIT/s.test(sql));
    expect(ofChats.length).toBeGreaterThan(10);
    const steps = ofChats.flatMap((sql) => listening.planOf(sql));
    expect(steps.filter((step) => !step.startsWith('SEARCH'))).toEqual([]);
    listening.database.close();
  });

  test('nor do a thousand messages of a hundred chats while they are sent, which all arrive in their order', async () => {
    const listening = new ListeningDatabase();
    const ledger = new SqliteLedger(listening.database, silentLog);
    const to = (n: number): Destination => ({ bot: 'default', chat: n % 100 });
    const all = Array.from({ length: 1_000 }, (_, n) => message(`m${n}`, { to: to(n), run: id(n) }));
    await ledger.chat.post(all, T0);
    for (const chat of await ledger.chat.waitingChats('default')) {
      expect(await ledger.chat.isWaiting({ bot: 'default', chat })).toBe(true);
      const expected = all.filter((one) => one.to.chat === chat).map(({ key }) => key);
      expect(await drain(ledger, { bot: 'default', chat })).toEqual(expected);
    }
    expect(await ledger.chat.outboxCounts()).toEqual({ waiting: 0, failed: 0, unknown: 0 });
    listening.database.exec('ANALYZE');
    expect(listening.scans()).toEqual([]);
    await ledger[Symbol.asyncDispose]();
  });

  test('and what one trigger has in any state is found without the rows of the others', async () => {
    const listening = new ListeningDatabase();
    const ledger = new SqliteLedger(listening.database, silentLog);
    const before = listening.asked.size;
    for (const state of runStates) await ledger.runs.list({ limit: 1, trigger: cronA, state });
    const asked = [...listening.asked].slice(before);
    const plans = asked.map((sql) => listening.planOf(sql)[0]);
    expect(plans).toHaveLength(runStates.length);
    expect(plans.filter((step) => !/^SEARCH runs USING INDEX \w+ \(trigger=\?/.test(step ?? ''))).toEqual([]);
    listening.database.close();
  });

  test('and due moments are counted by their index alone, but for those that did not run', () => {
    const listening = new ListeningDatabase();
    new SqliteLedger(listening.database, silentLog);
    const counting = [...listening.asked].filter((sql) => /AS (first_seq|waiting|overlapped)/.test(sql));
    const steps = counting.flatMap((sql) => listening.planOf(sql)).filter((step) => step.includes('runs'));
    expect(steps).toEqual([
      'SEARCH runs USING COVERING INDEX runs_cron (trigger=? AND due_at>?)',
      'SEARCH runs USING INDEX runs_queued (trigger=? AND due_at>?)',
      'SEARCH runs USING INDEX runs_scheduled_of (trigger=? AND due_at>?)',
      'SEARCH runs USING INDEX runs_trouble (trigger=? AND state=? AND rowid>?)',
    ]);
    listening.database.close();
  });

  test('and the check finds one that does', () => {
    const listening = new ListeningDatabase();
    const [plan] = listening.planOf('SELECT * FROM runs WHERE owner = ?');
    expect(plan).toMatch(wholeTable);
    expect(
      listening.planOf(`SELECT trigger FROM runs INDEXED BY runs_queued WHERE state = 'queued'`)[0],
    ).not.toMatch(wholeTable);
    listening.database.close();
  });
});
