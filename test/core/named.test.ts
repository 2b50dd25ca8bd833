/** Holds that a name means the same in any case. */
import { describe, expect, test } from 'vitest';
import { knownName, lookUp } from '../../src/core/named.ts';

const table = new Map([
  ['web', 1],
  ['Web', 2],
  ['API', 3],
]);

describe('a name', () => {
  test.for([
    ['web', 1],
    ['Web', 2],
    ['WEB', 1],
    ['api', 3],
    ['apis', undefined],
    ['', undefined],
  ] as const)('%j finds %j: spelt exactly first, then in any case', ([name, value]) => {
    expect(lookUp(table, name)).toBe(value);
  });

  test('is known by the spelling of its declaration', () => {
    expect(knownName(table.keys(), 'api')).toBe('API');
    expect(knownName([], 'api')).toBeUndefined();
  });
});
