import { createHash } from 'node:crypto';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../../src/core/log.ts';
import { backupLedger, repairLedger } from '../../src/ledger/maintenance.ts';
import { Database } from '../../src/ledger/sqlite/database.ts';
import { SqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { migrate } from '../../src/ledger/sqlite/schema/migrate.ts';
import { migrations } from '../../src/ledger/sqlite/schema/migrations.ts';
import {
  T0,
  admit,
  claimOne,
  cron,
  cronA,
  delivery,
  finish,
  id,
  payload,
  settlement,
} from '../conformance/ledger/bench.ts';
import { counted } from '../conformance/ledger/deliveries.ts';
import { drain, group, message, postAndSend, report } from '../conformance/ledger/messages.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { damagePages, freshFile, leavesOf } from './sqlite/files.ts';

const clock = new FakeClock();

async function digest(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

/** A closed ledger with 300 waiting deliveries of 1 KB, a finished run, a pause and an armed cron. */
async function filledFile(): Promise<string> {
  const file = await freshFile();
  await using ledger = SqliteLedger.open(file, silentLog);
  await finish(ledger, cron(1), T0 + 10);
  const sent = Array.from({ length: 300 }, (_, n) =>
    delivery(n + 2, { payload: payload('x'.repeat(1_000)) }),
  );
  await admit(ledger, ...sent);
  await ledger.triggers.pause({ trigger: cronA, since: T0, until: undefined, by: 'me' });
  await ledger.triggers.arm(new Map([[cronA, 'h1']]), T0);
  await ledger.runs.admit({ admissions: [], accountedUntil: T0 + 77 });
  return file;
}

function soundness(file: string): unknown {
  const database = Database.open(file);
  const found = [
    database.statement<{ integrity_check: string }>('PRAGMA integrity_check').get()?.integrity_check,
    database.statement('PRAGMA foreign_key_check').all(),
  ];
  database.close();
  return found;
}

describe('a backup', () => {
  test('is a ledger of its own, taken while the original is in use', async () => {
    const file = await filledFile();
    const to = join(dirname(file), 'backup.db');
    await using ledger = SqliteLedger.open(file, silentLog);
    const [answers] = await Promise.all([admit(ledger, cron(900)), backupLedger(file, to)]);
    expect(answers[0]?.kind).toBe('admitted');
    await admit(ledger, cron(901));
    await using copy = SqliteLedger.open(to, silentLog);
    expect((await copy.runs.get(id(301)))?.payloadBytes).toBe(1_000);
    expect(await copy.runs.get(id(901))).toBeUndefined();
    expect(await copy.triggers.accountedUntil()).toBe(T0 + 77);
    expect((await stat(to)).mode & 0o077).toBe(0);
    expect((await readdir(dirname(file))).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('replaces nothing, and of nothing there is none', async () => {
    const file = await filledFile();
    await expect(backupLedger(file, file)).rejects.toMatchObject({ code: 'conflict' });
    await expect(backupLedger(`${file}.missing`, `${file}.to`)).rejects.toMatchObject({ code: 'not_found' });
    expect(await readdir(dirname(file))).toEqual([basename(file)]);
  });
});

describe('a repair', () => {
  test('saves every row but those on damaged pages, and keeps the damaged file', async () => {
    const file = await filledFile();
    const payloads = leavesOf(file, 'payloads');
    await damagePages(file, [payloads[3]!, ...leavesOf(file, 'runs_id').slice(0, 1)]);
    const before = await digest(file);
    expect(() => SqliteLedger.open(file, silentLog)).toThrow(
      expect.objectContaining({ code: 'corrupt_state' }),
    );

    const { damaged, tables } = repairLedger(file, clock);

    expect(await digest(damaged)).toBe(before);
    expect(soundness(file)).toEqual(['ok', []]);
    const of = (table: string): unknown => tables.find((one) => one.table === table);
    expect(of('runs')).toEqual({ table: 'runs', rows: 301, unreadable: 0 });
    const lost = 300 - tables.find((one) => one.table === 'payloads')!.rows;
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(10);
    await using ledger = SqliteLedger.open(file, silentLog);
    expect((await ledger.runs.counts()).queued).toBe(300);
    expect((await ledger.runs.get(id(1)))?.attempts).toHaveLength(1);
    expect(await ledger.triggers.pauses()).toHaveLength(1);
    expect((await ledger.triggers.cronStates()).get(cronA)?.armHash).toBe('h1');
    expect(await ledger.triggers.accountedUntil()).toBe(T0 + 77);
  });

  test('keeps runs whose specification was lost, but starts none of them', async () => {
    const file = await filledFile();
    await damagePages(file, leavesOf(file, 'specs'));
    repairLedger(file, clock);
    expect(soundness(file)).toEqual(['ok', []]);
    await using ledger = SqliteLedger.open(file, silentLog);
    expect(await ledger.runs.counts()).toEqual({ scheduled: 0, queued: 0, running: 0 });
    expect((await ledger.runs.get(id(1)))?.state).toBe('succeeded');
    expect(await ledger.runs.get(id(2))).toMatchObject({
      state: 'cancelled',
      reason: expect.stringContaining('lost'),
      endedAt: clock.now(),
    });
    expect((await ledger.runs.spec(id(2)))?.action.kind).toBe('notify_only');
  });

  test('of a file whose head is gone changes nothing and says so', async () => {
    const file = await freshFile();
    await writeFile(file, Buffer.alloc(8_192, 0x41));
    expect(() => repairLedger(file, clock)).toThrow(expect.objectContaining({ code: 'corrupt_state' }));
    expect(await readdir(dirname(file))).toEqual([basename(file)]);
  });

  test("of another program's database changes nothing and says so", async () => {
    const file = await freshFile();
    const database = Database.open(file);
    database.exec('CREATE TABLE notes (text TEXT)');
    database.close();
    expect(() => repairLedger(file, clock)).toThrow(expect.objectContaining({ code: 'corrupt_state' }));
    expect(await readdir(dirname(file))).toEqual([basename(file)]);
  });

  test('of a sound file keeps all of it', async () => {
    const file = await filledFile();
    {
      await using ledger = SqliteLedger.open(file, silentLog);
      await ledger.deliveries.count([counted()]);
      await admit(ledger, cron(900));
      const run = await claimOne(ledger);
      await ledger.runs.settle(settlement(run, { agent: report(), messages: [message('a')] }));
      await ledger.chat.received({ account: '42', update: 7, answers: [message('b')], at: T0 });
      await ledger.chat.remember('menu', 'of today');
      await postAndSend(ledger, message('c', { to: group }));
    }
    const { tables } = repairLedger(file, clock);
    expect(tables.every(({ unreadable }) => unreadable === 0)).toBe(true);
    await using ledger = SqliteLedger.open(file, silentLog);
    expect(await ledger.runs.list({ limit: 1_000 })).toHaveLength(302);
    expect(await ledger.deliveries.deliveryCounts({})).toEqual([counted()]);
    expect(await ledger.usage.sessionOf(id(900))).toMatchObject({ attempt: 1, session: 's-1' });
    expect(await ledger.chat.lastUpdate('42', T0)).toBe(7);
    expect(await ledger.chat.remembered('menu')).toBe('of today');
    expect(await ledger.chat.messageAt(group, 501)).toMatchObject({ key: 'c', seq: 3, state: 'sent' });
    await ledger.chat.post([message('d')], T0);
    expect(await drain(ledger)).toEqual(['a', 'b', 'd']);
  });

  test('saves every message but those on damaged pages', async () => {
    const file = await freshFile();
    {
      await using ledger = SqliteLedger.open(file, silentLog);
      const text = 'x'.repeat(1_000);
      const all = Array.from({ length: 100 }, (_, n) =>
        message(`m${n}`, { content: { text, silent: true } }),
      );
      await ledger.chat.post(all, T0);
      await ledger.chat.remember('menu', 'of today');
    }
    await damagePages(file, [leavesOf(file, 'outbox')[3]!]);
    const { tables } = repairLedger(file, clock);
    const saved = tables.find(({ table }) => table === 'outbox')!.rows;
    expect(saved).toBeGreaterThan(90);
    expect(saved).toBeLessThan(100);
    expect(soundness(file)).toEqual(['ok', []]);
    await using ledger = SqliteLedger.open(file, silentLog);
    expect((await ledger.chat.outboxCounts()).waiting).toBe(saved);
    expect(await ledger.chat.remembered('menu')).toBe('of today');
  });

  test.each([1, 2])('of a file of version %i does without the tables that came later', async (version) => {
    const file = await freshFile();
    const old = Database.open(file);
    migrate(old, migrations.slice(0, version));
    old.close();
    repairLedger(file, clock);
    await using ledger = SqliteLedger.open(file, silentLog);
    expect(await ledger.deliveries.deliveryCounts({})).toEqual([]);
    expect(await ledger.chat.outboxCounts()).toEqual({ waiting: 0, failed: 0, unknown: 0 });
  });
});
