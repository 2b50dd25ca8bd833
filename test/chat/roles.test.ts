/** Holds roles to numeric ids and to nothing else. */
import { describe, expect, test } from 'vitest';
import { mayDo, roleOf, roles } from '../../src/chat/roles.ts';
import { TERMINAL_BOT } from '../../src/core/message.ts';

const settings = { users: new Set([1, 2, 3]), operators: new Set([2, 3]), admins: new Set([3]) };
const to = { bot: 'default', chat: 1 };

describe('a role', () => {
  test.for([
    [1, 'user'],
    [2, 'operator'],
    [3, 'admin'],
    [4, undefined],
    [0, undefined],
    [-1, undefined],
    [Number.NaN, undefined],
    [1.5, undefined],
  ] as const)('of %d is %s', ([from, role]) => {
    expect(roleOf({ from, to }, settings)).toBe(role);
  });

  test('is not had by the number of a chat, nor by a name that reads like an id', () => {
    expect(roleOf({ from: 9, to: { bot: 'default', chat: 3 } }, settings)).toBeUndefined();
    expect(roleOf({ from: '3' as unknown as number, to }, settings)).toBeUndefined();
  });

  test('is the highest in the terminal, which belongs to the owner', () => {
    expect(roleOf({ from: undefined, to: { bot: TERMINAL_BOT, chat: 0 } }, settings)).toBe('admin');
    expect(roleOf({ from: undefined, to }, settings)).toBeUndefined();
  });

  test('is nobody’s where nobody is listed', () => {
    const nobody = { users: new Set<number>(), operators: new Set<number>(), admins: new Set<number>() };
    for (const from of [0, 1, 2, 3, 777_000]) expect(roleOf({ from, to }, nobody)).toBeUndefined();
  });
});

test('each role may do what those before it may, and nothing beyond', () => {
  const table = roles.map((role) => roles.map((needed) => mayDo(role, needed)));
  expect(table).toEqual([
    [true, false, false],
    [true, true, false],
    [true, true, true],
  ]);
});
