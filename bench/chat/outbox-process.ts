/** What messages cost that wait: the heap of a process that posted 10,000 of them, and the file that they are in. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/core/log.ts';
import type { OutgoingMessage } from '../../src/core/message.ts';
import { SqliteLedger } from '../../src/ledger/sqlite/ledger.ts';

/** For 1,000 messages. */
export interface OutboxFigures {
  readonly heapKb: number;
  readonly fileKb: number;
}

const THOUSANDS = 10;

function thousand(first: number): readonly OutgoingMessage[] {
  return Array.from({ length: 1_000 }, (_, index) => ({
    key: `notice:bench:${first + index}`,
    to: { bot: 'default', chat: index % 200 },
    kind: 'notice',
    content: { text: `message ${first + index}: ${'x'.repeat(200)}`, silent: true },
  }));
}

async function measure(file: string): Promise<OutboxFigures> {
  await using ledger = SqliteLedger.open(file, silentLog);
  await ledger.chat.post(thousand(0), 0);
  globalThis.gc?.();
  const before = { heap: process.memoryUsage().heapUsed, file: await sizeOf(file) };
  for (let round = 1; round <= THOUSANDS; round++) await ledger.chat.post(thousand(round * 1_000), round);
  globalThis.gc?.();
  return {
    heapKb: Math.max(0, process.memoryUsage().heapUsed - before.heap) / THOUSANDS / 1_024,
    fileKb: ((await sizeOf(file)) - before.file) / THOUSANDS / 1_024,
  };
}

async function sizeOf(file: string): Promise<number> {
  const sizes = await Promise.all(
    [file, `${file}-wal`].map((one) =>
      stat(one).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const folder = await mkdtemp(join(tmpdir(), 'untether-bench-'));
const figures = await measure(join(folder, 'untether.db'));
await rm(folder, { recursive: true });
process.send?.(figures);
process.disconnect?.();
