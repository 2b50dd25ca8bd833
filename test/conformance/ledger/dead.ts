/** What every ledger promises about dead letters: failed runs that nothing repeats. */
import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../../src/core/ledger.ts';
import type { RunFilter } from '../../../src/core/run-ledger.ts';
import { chatKey } from '../../../src/core/message.ts';
import type { StoreKind } from './bench.ts';
import {
  admit,
  claimOne,
  cron,
  cronA,
  cronB,
  delivery,
  finish,
  hook,
  id,
  openFor,
  settlement,
  spec,
} from './bench.ts';
import { home } from './messages.ts';

export function deadLetterSuite(kind: StoreKind): void {
  test('are the failed runs, newest first, of all, of a trigger, of a chat, and page by page', async () => {
    const ledger = await openFor(kind);
    await fail(ledger, 1);
    await finish(ledger, cron(2), 9);
    await admit(ledger, delivery(3, { spec: { ...spec, chat: home } }));
    await ledger.runs.settle(settlement(await claimOne(ledger, hook), { state: 'failed' }));
    await fail(ledger, 4);
    await admit(ledger, cron(5, { state: 'skipped' }), cron(6));
    expect(await dead(ledger)).toEqual([4, 3, 1].map(id));
    expect(await dead(ledger, { trigger: cronA })).toEqual([4, 1].map(id));
    expect(await dead(ledger, { trigger: cronB })).toEqual([]);
    expect(await dead(ledger, { chat: chatKey(home) })).toEqual([id(3)]);
    expect(await dead(ledger, { chat: chatKey(home), trigger: cronA })).toEqual([]);
    expect(await dead(ledger, { before: id(4), limit: 1 })).toEqual([id(3)]);
  });

  describe('end with a run that repeats them', () => {
    test.each(['retry', 'replay'] as const)('by %s, which may be one itself', async (source) => {
      const ledger = await openFor(kind);
      await fail(ledger, 1);
      await admit(ledger, cron(2, { source, origin: id(1) }));
      expect(await dead(ledger)).toEqual([]);
      await ledger.runs.settle(settlement(await claimOne(ledger), { state: 'failed' }));
      expect(await dead(ledger)).toEqual([id(2)]);
    });

    test('but not with one that is left out, goes on with its session, or repeats another', async () => {
      const ledger = await openFor(kind);
      await fail(ledger, 1);
      await admit(
        ledger,
        cron(2, { source: 'retry', origin: id(1), state: 'skipped', reason: 'budget' }),
        cron(3, { source: 'manual', origin: id(1) }),
        cron(4, { source: 'retry', origin: id(77) }),
      );
      expect(await dead(ledger)).toEqual([id(1)]);
    });
  });
}

async function fail(ledger: Ledger, n: number): Promise<void> {
  await admit(ledger, cron(n));
  await ledger.runs.settle(settlement(await claimOne(ledger), { state: 'failed' }));
}

async function dead(ledger: Ledger, filter: Partial<RunFilter> = {}): Promise<readonly string[]> {
  return (await ledger.runs.list({ limit: 10, dead: true, ...filter })).map((run) => run.id);
}
