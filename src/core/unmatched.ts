/** Decides what of two long lists has to be compared: not what stands at the same place in both and is the same. */

/** The rest of both lists; after a reload that changed one of very many, that one. */
export interface Unmatched<Item> {
  readonly next: readonly Item[];
  readonly previous: readonly Item[];
}

/** Walks both lists side by side, which costs no look-up. */
export function unmatched<Item>(
  next: ReadonlyMap<unknown, Item>,
  previous: ReadonlyMap<unknown, Item>,
): Unmatched<Item> {
  const rest = { next: [] as Item[], previous: [] as Item[] };
  if (next === previous) return rest;
  const before = previous.values();
  for (const item of next.values()) {
    const { value, done } = before.next();
    if (value === item) continue;
    rest.next.push(item);
    if (done !== true) rest.previous.push(value);
  }
  rest.previous.push(...before);
  return rest;
}
