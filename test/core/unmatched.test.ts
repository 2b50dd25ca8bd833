import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unmatched } from '../../src/core/unmatched.ts';

const item = (id: number): { readonly id: number } => ({ id });
const items = Array.from({ length: 12 }, (_, id) => item(id));
const mapOf = (ids: readonly number[]): ReadonlyMap<number, { readonly id: number }> =>
  new Map(ids.map((id) => [id, items[id] ?? item(id)]));

it('what is left of two lists holds everything that is in one of them only', () => {
  const list = fc.uniqueArray(fc.nat(11));
  fc.assert(
    fc.property(list, list, (next, previous) => {
      const rest = unmatched(mapOf(next), mapOf(previous));
      const onlyIn = (of: readonly number[], other: readonly number[]): readonly number[] =>
        of.filter((id) => !other.includes(id));
      const idsOf = (of: ReadonlyArray<{ readonly id: number }>): readonly number[] => of.map(({ id }) => id);
      expect(idsOf(rest.next)).toEqual(expect.arrayContaining([...onlyIn(next, previous)]));
      expect(idsOf(rest.previous)).toEqual(expect.arrayContaining([...onlyIn(previous, next)]));
      expect(rest.next.length - rest.previous.length).toBe(next.length - previous.length);
    }),
  );
});

it('of two lists with one difference it is that one', () => {
  const changed = new Map(mapOf([0, 1, 2]));
  changed.set(1, item(1));
  expect(unmatched(changed, mapOf([0, 1, 2]))).toEqual({ next: [{ id: 1 }], previous: [{ id: 1 }] });
});
