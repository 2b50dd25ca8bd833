/** Holds the reading of fields to its promise: a value of the right kind, or nothing. */
import { describe, expect, test } from 'vitest';
import { amountOf, nameOf, objectOf, objectsOf, sumOf, textOf } from '../../src/engines/fields.ts';

const others = [undefined, null, true, {}, []] as const;

describe('a field', () => {
  test.each([...others, '1', -1, Infinity, NaN])('%j is no amount', (value) => {
    expect(amountOf(value)).toBeNull();
  });

  test.each([...others, 7, ''])('%j is no text', (value) => {
    expect(textOf(value)).toBeNull();
  });

  test.each([undefined, null, true, 7, 'x', [{}]])('%j is an empty object', (value) => {
    expect(objectOf(value)).toEqual({});
  });
});

test('a name is no longer than any name', () => {
  expect(nameOf('s'.repeat(300))).toHaveLength(300);
  expect(nameOf('s'.repeat(301))).toBeNull();
});

test('a list is the objects in it', () => {
  expect(objectsOf([1, { a: 1 }, null, [{}], 'x'])).toEqual([{ a: 1 }]);
  expect(objectsOf({ 0: {} })).toEqual([]);
});

test('a sum is that of the amounts', () => {
  expect(sumOf(1, undefined, '2', -3, 4.5)).toBe(5.5);
});
