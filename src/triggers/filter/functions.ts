/**
 * Decides which functions a filter may call. Left out: what reads on from the clock's zone of a place, what makes much of
 * little (`join`, `bytes`, `cel.bind`), and what parses its argument anew.
 */

interface Shape {
  readonly least: number;
  readonly most: number;
  /** Its arguments must be written out: their cost or their harm would be up to the sender. */
  readonly literal?: boolean;
}

const exactly = (count: number): Shape => ({ least: count, most: count });

/** `size(x)` */
export const functions: ReadonlyMap<string, Shape> = new Map([
  ...['has', 'size', 'int', 'double', 'string', 'bool', 'type', 'timestamp'].map(
    (name) => [name, exactly(1)] as const,
  ),
  ['duration', { ...exactly(1), literal: true }],
]);

/** `x.contains(y)` */
export const methods: ReadonlyMap<string, Shape> = new Map([
  ...['size', 'lowerAscii', 'upperAscii', 'trim'].map((name) => [name, exactly(0)] as const),
  ...['contains', 'startsWith', 'endsWith', 'split'].map((name) => [name, exactly(1)] as const),
  ...['indexOf', 'lastIndexOf', 'substring'].map((name) => [name, { least: 1, most: 2 }] as const),
  ['matches', { ...exactly(1), literal: true }],
  ...['getFullYear', 'getMonth', 'getDate', 'getDayOfWeek', 'getHours', 'getMinutes'].map(
    (name) => [name, exactly(0)] as const,
  ),
]);

/** Methods that look at each element of a list or each key of a table; the number of their arguments. */
export const macros: ReadonlyMap<string, Shape> = new Map([
  ...['exists', 'all', 'exists_one', 'filter'].map((name) => [name, exactly(2)] as const),
  ['map', { least: 2, most: 3 }],
]);
