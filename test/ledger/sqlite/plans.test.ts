import { describe, expect, test } from 'vitest';
import { runStates } from '../../../src/core/run.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Database } from '../../../src/ledger/sqlite/database.ts';
import type { Statement } from '../../../src/ledger/sqlite/database.ts';
import { SqliteLedger } from '../../../src/ledger/sqlite/ledger.ts';
import { migrate } from '../../../src/ledger/sqlite/schema/migrate.ts';
import { cronA, id } from '../../conformance/ledger/bench.ts';

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
}

/** Reading a whole table that grows; the partial indexes of live rows are as small as what lives. */
const wholeTable = /^SCAN (runs|payloads|attempts|specs)\b(?!.*\bruns_(scheduled|queued|running)\b)/;

describe('no statement reads a table from end to end', () => {
  test('whatever is asked of the ledger', async () => {
    const listening = new ListeningDatabase();
    const { runs, triggers } = new SqliteLedger(listening.database, silentLog);
    for (const trigger of [undefined, cronA]) {
      for (const state of [undefined, ...runStates]) {
        await runs.list({ limit: 1, before: id(1), ...(trigger && { trigger }), ...(state && { state }) });
      }
    }
    await triggers.pauses();
    const sql = [...listening.asked];
    expect(sql.length).toBeGreaterThan(40);
    const scans = sql.flatMap((one) =>
      listening
        .planOf(one)
        .filter((step) => wholeTable.test(step))
        .map((step) => `${step}: ${one}`),
    );
    expect(scans).toEqual([]);
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
