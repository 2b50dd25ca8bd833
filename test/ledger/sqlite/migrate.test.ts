import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/core/log.ts';
import { chatKey } from '../../../src/core/message.ts';
import { Database } from '../../../src/ledger/sqlite/database.ts';
import { SqliteLedger } from '../../../src/ledger/sqlite/ledger.ts';
import { SCHEMA_VERSION, migrate, schemaVersion } from '../../../src/ledger/sqlite/schema/migrate.ts';
import { migrations } from '../../../src/ledger/sqlite/schema/migrations.ts';
import {
  T0,
  admit,
  boot1,
  claimOne,
  cron,
  cronA,
  delivery,
  hook,
  id,
  settlement,
  spec,
} from '../../conformance/ledger/bench.ts';
import { counted } from '../../conformance/ledger/deliveries.ts';
import { drain, home, message, report } from '../../conformance/ledger/messages.ts';
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
      await ledger.runs.settle(
        settlement(await claimOne(ledger), { agent: report(), messages: [message('a')] }),
      );
      expect(await ledger.usage.usage({ since: 0 })).toHaveLength(1);
      expect(await drain(ledger)).toEqual(['a']);
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

  test.each([1, 2, 3])('from version %i keep runs and all that goes with them', async (version) => {
    const file = await freshFile();
    const old = Database.open(file);
    migrate(old, migrations.slice(0, version));
    old.exec(`
      INSERT INTO specs (id, hash, json) VALUES (1, 'h', '${JSON.stringify(spec)}');
      INSERT INTO runs (seq, id, trigger, source, state, due_at, admitted_at, started_at, ended_at, revision, spec,
        attempt, payload_bytes)
        VALUES (1, '${id(1)}', '${cronA}', 'cron', 'succeeded', ${T0}, ${T0}, ${T0}, ${T0 + 9}, 1, 1, 1, 0),
          (2, '${id(2)}', '${hook}', 'webhook', 'queued', ${T0}, ${T0}, NULL, NULL, 1, 1, 0, 3);
      INSERT INTO attempts (run, number, owner, started_at, ended_at) VALUES (1, 1, '${boot1}', ${T0}, ${T0 + 9});
      INSERT INTO payloads (run, content_type, headers, body) VALUES (2, 't', '{}', x'414243');
      INSERT INTO pauses (trigger, since, by) VALUES ('${cronA}', ${T0}, 'me');
      INSERT INTO meta (key, value) VALUES ('accounted_until', ${T0 + 7})`);
    if (version >= 2) {
      old.exec(`INSERT INTO delivery_counts (trigger, day, verdict, reason, count, last_at)
        VALUES ('${hook}', '2026-01-01', 'filtered', '', 1, ${T0})`);
    }
    old.close();
    await using ledger = SqliteLedger.open(file, silentLog);
    expect(await ledger.runs.list({ limit: 9 })).toMatchObject([
      { id: id(2), state: 'queued', payloadBytes: 3, chat: null },
      { id: id(1), state: 'succeeded', attempts: [{ number: 1, endedAt: T0 + 9 }], chat: null },
    ]);
    const coalesce = { key: '', windowMs: 1, maxWaitMs: 1 };
    await admit(ledger, delivery(4, { state: 'scheduled', coalesce }));
    expect(await ledger.runs.get(id(2))).toMatchObject({ state: 'queued' });
    expect((await claimOne(ledger, hook)).payload?.body.byteLength).toBe(3);
    expect(await ledger.triggers.pauses()).toHaveLength(1);
    expect(await ledger.triggers.accountedUntil()).toBe(T0 + 7);
    expect(await ledger.deliveries.deliveryCounts({})).toEqual(version >= 2 ? [counted()] : []);
    const told = { spec: { ...spec, chat: home } };
    await admit(ledger, cron(3, told));
    expect(await ledger.runs.list({ chat: chatKey(home), limit: 9 })).toMatchObject([{ id: id(3) }]);
  });

  test('from version 4 know what was repeated before it was noted', async () => {
    const file = await freshFile();
    const old = Database.open(file);
    migrate(old, migrations.slice(0, 4));
    const row = (n: number, what: string, origin: string): string =>
      `(${n}, '${id(n)}', '${hook}', ${what}, ${T0}, ${T0}, ${T0}, 1, 1, ${origin}, 0)`;
    old.exec(`INSERT INTO specs (id, hash, json) VALUES (1, 'h', '${JSON.stringify(spec)}');
      INSERT INTO runs (seq, id, trigger, source, state, due_at, admitted_at, ended_at, revision, spec, origin, payload_bytes)
        VALUES ${row(1, `'webhook', 'failed'`, 'NULL')}, ${row(2, `'webhook', 'failed'`, 'NULL')},
          ${row(3, `'retry', 'succeeded'`, `'${id(1)}'`)}, ${row(4, `'retry', 'skipped'`, `'${id(2)}'`)}`);
    old.close();
    await using ledger = SqliteLedger.open(file, silentLog);
    expect(await ledger.runs.list({ dead: true, limit: 9 })).toMatchObject([{ id: id(2) }]);
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
