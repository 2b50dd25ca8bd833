import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../src/core/log.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { FakeClock } from '../support/fake-clock.ts';

const deps = { clock: new FakeClock(), log: silentLog };

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'untether-open-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

describe('opening a ledger', () => {
  test('a missing file is a clean start, and only its owner may read what is made', async () => {
    const file = join(await folder(), 'untether.db');
    const ledger = await openLedger({ file, ...deps });
    expect(ledger.location).toBe(file);
    expect(await ledger.runs.list({ limit: 1 })).toEqual([]);
    for (const name of [file, `${file}-wal`, `${file}-shm`]) {
      expect((await stat(name)).mode & 0o077).toBe(0);
    }
    await ledger[Symbol.asyncDispose]();
  });

  test('an empty file is a clean start too', async () => {
    const file = join(await folder(), 'untether.db');
    await writeFile(file, '');
    const ledger = await openLedger({ file, ...deps });
    expect(await ledger.runs.counts()).toEqual({ scheduled: 0, queued: 0, running: 0 });
    await ledger[Symbol.asyncDispose]();
  });

  test('closed in order, one file is left', async () => {
    const path = await folder();
    const ledger = await openLedger({ file: join(path, 'untether.db'), ...deps });
    await ledger.runs.admit({ admissions: [], accountedUntil: 1 });
    await ledger[Symbol.asyncDispose]();
    await ledger[Symbol.asyncDispose]();
    expect(await readdir(path)).toEqual(['untether.db']);
  });

  test('a closed ledger takes nothing more', async () => {
    const ledger = await openLedger({ file: join(await folder(), 'untether.db'), ...deps });
    await ledger[Symbol.asyncDispose]();
    await expect(ledger.runs.admit({ admissions: [] })).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('memory: is a store that is gone with the process', async () => {
    const ledger = await openLedger({ url: 'memory:', ...deps });
    expect(ledger.location).toBe('memory:');
  });

  test.each(['postgres://u:secret@h/db', 'mysql:x', 'nonsense'])(
    'an address without a store is refused, without its password: %s',
    async (url) => {
      const refusal = await openLedger({ url, ...deps }).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'unsupported' });
      expect(String(refusal)).not.toContain('secret');
    },
  );

  test('a folder that is not there makes it unavailable, and the message names the file', async () => {
    const file = join(await folder(), 'missing', 'untether.db');
    const refusal = openLedger({ file, ...deps });
    await expect(refusal).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(file),
    });
  });
});
