/** What every ledger promises to remember of the service itself. */
import { describe, expect, test } from 'vitest';
import type { StoreKind } from './bench.ts';
import { T0, boot1, boot2, openFor } from './bench.ts';

export function serviceSuite(kind: StoreKind): void {
  describe('boots', () => {
    test('a life begins, shows signs, and ends in order or not at all', async () => {
      const { service } = await openFor(kind);
      await service.beginBoot({ id: boot1, at: T0, version: '1.0.0' });
      await service.alive(boot1, T0 + 50);
      await service.beginBoot({ id: boot2, at: T0 + 100, version: '1.1.0' });
      await service.endBoot(boot2, T0 + 200);
      const first = { id: boot1, startedAt: T0, aliveAt: T0 + 50, stoppedAt: undefined, version: '1.0.0' };
      const second = {
        id: boot2,
        startedAt: T0 + 100,
        aliveAt: T0 + 200,
        stoppedAt: T0 + 200,
        version: '1.1.0',
      };
      expect(await service.boots(9)).toEqual([second, first]);
      expect(await service.boots(1)).toEqual([second]);
    });
  });

  describe('revisions', () => {
    const text = (n: number): { hash: string; text: string; at: number } => ({
      hash: `h${n}`,
      text: `# ${n}`,
      at: T0 + n,
    });

    test('numbers count up from 1, and the same text keeps its number', async () => {
      const { service } = await openFor(kind);
      expect(await service.revisions()).toEqual([]);
      expect(await service.addRevision(text(1))).toBe(1);
      expect(await service.addRevision({ ...text(1), at: T0 + 9 })).toBe(1);
      expect(await service.addRevision(text(2))).toBe(2);
      expect(await service.addRevision(text(1))).toBe(3);
      expect(await service.revisions()).toEqual([
        { revision: 3, ...text(1) },
        { revision: 2, ...text(2) },
        { revision: 1, ...text(1) },
      ]);
    });

    test('the last ten are kept, and the numbers go on', async () => {
      const { service } = await openFor(kind);
      for (let n = 1; n <= 14; n += 1) await service.addRevision(text(n));
      expect((await service.revisions()).map(({ revision }) => revision)).toEqual([
        14, 13, 12, 11, 10, 9, 8, 7, 6, 5,
      ]);
    });
  });
}
