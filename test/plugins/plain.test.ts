/** What leaves a plugin is small and plain, or is refused before it costs anything. */
import { expect, test } from 'vitest';
import { plain } from '../../src/plugins/plain.ts';

test.each([
  [undefined, undefined],
  [null, null],
  [{ a: [1, 'x', { b: Number.NaN, c: undefined }] }, { a: [1, 'x', { b: null }] }],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
  ['x'.repeat(98), 'x'.repeat(98)],
])('what JSON has goes as it has it: %#', (value, expected) => {
  expect(plain(value, 'it', 100)).toEqual(expected);
});

const circle: Record<string, unknown> = {};
circle['a'] = circle;

test.each([
  ['a function', () => 1, 'it is nothing that JSON has'],
  ['a number of any length', 5n, /BigInt/],
  ['a circle', circle, /circular/],
  ['a long text', 'x'.repeat(101), 'it is longer than 100 characters of JSON'],
  ['one that is long as JSON', '"'.repeat(60), 'it is longer than 100 characters of JSON'],
  ['a long key', { ['x'.repeat(101)]: 1 }, 'it is longer than 100 characters of JSON'],
  ['a long list', Array.from({ length: 101 }, () => 1), 'it is longer than 100 characters of JSON'],
  ['bytes', Buffer.alloc(1), 'it holds bytes: write them as a text, such as Base64'],
  ['bytes inside', { a: new Uint8Array(100_000_000) }, /^it holds bytes/],
])('%s is refused', (_what, value, words) => {
  expect(() => plain(value, 'it', 100)).toThrow(words);
});
