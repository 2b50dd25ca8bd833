/** What every ledger promises to remember of triggers across snapshots. */
import { describe, expect, test } from 'vitest';
import type { TriggerId } from '../../../src/core/ids.ts';
import type { StoreKind } from './bench.ts';
import { T0, admit, cron, cronA, cronB, hook, openFor } from './bench.ts';

export function triggerSuite(kind: StoreKind): void {
  describe('pauses', () => {
    test('of one and of all are kept apart, each with its end', async () => {
      const ledger = await openFor(kind);
      const all = { trigger: undefined, since: T0, until: undefined, by: 'ops' };
      const one = { trigger: cronA, since: T0 + 1, until: T0 + 100, by: 'me' };
      await ledger.triggers.pause(one);
      await ledger.triggers.pause(all);
      expect(await ledger.triggers.pauses()).toEqual([all, one]);
      expect(await ledger.triggers.resume(undefined)).toBe(true);
      expect(await ledger.triggers.pauses()).toEqual([one]);
      expect(await ledger.triggers.resume(cronA)).toBe(true);
      expect(await ledger.triggers.pauses()).toEqual([]);
    });

    test('a second pause of the same trigger replaces the first', async () => {
      const ledger = await openFor(kind);
      await ledger.triggers.pause({ trigger: hook, since: T0, until: T0 + 5, by: 'a' });
      await ledger.triggers.pause({ trigger: hook, since: T0 + 1, until: undefined, by: 'b' });
      expect(await ledger.triggers.pauses()).toEqual([
        { trigger: hook, since: T0 + 1, until: undefined, by: 'b' },
      ]);
    });

    test('resuming what is not paused says so', async () => {
      const ledger = await openFor(kind);
      await ledger.triggers.pause({ trigger: cronA, since: T0, until: undefined, by: 'a' });
      expect(await ledger.triggers.resume(cronB)).toBe(false);
      expect(await ledger.triggers.resume(undefined)).toBe(false);
    });
  });

  describe('arm', () => {
    const file = (...crons: ReadonlyArray<readonly [TriggerId, string]>): ReadonlyMap<TriggerId, string> =>
      new Map(crons);

    test('a new cron is armed now, and stays so through unrelated edits', async () => {
      const ledger = await openFor(kind);
      await ledger.triggers.arm(file([cronA, 'h1']), T0);
      await ledger.triggers.arm(file([cronA, 'h1'], [cronB, 'h2']), T0 + 10);
      expect([...(await ledger.triggers.cronStates())]).toEqual([
        [cronA, { armHash: 'h1', armedAt: T0, spent: false }],
        [cronB, { armHash: 'h2', armedAt: T0 + 10, spent: false }],
      ]);
    });

    test('a spent one-shot stays spent while its id and definition stay in the file', async () => {
      const ledger = await openFor(kind);
      await ledger.triggers.arm(file([cronA, 'h1']), T0);
      await admit(ledger, cron(1, { spends: 'h1' }));
      await ledger.triggers.arm(file([cronA, 'h1'], [cronB, 'h2']), T0 + 10);
      await ledger.triggers.arm(file([cronA, 'h1']), T0 + 20);
      expect((await ledger.triggers.cronStates()).get(cronA)).toEqual({
        armHash: 'h1',
        armedAt: T0,
        spent: true,
      });
    });

    test('another definition arms it again, and so does the old one after it', async () => {
      const ledger = await openFor(kind);
      await ledger.triggers.arm(file([cronA, 'h1']), T0);
      await admit(ledger, cron(1, { spends: 'h1' }));
      await ledger.triggers.arm(file([cronA, 'h2']), T0 + 10);
      expect((await ledger.triggers.cronStates()).get(cronA)).toEqual({
        armHash: 'h2',
        armedAt: T0 + 10,
        spent: false,
      });
      await ledger.triggers.arm(file([cronA, 'h1']), T0 + 20);
      expect((await ledger.triggers.cronStates()).get(cronA)).toEqual({
        armHash: 'h1',
        armedAt: T0 + 20,
        spent: false,
      });
    });

    test('removing an id forgets it, so that adding it back arms it again', async () => {
      const ledger = await openFor(kind);
      await ledger.triggers.arm(file([cronA, 'h1'], [cronB, 'h1']), T0);
      await admit(ledger, cron(1, { spends: 'h1' }));
      await ledger.triggers.arm(file([cronB, 'h1']), T0 + 10);
      expect([...(await ledger.triggers.cronStates()).keys()]).toEqual([cronB]);
      await ledger.triggers.arm(file([cronA, 'h1'], [cronB, 'h1']), T0 + 20);
      expect((await ledger.triggers.cronStates()).get(cronA)).toEqual({
        armHash: 'h1',
        armedAt: T0 + 20,
        spent: false,
      });
    });

    test('a list that is empty for a moment forgets nobody: a spent one-shot stays spent', async () => {
      const ledger = await openFor(kind);
      await ledger.triggers.arm(file([cronA, 'h1']), T0);
      await admit(ledger, cron(1, { spends: 'h1' }));
      await ledger.triggers.arm(file(), T0 + 10);
      await ledger.triggers.arm(file([cronA, 'h1']), T0 + 20);
      expect((await ledger.triggers.cronStates()).get(cronA)).toEqual({
        armHash: 'h1',
        armedAt: T0,
        spent: true,
      });
    });

    test('an admission under an old definition does not spend the new one', async () => {
      const ledger = await openFor(kind);
      await ledger.triggers.arm(file([cronA, 'h1']), T0);
      await Promise.all([
        ledger.triggers.arm(file([cronA, 'h2']), T0 + 10),
        admit(ledger, cron(1, { spends: 'h1' })),
      ]);
      expect((await ledger.triggers.cronStates()).get(cronA)?.spent).toBe(false);
    });

    test('a map handed out does not change afterwards', async () => {
      const ledger = await openFor(kind);
      await ledger.triggers.arm(file([cronA, 'h1']), T0);
      const before = await ledger.triggers.cronStates();
      await ledger.triggers.arm(file([cronA, 'h2'], [cronB, 'h2']), T0 + 10);
      expect([...before]).toEqual([[cronA, { armHash: 'h1', armedAt: T0, spent: false }]]);
    });
  });
}
