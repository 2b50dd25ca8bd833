/** The stores there are, as the suite opens them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/core/log.ts';
import { openLedger } from '../../../src/ledger/open.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import type { StoreKind } from './bench.ts';

export const memoryKind: StoreKind = {
  name: 'memory',
  async open() {
    const ledger = await openLedger({ url: 'memory:', clock: new FakeClock(), log: silentLog });
    return { ledger, reopen: undefined, close: async () => ledger[Symbol.asyncDispose]() };
  },
};

export const sqliteKind: StoreKind = {
  name: 'SQLite',
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'untether-ledger-'));
    const open = (): ReturnType<typeof openLedger> =>
      openLedger({ file: join(folder, 'untether.db'), clock: new FakeClock(), log: silentLog });
    let current = await open();
    return {
      ledger: current,
      async reopen() {
        await current[Symbol.asyncDispose]();
        current = await open();
        return current;
      },
      async close() {
        await current[Symbol.asyncDispose]();
        await rm(folder, { recursive: true });
      },
    };
  },
};
