import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/core/log.ts';
import { Database } from '../../../src/ledger/sqlite/database.ts';
import { SqliteLedger } from '../../../src/ledger/sqlite/ledger.ts';
import { SCHEMA_VERSION, migrate, schemaVersion } from '../../../src/ledger/sqlite/schema/migrate.ts';
import { migrations } from '../../../src/ledger/sqlite/schema/migrations.ts';
import { T0, admit, cron, delivery, hook, id } from '../../conformance/ledger/bench.ts';
import { counted } from '../../conformance/ledger/deliveries.ts';
import { freshFile } from './files.ts';

/** Every table and index as SQLite holds it. */
function schema(database: Database): unknown {
  return database
    .statement<{ name: string; sql: string }>('SELECT name, sql FROM sqlite_schema ORDER BY name')
    .all()
    .map(({ name, sql }) => [name, sql]);
}

describe('migrations', () => {
  test.each(migrations.map((_, version) => version))(
    'from version %i lead to the same schema as a fresh file, and a ledger works on it',
    async (version) => {
      const fresh = Database.open(await freshFile());
      migrate(fresh);
      const file = await freshFile();
      const old = Database.open(file);
      migrate(old, migrations.slice(0, version));
      expect(schemaVersion(old)).toBe(version);
      expect(migrate(old)).toBe(version);
      expect(schema(old)).toEqual(schema(fresh));
      expect(schemaVersion(old)).toBe(SCHEMA_VERSION);
      old.close();
      fresh.close();
      await using ledger = SqliteLedger.open(file, silentLog);
      expect(await admit(ledger, cron(1))).toMatchObject([{ kind: 'admitted' }]);
    },
  );

  test('from version 1 keep what the file holds and add the counts of deliveries', async () => {
    const file = await freshFile();
    const old = Database.open(file);
    migrate(old, migrations.slice(0, 1));
    old.exec(`INSERT INTO deliveries (trigger, delivery, body_hash, run, at)
      VALUES ('${hook}', 'd-1', 'h', '${id(1)}', ${T0})`);
    old.close();
    await using ledger = SqliteLedger.open(file, silentLog);
    const repeated = delivery(2, { delivery: { id: 'd-1', bodyHash: 'h' } });
    expect(await admit(ledger, repeated)).toEqual([{ kind: 'duplicate', run: id(1), sameBody: true }]);
    await ledger.deliveries.count([counted()]);
    expect(await ledger.deliveries.deliveryCounts({})).toEqual([counted()]);
  });

  test('of which one fails change nothing', async () => {
    const database = Database.open(await freshFile());
    const steps = ['CREATE TABLE one (x)', 'CREATE TABLE two (x); INSERT INTO nowhere VALUES (1)'];
    migrate(database, steps.slice(0, 1));
    const before = schema(database);
    expect(() => migrate(database, steps)).toThrow();
    expect(schema(database)).toEqual(before);
    expect(schemaVersion(database)).toBe(1);
    database.close();
  });

  test('of a current file write nothing', async () => {
    const database = Database.open(await freshFile());
    migrate(database);
    let transactions = 0;
    database.follow({ commit: () => (transactions += 1), rollback: () => {} });
    expect(migrate(database)).toBe(SCHEMA_VERSION);
    expect(transactions).toBe(0);
    database.close();
  });
});
