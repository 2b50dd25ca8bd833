/** Decides what a measured value says: itself, what it is compared with in the same run, and what it should reach. */

/** One line of a measure's table. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The row, or the thing measured beside it, that `ratio` is taken against. */
  readonly baseline?: string;
  /** This value divided by the baseline's, both from this run. */
  readonly ratio?: number;
  readonly targets?: readonly Target[];
}

/** What a row should reach; a figure that misses it is no error. */
export interface Target {
  readonly of: 'value' | 'ratio';
  readonly bound: 'at most' | 'at least';
  readonly limit: number;
}

/** One file of this folder. */
export interface Measure {
  /** One line: what is done, and how. */
  readonly name: string;
  /** Takes up to some 40 seconds. Rejects when something answers or ends as it must not, never because it is slow. */
  run(): Promise<readonly Row[]>;
}

export function atMost(limit: number, of: Target['of'] = 'value'): Target {
  return { of, bound: 'at most', limit };
}

export function atLeast(limit: number, of: Target['of'] = 'value'): Target {
  return { of, bound: 'at least', limit };
}

/** Whether the row reaches the target; undefined where it has no such figure. */
export function reaches(row: Row, target: Target): boolean | undefined {
  const figure = target.of === 'value' ? row.value : row.ratio;
  if (figure === undefined) return undefined;
  return target.bound === 'at most' ? figure <= target.limit : figure >= target.limit;
}
