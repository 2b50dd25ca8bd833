import { createHash } from 'node:crypto';
import { mkdir, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/core/log.ts';
import { Database } from '../../../src/ledger/sqlite/database.ts';
import { SqliteLedger } from '../../../src/ledger/sqlite/ledger.ts';
import { SCHEMA_VERSION } from '../../../src/ledger/sqlite/schema/migrate.ts';
import { admit, delivery, id } from '../../conformance/ledger/bench.ts';
import { damagePages, freshFile, leavesOf } from './files.ts';

async function digest(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

/** A ledger with a hundred runs, closed in order. */
async function filledFile(): Promise<string> {
  const file = await freshFile();
  await using ledger = SqliteLedger.open(file, silentLog);
  const payload = { body: new Uint8Array(1_000), contentType: 'x', headers: {} };
  await admit(ledger, ...Array.from({ length: 100 }, (_, n) => delivery(n + 1, { payload })));
  return file;
}

/** Opening it must fail as `corrupt_state`, name file and way out, and change no byte. */
async function expectRefused(file: string, reason: RegExp, wayOut: RegExp): Promise<void> {
  const before = await digest(file);
  let refusal: unknown;
  try {
    SqliteLedger.open(file, silentLog);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toMatchObject({ code: 'corrupt_state', message: expect.stringMatching(reason) });
  expect(refusal).toMatchObject({ message: expect.stringContaining(file) });
  expect(refusal).toMatchObject({ message: expect.stringMatching(wayOut) });
  expect(await digest(file)).toBe(before);
}

describe('a file that cannot be used', () => {
  test('one that is no database is refused and left as it is', async () => {
    const file = await freshFile();
    await writeFile(file, 'these are my notes, not a database\n'.repeat(200));
    await expectRefused(file, /not a database/, /untether state repair/);
  });

  test('one with a damaged head is refused and left as it is', async () => {
    const file = await filledFile();
    const handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(64, 0xff), 0, 64, 0);
    await handle.close();
    await expectRefused(file, /not a database/, /untether state repair/);
  });

  test('one with a damaged page in the middle is refused and left as it is', async () => {
    const file = await filledFile();
    // Nothing that is read to open it: only the check of every page finds it.
    await damagePages(file, leavesOf(file, 'payloads').slice(3, 4));
    await expectRefused(file, /damaged|malformed/, /untether state repair/);
  });

  test('one that was cut off is refused and left as it is', async () => {
    const file = await filledFile();
    const { size } = await stat(file);
    await truncate(file, Math.floor(size / 2 / 4_096) * 4_096);
    await expectRefused(file, /damaged|malformed/, /untether state repair/);
  });

  test('one that a newer program wrote is refused and left as it is', async () => {
    const file = await filledFile();
    const database = Database.open(file);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    database.close();
    await expectRefused(
      file,
      new RegExp(`version ${SCHEMA_VERSION + 1} .* up to ${SCHEMA_VERSION}`),
      /newer untether/,
    );
  });

  test('one that a newer program left without closing it is refused too', async () => {
    const file = await filledFile();
    const crashed = Database.open(file);
    crashed.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    expect(() => SqliteLedger.open(file, silentLog)).toThrow(
      expect.objectContaining({ code: 'corrupt_state' }),
    );
    crashed.close();
  });

  test("another program's database is refused and left as it is", async () => {
    const file = await freshFile();
    const database = Database.open(file);
    database.exec('CREATE TABLE notes (text TEXT)');
    database.close();
    await expectRefused(file, /another program/, /backup/);
  });

  test('a folder in its place is refused', async () => {
    const file = await freshFile();
    await mkdir(file);
    expect(() => SqliteLedger.open(file, silentLog)).toThrow(
      expect.objectContaining({ code: 'corrupt_state' }),
    );
  });

  test('a sound one is opened as it was', async () => {
    const file = await filledFile();
    await using ledger = SqliteLedger.open(file, silentLog);
    expect((await ledger.runs.counts()).queued).toBe(100);
    expect((await ledger.runs.get(id(100)))?.payloadBytes).toBe(1_000);
  });
});
