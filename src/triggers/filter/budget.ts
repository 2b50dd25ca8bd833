/** Decides how much one evaluation of a filter may do, counted and not timed, so that the same delivery always ends alike. */

/** Units that an evaluation may spend; each is a character looked at, or about as much work: some 10 ns. */
export const BUDGET = 5_000_000;

/** Longest list that `exists`, `all`, `map` and their like go through. */
export const MAX_ITEMS = 10_000;

/** What an error costs that an expression goes on after: a message is made of it. */
export const PER_ERROR = 300;

const PER_ITEM = 10;
const PER_TABLE = 16;

/** What it costs to look at a value once: at its surface, or at all that is in it, as comparing does. */
export function costOf(value: unknown, depth: 'surface' | 'whole'): number {
  if (typeof value === 'string') return 1 + value.length;
  if (Array.isArray(value)) return costOfList(value, depth);
  if (typeof value !== 'object' || value === null) return 1;
  if (depth === 'surface') return PER_TABLE;
  return costOfList(value instanceof Map ? [...value.values()] : Object.values(value), depth);
}

function costOfList(list: readonly unknown[], depth: 'surface' | 'whole'): number {
  if (depth === 'surface') return 1 + list.length * PER_ITEM;
  return list.reduce<number>((sum, item) => sum + PER_ITEM + costOf(item, depth), 1);
}

/** What a regular expression of so many instructions costs that looks for its text, which takes linear time at most. */
export function costOfSearch(length: number, instructions: number): number {
  return 1 + length * (3 + instructions / 8);
}
