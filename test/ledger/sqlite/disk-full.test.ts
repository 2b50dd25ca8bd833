import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/core/log.ts';
import { SqliteLedger } from '../../../src/ledger/sqlite/ledger.ts';
import {
  T0,
  admit,
  claimOne,
  cron,
  cronA,
  delivery,
  hook,
  id,
  settlement,
} from '../../conformance/ledger/bench.ts';
import type { OpenedLedger } from './files.ts';
import { freshFile, openOn } from './files.ts';

const sent = { delivery: { id: 'd', bodyHash: 'h' } };
const big = { payload: { body: new Uint8Array(1_000_000), contentType: 'x', headers: {} } };

/** From now on the file may not grow beyond `pages` more. */
function leaveRoom({ database }: OpenedLedger, pages: number): void {
  const now = database.statement<{ page_count: number }>('PRAGMA page_count').get();
  database.exec(`PRAGMA max_page_count = ${now!.page_count + pages}`);
}

describe('a disk that is full', () => {
  test('rejects what does not fit as unavailable, and nothing of it is left', async () => {
    const opened = openOn(await freshFile());
    const { ledger } = opened;
    await admit(ledger, cron(1));
    leaveRoom(opened, 1);
    const outcomes = await Promise.allSettled([
      admit(ledger, delivery(2, { ...sent, ...big })),
      ledger.runs.admit({ admissions: [delivery(3), delivery(4, big)], accountedUntil: T0 }),
    ]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    }
    expect((await ledger.runs.list({ limit: 9 })).map((run) => run.id)).toEqual([id(1)]);
    expect(await ledger.runs.countsOf(hook)).toEqual({ scheduled: 0, queued: 0, running: 0 });
    expect(await ledger.triggers.accountedUntil()).toBeUndefined();
  });

  test('does not keep small writes of the same turn from being made', async () => {
    const opened = openOn(await freshFile());
    const { ledger } = opened;
    await admit(ledger, cron(1));
    const run = await claimOne(ledger);
    leaveRoom(opened, 1);
    const [, settled] = await Promise.allSettled([
      admit(ledger, delivery(2, big)),
      ledger.runs.settle(settlement(run)),
    ]);
    expect(settled).toEqual({ status: 'fulfilled', value: true });
    expect((await ledger.runs.get(id(1)))?.state).toBe('succeeded');
  });

  test('takes everything again once there is room, as if nothing had been', async () => {
    const file = await freshFile();
    const opened = openOn(file);
    const { ledger, database } = opened;
    leaveRoom(opened, 0);
    await expect(admit(ledger, delivery(1, { ...sent, ...big }))).rejects.toMatchObject({
      code: 'unavailable',
    });
    database.exec('PRAGMA max_page_count = 1000000');
    expect(await admit(ledger, delivery(1, { ...sent, ...big }), cron(2))).toMatchObject([
      { kind: 'admitted' },
      { kind: 'admitted' },
    ]);
    expect((await claimOne(ledger, hook)).payload?.body.byteLength).toBe(1_000_000);
    await ledger[Symbol.asyncDispose]();
    await using again = SqliteLedger.open(file, silentLog);
    expect(await again.runs.countsOf(cronA)).toEqual({ scheduled: 0, queued: 1, running: 0 });
    expect(await again.runs.countsOf(hook)).toEqual({ scheduled: 0, queued: 0, running: 1 });
  });
});
