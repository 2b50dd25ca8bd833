/** Decides which store the schedules are measured with: the embedded one, durable, in a folder that is gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { silentLog } from '../../src/core/log.ts';
import { openLedger } from '../../src/ledger/open.ts';

/** Opens an empty ledger, lends it, and takes it away. */
export async function withLedger<T>(work: (ledger: Ledger) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'untether-bench-'));
  try {
    await using ledger = await openLedger({
      file: join(folder, 'untether.db'),
      clock: systemClock,
      log: silentLog,
    });
    return await work(ledger);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
