/** Decides what a filter sees of a delivery. */
import type { FilterFacts } from '../../core/trigger.ts';
import { queryOf } from '../place.ts';

/** The query of a URL: a value, or a list of them where the name stands more than once. */
export function queryValuesOf(url: string): FilterFacts['query'] {
  const fields = queryOf(url);
  return Object.fromEntries(
    [...new Set(fields.keys())].map((name) => {
      const all = fields.getAll(name);
      return [name, all.length === 1 ? (all[0] ?? '') : all];
    }),
  );
}

/**
 * The facts as the library takes them. It tells kinds of objects apart by `constructor`, which a payload may hold: then
 * all of them are handed over as maps, where a member is nothing but that.
 */
export function valuesOf(facts: FilterFacts): Readonly<Record<string, unknown>> {
  if (!holdsConstructor(facts)) return { ...facts };
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, mapped(value)]));
}

function holdsConstructor(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsConstructor);
  if (Object.hasOwn(value, 'constructor')) return true;
  // Once for each delivery: a loop over names takes half the time of one over a list of the values.
  for (const name in value)
    if (holdsConstructor((value as Readonly<Record<string, unknown>>)[name])) return true;
  return false;
}

function mapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(mapped);
  return new Map(Object.entries(value).map(([name, member]) => [name, mapped(member)]));
}
