/** Holds hard cuts to their promise: no character is torn that a reader takes for one. */
import { expect, test } from 'vitest';
import { boundaryBefore } from '../../../src/chat/render/boundary.ts';
import { FAMILY } from './traps.ts';

test('a text is cut where it may be', () => {
  expect(boundaryBefore('abcdef', 1, 4)).toBe(4);
});

test('a text that ends before the limit is not cut', () => {
  expect(boundaryBefore('abc', 0, 3)).toBe(3);
  expect(boundaryBefore('abc', 0, 9)).toBe(3);
});

test.each([
  ['a surrogate pair', '🌍'],
  ['a family', FAMILY],
  ['a flag', '🇦🇺'],
  ['a skin tone', '👍🏽'],
  ['a letter and its accent', 'e\u0301'],
])('%s is not torn, wherever the limit falls', (_what, character) => {
  for (let latest = 3; latest < 3 + character.length; latest += 1) {
    expect(boundaryBefore(`abc${character}def`, 0, latest)).toBe(3);
  }
  expect(boundaryBefore(`abc${character}def`, 0, 3 + character.length)).toBe(3 + character.length);
});

test('a row of flags is cut between flags', () => {
  expect(boundaryBefore('🇦🇺🇩🇪🇫🇷', 0, 10)).toBe(8);
});

test('a single character longer than the limit is torn between its surrogate pairs', () => {
  expect(boundaryBefore(FAMILY.repeat(2), 0, 4)).toBe(3);
  expect(boundaryBefore(`a${'\u0301'.repeat(50)}`, 0, 9)).toBe(9);
});
