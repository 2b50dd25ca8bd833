/** What every ledger promises about what chats send, and what it remembers of them. */
import { describe, expect, test } from 'vitest';
import type { Receipt } from '../../../src/core/chat-ledger.ts';
import type { StoreKind } from './bench.ts';
import { HOUR, T0, openFor } from './bench.ts';
import { drain, message } from './messages.ts';

/** That the account 42 sent update `n`, answered by messages of these keys. */
function receipt(n: number, ...answers: readonly string[]): Receipt {
  return { account: '42', update: n, answers: answers.map((key) => message(key)), at: T0 };
}

export function chatSuite(kind: StoreKind): void {
  describe('received', () => {
    test('an update is recorded with its answers, once', async () => {
      const ledger = await openFor(kind);
      expect(await ledger.chat.lastUpdate('42', T0)).toBeUndefined();
      expect(await ledger.chat.received(receipt(7, 'a', 'b'))).toBe(true);
      expect(await ledger.chat.received(receipt(7, 'a', 'again'))).toBe(false);
      expect(await ledger.chat.lastUpdate('42', T0)).toBe(7);
      expect(await ledger.chat.message('a')).toMatchObject({ version: 1, createdAt: T0 });
      expect(await drain(ledger)).toEqual(['a', 'b']);
    });

    test('two of one turn are one', async () => {
      const ledger = await openFor(kind);
      const both = await Promise.all([1, 2].map(() => ledger.chat.received(receipt(7, 'a'))));
      expect(both).toEqual([true, false]);
      expect(await drain(ledger)).toEqual(['a']);
    });

    test('everything up to the last update counts as done, gaps too', async () => {
      const ledger = await openFor(kind);
      await ledger.chat.received(receipt(7));
      expect(await ledger.chat.received(receipt(9, 'nine'))).toBe(true);
      expect(await ledger.chat.received(receipt(8, 'eight'))).toBe(false);
      expect(await ledger.chat.lastUpdate('42', T0)).toBe(9);
      expect(await drain(ledger)).toEqual(['nine']);
    });

    test('an update without an answer is recorded all the same, the first one with id 0 too', async () => {
      const { chat } = await openFor(kind);
      expect(await chat.received(receipt(0))).toBe(true);
      expect(await chat.lastUpdate('42', T0)).toBe(0);
    });

    test('after six days without any, an update may have any id', async () => {
      const { chat } = await openFor(kind);
      await chat.received(receipt(7));
      const later = T0 + 6 * 24 * HOUR;
      expect(await chat.received({ ...receipt(3), at: later - 1 })).toBe(false);
      expect(await chat.lastUpdate('42', later)).toBeUndefined();
      expect(await chat.received({ ...receipt(3), at: later })).toBe(true);
      expect(await chat.lastUpdate('42', later)).toBe(3);
    });

    test('accounts have their own updates', async () => {
      const { chat } = await openFor(kind);
      await chat.received(receipt(7));
      expect(await chat.received({ ...receipt(3), account: '43' })).toBe(true);
      expect([await chat.lastUpdate('42', T0), await chat.lastUpdate('43', T0)]).toEqual([7, 3]);
    });
  });

  describe('remember', () => {
    test('a value stays under its name until it is replaced or deleted', async () => {
      const { chat } = await openFor(kind);
      expect(await chat.remembered('menu')).toBeUndefined();
      await chat.remember('menu', 'one');
      await chat.remember('menu', 'two');
      await chat.remember('empty', '');
      expect([await chat.remembered('menu'), await chat.remembered('empty')]).toEqual(['two', '']);
      await chat.remember('menu', undefined);
      await chat.remember('never', undefined);
      expect([await chat.remembered('menu'), await chat.remembered('never')]).toEqual([undefined, undefined]);
    });

    test('values are found by how their names begin, letter for letter', async () => {
      const { chat } = await openFor(kind);
      const names = [
        'mute:',
        'mute:a',
        'mute:\u{10ffff}x',
        'Mute:b',
        'mute',
        'mutf',
        'mute_x',
        'mute%x',
        'x',
      ];
      for (const name of names) await chat.remember(name, `of ${name}`);
      const found = async (prefix: string): Promise<readonly string[]> => [
        ...(await chat.memories(prefix)).keys(),
      ];
      expect(new Set(await found('mute:'))).toEqual(new Set(['mute:', 'mute:a', 'mute:\u{10ffff}x']));
      expect(await found('mute_')).toEqual(['mute_x']);
      expect(await found('mute%')).toEqual(['mute%x']);
      expect(await found('nothing')).toEqual([]);
      expect(new Set(await found(''))).toEqual(new Set(names));
      expect((await chat.memories('mute:a')).get('mute:a')).toBe('of mute:a');
    });
  });
}
