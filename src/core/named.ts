/** Decides what a name in the configuration refers to: names of projects, engines and bots are the same in any case. */

/** The value of that name; one spelt exactly so goes before others. Undefined: there is none. */
export function lookUp<Value>(table: ReadonlyMap<string, Value>, name: string): Value | undefined {
  const known = knownName(table.keys(), name);
  return known === undefined ? undefined : table.get(known);
}

/** The name as it is declared. */
export function knownName(known: Iterable<string>, name: string): string | undefined {
  const names = [...known];
  const lower = name.toLowerCase();
  return names.includes(name) ? name : names.find((one) => one.toLowerCase() === lower);
}
