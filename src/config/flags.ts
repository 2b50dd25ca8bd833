/** Decides which strings stand for true and false: people write `enabled = "yes"`, which the original takes. */
import type * as z from 'zod';
import type { KeyPath } from './problem.ts';

const meanings: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['on', true],
  ['true', true],
  ['no', false],
  ['off', false],
  ['false', false],
]);

/** What a value says where true or false is expected; undefined: neither. */
export function flagOf(value: unknown): boolean | undefined {
  return typeof value === 'string' ? meanings.get(value.toLowerCase()) : undefined;
}

/** The places in `value` where true or false is expected, and a word for it stands. */
export function wordyFlags(value: unknown, issues: readonly z.core.$ZodIssue[]): readonly KeyPath[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_type' || issue.expected !== 'boolean') return [];
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    return flagOf(valueAt(value, path)) === undefined ? [] : [path];
  });
}

/** A copy of `value` with true and false at those places. */
export function withFlags(value: unknown, places: readonly KeyPath[]): unknown {
  return places.reduce(withFlag, value);
}

function withFlag(value: unknown, [name, ...rest]: KeyPath): unknown {
  if (name === undefined) return flagOf(value) ?? value;
  const inner = withFlag(valueAt(value, [name]), rest);
  if (Array.isArray(value)) return value.with(Number(name), inner);
  return { ...(value as Readonly<Record<string, unknown>>), [name]: inner };
}

/** What stands at `path` in a value of the file; undefined: nothing does. */
export function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (inner, part) => (inner as Readonly<Record<string | number, unknown>> | undefined)?.[part],
    value,
  );
}
